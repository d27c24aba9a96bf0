require ["date","relational","vacation"];
# rule:[Holiday]
if allof (currentdate :value "ge" "date" "2026-12-24", currentdate :value "le" "date" "2027-01-02")
{
	vacation :days 1 :from "Shop <support@shop.example>" "Back on the 3rd.";
}
