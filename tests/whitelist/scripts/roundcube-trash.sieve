require ["fileinto","imap4flags"];
# rule:[Ads]
if anyof (header :contains "from" "walmart", header :contains "subject" "rollback")
{
	setflag "\\Seen";
	fileinto "Trash";
	stop;
}
