"""The pages and the API of the message log."""
