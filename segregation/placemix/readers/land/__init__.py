"""Registers of land for homes."""
