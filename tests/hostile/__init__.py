"""Servers that lie, flood, stall and inject; the program must end in time, in memory, with its own exit codes."""
