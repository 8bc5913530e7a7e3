"""One geography: lookups, common areas, interpolation, and points in areas."""
