"""The contact details on file, checked against records whose right answers are known."""
