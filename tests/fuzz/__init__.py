"""Malformed tables and what must become of them."""
