"""Claims of the catalogue: how each is checked, drawn and refuted."""
