"""A configured mailbox -> what was found out about each link of the chain, its cause and the next step."""
