# Sieve Filter
require "fileinto";
# Spam Filter
if header :comparator "i;ascii-casemap" :contains "X-Spam-Level" "*****"  {
    fileinto "Spam";
    stop;
}
