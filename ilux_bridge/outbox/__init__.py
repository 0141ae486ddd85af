"""What the bridge keeps in the ILUX base: which rows changed, what it applied there, and who may work."""
