"""What takes more than a minute: `pytest -m long`. Its counts go to RESULTS.md; a small sample runs every time."""
