"""What comes from outside, swept through every place that it reaches: commands, screens, files, secrets, locks.

`python -m pytest -m long tests/sweeps` sweeps it whole and writes SCORECARD.md; the ordinary run takes a sample.
"""
