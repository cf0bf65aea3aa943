"""The fault scenarios, one module each: what is broken, how much, and what must still be true."""
