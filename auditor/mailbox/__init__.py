"""A seller's mailbox over IMAP: reading, and, apart from it, moving."""
