/* first */ require
  [ "fileinto" , # why
 "regex" ] ;

if header :regex "from" "@amazon[.](com|de)$" { fileinto "A"; } else { keep; }
