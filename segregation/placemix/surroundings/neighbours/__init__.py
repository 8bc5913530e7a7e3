"""Surroundings by neighbours: shared borders, and graphs or matrices that users give."""
