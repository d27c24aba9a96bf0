"""Customers' inquiries and the seller's answers, from the ledger: who waits, since when, and what was written."""
