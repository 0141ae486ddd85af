"""What the API shows, a file each noun: the struct, how a view becomes one, and the operations."""
