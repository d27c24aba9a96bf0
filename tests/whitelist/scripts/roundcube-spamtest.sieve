require ["spamtestplus","relational","comparator-i;ascii-numeric","fileinto"];
# rule:[Spam]
if spamtest :percent :value "ge" :comparator "i;ascii-numeric" "80" { discard; stop; }
elsif spamtest :percent :value "ge" :comparator "i;ascii-numeric" "40" { fileinto "Junk"; stop; }
