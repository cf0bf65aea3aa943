"""What people can do: one file, one use case, one function named with its verb."""
