"""Where logement keeps its rows, and the order in which it locks them."""
