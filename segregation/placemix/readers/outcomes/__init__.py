"""Outcomes of areas: deprivation, health and any table of rates."""
