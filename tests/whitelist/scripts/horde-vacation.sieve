# Sieve Filter
require ["vacation", "regex"];
# Vacation
if allof ( not exists ["list-help", "list-unsubscribe", "List-Id"], not header :comparator "i;ascii-casemap" :is "Precedence" ["list", "bulk", "junk"], not header :comparator "i;ascii-casemap" :matches "To" "Multiple recipients of*" ) {
    vacation :days 7 :addresses "support@shop.example" :subject "Away" "I am away";
}
