"""What somebody can do in logement: one file, one verb."""
