# Sieve Filter
require "fileinto";
# Blacklisted Addresses
if address :all :comparator "i;ascii-casemap" :is ["From", "Sender", "Resent-From"] ["no-reply@walmart.com", "spam@evil.example"]  {
    discard;
    stop;
}
