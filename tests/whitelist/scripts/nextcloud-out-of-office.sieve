### Nextcloud Mail: Out Of Office ### DON'T EDIT ###
require "date";
require "relational";
require "vacation";
### Nextcloud Mail: Out Of Office ### DON'T EDIT ###

### Nextcloud Mail: Out Of Office ### DON'T EDIT ###
# DATA: {"version":1,"enabled":true,"start":"2026-12-24T00:00:00+00:00","subject":"Away","message":"Away"}
if allof(
	currentdate :value "ge" "iso8601" "2026-12-24T00:00:00Z",
	currentdate :value "le" "iso8601" "2027-01-02T23:59:59Z"
) {
	vacation :days 4 :subject "Away: \"shop\"" :addresses ["Shop <support@shop.example>"] "Back soon";
}
### Nextcloud Mail: Out Of Office ### DON'T EDIT ###
