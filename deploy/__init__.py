"""The three ways to run the same code: one laptop, one server, many machines."""
