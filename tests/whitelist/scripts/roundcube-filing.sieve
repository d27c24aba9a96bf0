require ["fileinto"];
# rule:[Newsletters]
if header :contains "list-id" "newsletter.example"
{
	fileinto "INBOX.News";
	stop;
}
