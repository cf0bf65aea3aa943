"""What is shown of the messages, one file each."""
