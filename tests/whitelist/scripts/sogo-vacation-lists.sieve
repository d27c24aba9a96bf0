require ["vacation","date","relational"];
if allof ( not exists ["list-help", "list-unsubscribe", "list-subscribe"], not header :comparator "i;ascii-casemap" :is "Precedence" ["list", "bulk", "junk"], currentdate :value "lt" "iso8601" "2027-01-01T00:00:00Z" ) {
    vacation :days 1 :subject "Auto: ${subject}" :addresses ["support@shop.example"] text:
Away.
.
;
}
