require ["fileinto"];
if allof (address :contains "from" "@amazon.com") {
    discard;
}
