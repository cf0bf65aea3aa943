"""What is shown of accounts, one file each."""
