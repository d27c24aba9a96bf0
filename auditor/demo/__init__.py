"""A mailbox with sample mail and a DNS zone, both on this computer only, and the main job told step by step."""
