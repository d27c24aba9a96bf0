require ["vacation"];
# rule:[Away, but not for the marketplaces]
if not address :domain :is "from" ["relay.walmart.com","walmart.com","wal-mart.com","es.relay.walmart.com"]
{
	vacation :days 7 "Away.";
}
