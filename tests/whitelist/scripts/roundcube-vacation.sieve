require ["vacation"];
# rule:[Urlaub]
if true
{
	vacation :days 7 :addresses ["support@shop.example"] :subject "Betriebsferien" text:
Wir sind bis zum 5. nicht da.
..
Bis bald
.
;
}
