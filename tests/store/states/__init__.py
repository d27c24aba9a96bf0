"""States as each version wrote them; `make.py` makes them, with the code of that version."""
