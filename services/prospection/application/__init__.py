"""What people, and other services' events, make happen in prospection: one file each."""
