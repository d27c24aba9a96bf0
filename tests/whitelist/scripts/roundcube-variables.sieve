require ["variables","fileinto","subaddress","mailbox"];
# rule:[Plus]
if address :user :is "to" "shop" {
  if address :detail :matches "to" "*" {
    set :lower :upperfirst "folder" "${1}";
    fileinto :create "Plus/${folder}";
    stop;
  }
}
