"""Tests of the replies: inquiries, answers and the clock between them."""
