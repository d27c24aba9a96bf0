"""What one message shows: its sender, signatures, stamp, recipients and links, each read by one module."""
