require ["enotify","copy"];
# rule:[Tell me]
if header :contains "subject" "urgent" { notify :importance "1" :message "urgent" "mailto:me@shop.example"; redirect :copy "me@home.example"; }
