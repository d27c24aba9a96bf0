# Sieve Filter
# Whitelist
if address :all :comparator "i;ascii-casemap" :contains ["From", "Sender"] "walmart"  {
    keep;
    stop;
}
