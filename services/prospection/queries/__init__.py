"""What the pages and the API of prospection show: one file each."""
