"""The promise never to lose and never to double, kept by breaking a rescue at every place where it can break.

`python -m pytest -m long tests/crash` runs every case and writes SCORECARD.md; the ordinary run takes a sample.
"""
