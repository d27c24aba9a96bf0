"""Customers' inquiries and what a seller sends, as marketplaces and mail programs write them, and what answers what."""
