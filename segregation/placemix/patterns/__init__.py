"""Patterns of categorical rasters: how diverse neighbouring cells are, and how much one tells of the next.

The racial landscape method (Dmowska, Stepinski and Nowosad 2020): people in the cells of a grid become
one group a cell, drawn by chance (`realisations`); pairs of neighbouring cells are counted, weighted by
local densities (`cooccurrence`); and the table of pairs is summed up by its entropies (`measures`).
`landscape` does all of it for many draws.
"""

from placemix.patterns.draws import densities, realisations
from placemix.patterns.information import cooccurrence, measures
from placemix.patterns.landscapes import landscape
from placemix.patterns.populations import Population, population

__all__ = ["Population", "cooccurrence", "densities", "landscape", "measures", "population", "realisations"]
