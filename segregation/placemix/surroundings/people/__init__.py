"""Surroundings by numbers of people: the nearest so many, and walks outward over everyone."""
