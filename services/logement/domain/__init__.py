"""What logement knows: homes, needs, how one fits the other, and who lives where when."""
