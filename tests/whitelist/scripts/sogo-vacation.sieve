require ["vacation"];
vacation :days 7 :addresses ["support@shop.example", "orders@shop.example"] "I'm out.\nJoe";
