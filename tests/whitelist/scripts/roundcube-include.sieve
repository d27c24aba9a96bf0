require ["include","fileinto"];
include :personal "managesieve";
include :global :optional "site";
# rule:[Family]
if address :is "from" "mum@family.example" { fileinto "Family"; stop; }
