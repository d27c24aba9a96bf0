"""One file a version of the state, named after what is new in it."""
