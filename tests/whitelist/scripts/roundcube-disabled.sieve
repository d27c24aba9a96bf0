require ["fileinto"];
# rule:[Old one]
if false # anyof (header :contains "from" "walmart.com")
{
	fileinto "Old";
}
