"""What other tools do with the same mailboxes; none of it runs with the tests."""
