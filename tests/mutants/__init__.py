"""Defects on purpose: each is planted in a copy of the project, and a test must see it (`make mutants`)."""
