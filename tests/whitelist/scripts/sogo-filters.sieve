require ["fileinto", "imap4flags"];
if anyof (header :contains "from" "invoice@supplier.example", header :contains "to" "billing@shop.example") {
    addflag "\\Flagged";
    fileinto "Bills";
}
