"""Tests of the core types: counts, tables, errors, estimates, results, the catalogue, the sweep."""
