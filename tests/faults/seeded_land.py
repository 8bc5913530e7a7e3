"""Faults of concentration and centralisation that other packages had."""

# ruff: noqa: ARG001 - a fault takes what the right function takes

from __future__ import annotations

import numpy as np

from faults import checks_of_mixes as mixes
from faults.kinds import BY_HAND, CLAIM, Fault, attribute, instead
from placemix import indices
from placemix.indices import centralisations, concentrations
from placemix.indices._parts import ratio
from placemix.indices._ranked import Rings


def before_the_unit_that_crosses(values, size, rings, many, *, fractional, largest=False):
    """Units are counted as long as they stay below X: the one in which the X-th person lives is left out."""
    people = values.sum(axis=-1)
    in_ring = rings.summed(people)
    part = np.where((rings.beyond(in_ring) if largest else rings.within(in_ring)) <= rings.of(many), 1.0, 0.0)
    land = rings.summed(people * size)
    return ratio(rings.total(part * land), rings.total(part * in_ring))


def rings_of_single_units(values, starts):
    """Units as far as others stand apart, in the order of the rows."""
    order = np.argsort(values, kind="stable")
    return Rings(order, np.arange(len(values)), np.array([0, len(values)]))


def rings_of_rows(values, starts):
    """Areas in the order of the rows, not sorted again."""
    return Rings(np.arange(len(values)), np.arange(len(values)), np.array([0, len(values)]))


OF_LAND = (
    Fault("5.12", "disputed", "how many are taken from the largest units: as many as the other group, unsaid", BY_HAND,
          mixes.the_other_group_is_taken_only_where_asked,
          lambda patch: patch.setitem(indices.relative_concentration.__kwdefaults__, "largest", "against")),
    Fault("5.14", "ndi", "the unit in which the last member lives is left out", BY_HAND,
          mixes.the_unit_of_the_last_member_counts,
          instead(concentrations._mean_area, before_the_unit_that_crosses)),
    Fault("5.15 rings", "PySAL 2.6", "the order of rows decides between units equally far from the centre", CLAIM,
          mixes.equal_distances_are_one_ring,
          attribute(centralisations, "rings_of", rings_of_single_units)),
    Fault("5.24 centre", "divseg", "land not sorted with its units", CLAIM, mixes.land_lies_as_far_as_its_unit,
          attribute(centralisations, "rings_of", rings_of_rows)),
)  # fmt: skip
