"""Homes for placements: ranked with reasons, proposed, accepted by link, never given twice."""
