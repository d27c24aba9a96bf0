"""Replies to customers: what was asked, what was answered, when and in which words."""
