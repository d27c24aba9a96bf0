"""Find genuine marketplace mail in a seller's spam folder, prove it, and move it to the inbox."""

__version__ = "0.1.0"
