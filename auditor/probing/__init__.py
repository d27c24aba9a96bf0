"""One message to the address on file: does it arrive, and in which folder? It is removed again by its token."""
