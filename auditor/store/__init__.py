"""What is remembered from night to night: the ledger, the journal and the lock that guards both."""
