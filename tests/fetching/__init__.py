"""Fetching from a server on this machine, which is all that can be tried here."""
