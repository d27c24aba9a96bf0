require ["duplicate","fileinto","imap4flags"];
if duplicate :seconds 3600 { discard; stop; }
