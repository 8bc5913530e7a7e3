"""How the types of places change between dates."""
