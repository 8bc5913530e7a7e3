"""Surroundings on a grid of population: zones to cells, kernels by FFT, and back."""
