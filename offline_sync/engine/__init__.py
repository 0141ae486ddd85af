"""The protocol's decisions without I/O, clock or database: facts in, decision out."""
