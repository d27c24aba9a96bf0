require ["editheader","fileinto","regex"];
# rule:[Mark]
if header :regex "subject" "^(Re|AW):[[:space:]]" { deleteheader "X-Label"; addheader :last "X-Label" "answer"; }
