"""Parts and logistics: what orders wait for, and how each part stands."""
