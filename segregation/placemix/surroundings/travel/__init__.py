"""Surroundings by travel: tables of journeys, street networks, and what cannot be crossed."""
