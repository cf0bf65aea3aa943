"""The letters themselves, in French, as text and as HTML."""
