require ["copy"];
redirect :copy "partner@shop.example";
keep;
