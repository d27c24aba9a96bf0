"""Real servers for the tests: each starts in a temporary directory on loopback ports and is gone afterwards."""
