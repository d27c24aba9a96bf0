"""The log of runs that nobody watches: JSON lines, one event each, for --log-file."""
