"""Kernels as other packages have or had them, each with the fault that `seeded` names.

They take the place of the code of the right function, whose module they then see: names that are not
defined here are those of the module they are put into.
"""

# ruff: noqa: ARG001 - a fault takes what the right function takes

from __future__ import annotations

import numpy as np

from placemix.indices._parts import (
    Parts,
    defined,
    entropy,
    interaction,
    parts,
    ratio,
    shares,
    table,
    total,
    total_groups,
    two_groups,
    where_defined,
)


def products_of_the_own_unit(values, around, one, other, starts):
    """x_j² where x_i x_j belongs: what is around decides nothing but a factor of its mean."""
    groups = total_groups(values, starts)
    reach = around.sum(axis=-1) / values.sum()
    near = total(values[..., one] * values[..., other] * reach, starts)
    valid = defined(groups, values.sum(axis=-1), starts)
    return where_defined(ratio(near, groups[..., one] * groups[..., other]), valid)


def unpaired_clustering(counts, surroundings, *, weight, starts=None):
    """ACL without the pairs i, j: members of the own unit stand for those around."""
    values = two_groups(counts)
    groups, people = total_groups(values, starts), values.sum(axis=-1)
    members, x, reach = groups[..., 0], values[..., 0], np.asarray(weight)
    even = ratio(members * total(reach, starts), np.asarray(values.shape[-2] ** 2))
    own = ratio(total(x * x * reach, starts), members)
    everyone = ratio(total(x * people * reach, starts), members)
    return where_defined(ratio(own - even, everyone - even), defined(groups, people, starts))


def others_between_for_others_among(counts, surroundings, *, starts=None):
    """White's index with P_xy where P_yy belongs."""
    values, around = table(counts), table(surroundings)
    groups, people = total_groups(values, starts), values.sum(axis=-1)
    near = ratio(total_groups(values * around[..., :1], starts), groups).sum(axis=-1)
    everyone = ratio(total(people * around.sum(axis=-1), starts), groups.sum(axis=-1))
    return where_defined(ratio(near, everyone), defined(groups, people, starts))


def proximities_without_sizes(counts, surroundings, *, starts=None):
    """White's index without the weights X, Y and T."""
    values, around = table(counts), table(surroundings)
    groups, people = total_groups(values, starts), values.sum(axis=-1)
    near = ratio(total_groups(values * around, starts), groups**2).sum(axis=-1)
    everyone = ratio(total(people * around.sum(axis=-1), starts), groups.sum(axis=-1) ** 2)
    return where_defined(ratio(near, everyone), defined(groups, people, starts))


def met_by_the_sums_of_others(counts, surroundings, focal, met, starts, *, exclude_self):
    """Divided along the wrong axis: the sum that belongs to another unit."""
    values, around = table(counts), table(surroundings)
    share = around[..., met] / np.roll(around.sum(axis=-1), 1, axis=-1)
    return ratio(total(values[..., focal] * share, starts), total(values[..., focal], starts))


def met_by_the_people_of_the_own_unit(counts, surroundings, focal, met, starts, *, exclude_self):
    """t_i for t_j: how many people live in the own unit weighs whom one meets elsewhere."""
    values, around = table(counts), table(surroundings)
    people = values.sum(axis=-1)
    share = around[..., met] * people / people.mean() / around.sum(axis=-1)
    return ratio(total(values[..., focal] * share, starts), total(values[..., focal], starts))


def met_by_smoothed_members(counts, surroundings, focal, met, starts, *, exclude_self):
    """Members weigh as smoothed, and are divided by those who are there."""
    values, around = table(counts), table(surroundings)
    share = around[..., met] / around.sum(axis=-1)
    return ratio(total(around[..., focal] * share, starts), total(values[..., focal], starts))


def parts_of_smoothed_people(values, surroundings, starts):
    """Units weigh by smoothed people, and the overall mix is that of smoothed sums."""
    around = values if surroundings is None else table(surroundings)
    groups, people = total_groups(around, starts), around.sum(axis=-1)
    return Parts(people, shares(around), shares(groups), groups.sum(axis=-1), defined(groups, people, starts))


def entropies_apart(counts, surroundings=None, *, starts=None):
    """|E - E_i| for E - E_i, and units of one group left out."""
    p = parts(table(counts), surroundings, starts)
    whole, mixed = entropy(p.overall), (p.share > 0).sum(axis=-1) > 1
    apart = total(mixed * p.people * abs(whole - entropy(p.share)), starts)
    return where_defined(ratio(apart, total(mixed * p.people, starts) * whole), p.defined)


def entropies_without_their_sign(counts, surroundings=None, *, starts=None):
    """|E - E_i| for E - E_i."""
    p = parts(table(counts), surroundings, starts)
    whole = entropy(p.overall)
    apart = total(p.people * abs(whole - entropy(p.share)), starts)
    return where_defined(ratio(apart, p.size * whole), p.defined)


def entropies_multiplied(counts, surroundings=None, *, starts=None):
    """E E_i for E - E_i."""
    p = parts(table(counts), surroundings, starts)
    whole = entropy(p.overall)
    return where_defined(ratio(total(p.people * whole * entropy(p.share), starts), p.size * whole), p.defined)


def counts_for_shares(counts, surroundings=None, *, starts=None):
    """Gini of counts instead of shares, and T² twice."""
    values = table(counts)
    p = parts(values, surroundings, starts)
    x = values[..., 0]
    apart = total((p.people[..., np.newaxis, :] * np.abs(x[..., np.newaxis] - x[..., np.newaxis, :])).sum(-1), starts)
    return ratio(apart, 2 * p.size**4 * interaction(p.overall))


def groups_present(counts):
    """Entropy over the logarithm of the groups that are present."""
    values = np.asarray(counts, dtype=float)
    return entropy(shares(values)) / np.log((values > 0).sum(axis=-1))


def always_one(counts, *, order=1):
    """Σ p^q is 1 for q = 1, whatever the mix."""
    share = shares(np.asarray(counts, dtype=float))
    return (share**order).sum(axis=-1)


def row_standardised(share, pairs, starts, factor=1.0):
    """Each unit's borders divided by their own sum, not by that of all."""
    reach = np.bincount(pairs.unit, weights=pairs.weight, minlength=len(share))
    gap = np.abs(share[pairs.unit] - share[pairs.neighbour]) * factor * pairs.weight / reach[pairs.unit]
    return np.array([gap.sum() / (reach > 0).sum()])


def halved(share, pairs, starts, factor=1.0):
    """Half of the difference between neighbours."""
    gap = np.abs(share[pairs.unit] - share[pairs.neighbour]) * factor
    return np.array([(pairs.weight * gap).sum() / pairs.weight.sum() / 2])


def pairs_with_nobody(pairs, lived_in):
    """Units without people have a share of 0 and count as neighbours."""
    return pairs


def positions_among_the_inhabited(pairs, lived_in):
    """Units without people leave the table twice: once themselves, and once from the numbers of the others."""
    kept = lived_in[pairs.unit] & lived_in[pairs.neighbour]
    place = np.cumsum(lived_in) - 1
    return type(pairs)(place[pairs.unit[kept]], place[pairs.neighbour[kept]], pairs.weight[kept])


def outlines_as_they_are(values, starts, units, *, axis):
    """Perimeter over area, not divided by the largest."""
    if np.asarray(values).dtype.kind == "f":
        return np.ones(units)
    return values if starts is None else np.repeat(values, np.diff(starts, append=units), axis=axis)


def draws_beyond(flat, defined, value, tail):
    """r / n, as if the value were none of its draws."""
    above = ((flat >= value[:, np.newaxis]) & defined).sum(axis=1)
    below = ((flat <= value[:, np.newaxis]) & defined).sum(axis=1)
    return {"above": above, "below": below, "both": 2 * np.minimum(above, below)}[tail] / defined.sum(axis=1)


def one_stream(seed, draw):
    """The same seed for every draw."""
    return np.random.Generator(np.random.Philox(key=seed))


def rank_of_rows(counts):
    """The order of rows decides between units that are equally far."""
    return np.arange(len(counts))


def degrees_as_metres(crs):
    """Coordinates are taken as they come."""
    return 1.0


def equal_chances(people):
    """Every unit is as likely as another, whatever its size."""
    return np.full(len(people), 1 / len(people))


def fitted_without_weights(share, value, weight, usable, mean):
    """Every threshold weighs the same in the fit."""
    found = [np.polynomial.polynomial.polyfit(p, v, mean.size - 1) for p, v in zip(share, value, strict=True)]
    return np.array(found) @ mean
