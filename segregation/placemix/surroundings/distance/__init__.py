"""Surroundings by straight-line distance: kernels, edges, bounds of a cut-off, and their compiled sweeps."""
