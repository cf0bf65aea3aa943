"""The promises the project makes to itself, checked by reading its own tree."""
