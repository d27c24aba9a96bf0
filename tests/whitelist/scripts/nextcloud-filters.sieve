### Nextcloud Mail: Filters ### DON'T EDIT ###
require ["imap4flags", "fileinto"];
### Nextcloud Mail: Filters ### DON'T EDIT ###

### Nextcloud Mail: Filters ### DON'T EDIT ###
# FILTER: [{"name":"Receipts","enable":true,"operator":"allof","tests":[{"operator":"contains","values":["amazon.de"],"field":"from"}],"actions":[{"type":"mailbox","mailbox":"Junk"}]}]
# Filter: Receipts
if address :contains :all "From" ["amazon.de"] {
fileinto "Junk";
}
### Nextcloud Mail: Filters ### DON'T EDIT ###
