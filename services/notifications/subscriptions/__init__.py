"""What wakes notifications without a page: events heard, cards changed, the clock."""
