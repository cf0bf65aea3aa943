"""What services say to each other: integration events, person cards, refusals; nothing else."""
