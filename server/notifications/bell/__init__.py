"""The bell: what a person was told, read or not, on every page."""
