"""Inquiries of customers and what a seller sends, made from how marketplaces and mail programs write, with the truth."""
