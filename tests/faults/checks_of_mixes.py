"""Checks of evenness, diversity, land and ranks: each passes where the program is right."""

from __future__ import annotations

import math

import numpy as np
import pytest

import placemix as pm
from faults.towns import KILOMETRES, TOYVILLE, D, counts_of
from placemix import indices


def entropy_by_hand() -> None:
    """Toyville has a unit of one group, which counts with an entropy of 0."""

    def entropy(p):
        return -sum(q * math.log(q) for q in (p, 1 - p) if q > 0)

    h = 1 - (entropy(0.8) + 2 * entropy(0.2)) / (4 * entropy(0.3))
    assert indices.information_theory(TOYVILLE).item() == pytest.approx(h, abs=1e-12)


def a_checkerboard_of_mixes_has_entropy() -> None:
    """H = Σ t (E - E_i) / (E T) keeps the sign: units more mixed than the whole make up for others."""
    mixed = np.array([[50.0, 50.0], [0.0, 50.0], [0.0, 50.0]])
    quarter = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
    h = (100 * (quarter - math.log(2)) + 100 * quarter) / (200 * quarter)
    assert indices.information_theory(mixed).item() == pytest.approx(h, abs=1e-12)


def an_even_city_is_not_segregated() -> None:
    even = np.outer([10, 40, 250], [0.2, 0.8])
    for kernel in (indices.information_theory, indices.gini, indices.dissimilarity, indices.mutual_information):
        assert kernel(even).item() == pytest.approx(0, abs=1e-12)


def gini_is_the_mean_difference_of_shares() -> None:
    people, share = TOYVILLE.sum(axis=1), TOYVILLE[:, 0] / TOYVILLE.sum(axis=1)
    gap = sum(people[i] * people[j] * abs(share[i] - share[j]) for i in range(4) for j in range(4))
    assert indices.gini(TOYVILLE).item() == pytest.approx(gap / (2 * 400**2 * 0.3 * 0.7), abs=1e-12)


def two_of_five_groups_are_not_all() -> None:
    """Half and half of five groups is ln 2 / ln 5 of the most diverse, and two effective groups."""
    town = [50, 50, 0, 0, 0]
    assert indices.scaled_entropy(town).item() == pytest.approx(math.log(2) / math.log(5))
    assert indices.effective_groups(town).item() == pytest.approx(2)


def names_of_groups_mean_nothing() -> None:
    values = [
        pm.measure(counts_of(TOYVILLE, names), ["dissimilarity", "isolation"], focal=names[0])["value"].tolist()
        for names in (("x", "y"), ("a", "b"), ("Total", "a"), ("rest", "each"), ("Sum", "ALL"))
    ]
    for other in values[1:]:
        assert other == pytest.approx(values[0], abs=1e-12)
    assert values[0] == pytest.approx([D, 0.6])


#: Units of 1, 2, 3 and 4 km²: 6 members against 34 others, ten people in each.
SETTLED, LAND = np.array([[4.0, 6.0], [0.0, 10.0], [2.0, 8.0], [0.0, 10.0]]), np.array([1.0, 2.0, 3.0, 4.0])


def the_unit_of_the_last_member_counts() -> None:
    """Six members fit into the first unit, and into the last: 1 km² is the least, 4 km² the most."""
    own, other = (4 * 1 + 2 * 3) / 6, (6 * 1 + 10 * 2 + 8 * 3 + 10 * 4) / 34
    absolute = indices.absolute_concentration(SETTLED, area=LAND).item()
    assert absolute == pytest.approx(1 - (own - 1) / (4 - 1))
    assert indices.relative_concentration(SETTLED, area=LAND).item() == pytest.approx((own / other - 1) / (1 / 4 - 1))


def the_other_group_is_taken_only_where_asked() -> None:
    """The 34 others fill all four units from the largest on; as many as there are members, only the largest."""
    own, other = (4 * 1 + 2 * 3) / 6, (6 * 1 + 10 * 2 + 8 * 3 + 10 * 4) / 34
    value = indices.relative_concentration(SETTLED, area=LAND, largest="against").item()
    assert value == pytest.approx((own / other - 1) / (1 / 2.5 - 1))
    assert indices.relative_concentration(SETTLED, area=LAND).item() == pytest.approx((own / other - 1) / (1 / 4 - 1))


def equal_distances_are_one_ring() -> None:
    """Two units equally far from the centre, in either order of rows."""
    people, far = np.array([[9.0, 1.0], [1.0, 9.0], [5.0, 5.0]]), np.array([1.0, 1.0, 2.0])
    turned = [1, 0, 2]
    one = indices.relative_centralisation(people, distance=far).item()
    other = indices.relative_centralisation(people[turned], distance=far[turned]).item()
    assert one == pytest.approx(other, abs=1e-12)
    assert one == pytest.approx((10 / 15) * (5 / 15) - (5 / 15) * (10 / 15))


def land_lies_as_far_as_its_unit() -> None:
    """Rows and their land in another order: the same ACE."""
    people, far, land = TOYVILLE, KILOMETRES, np.array([1.0, 1.0, 2.0, 4.0])
    turned = [2, 0, 3, 1]
    one = indices.absolute_centralisation(people, distance=far, area=land).item()
    other = indices.absolute_centralisation(people[turned], distance=far[turned], area=land[turned]).item()
    assert one == pytest.approx(other, abs=1e-12)


#: Bands of a town, lowest first, whose thresholds differ much in how many are on each side.
BANDS = np.array([[9.0, 5.0, 3.0, 40.0], [1.0, 6.0, 9.0, 90.0], [4.0, 0.0, 2.0, 20.0]])


def ranks_weigh_by_how_mixed_they_are() -> None:
    """H^R of a line through H at each threshold, weighted by E² (Reardon 2011), by the normal equations."""

    def entropy(p):
        return -sum(q * math.log(q) for q in (p, 1 - p) if q > 0)

    people, everyone = BANDS.sum(axis=1), BANDS.sum()
    points = []
    for cut in (1, 2, 3):
        p = BANDS[:, :cut].sum() / everyone
        inside = sum(t * entropy(row[:cut].sum() / t) for row, t in zip(BANDS, people, strict=True))
        points.append((p, 1 - inside / (everyone * entropy(p)), entropy(p) ** 2))
    weight = sum(w for _, _, w in points)
    mean_p, mean_h = (sum(point[axis] * point[2] for point in points) / weight for axis in (0, 1))
    slope = sum(w * (p - mean_p) * (h - mean_h) for p, h, w in points) / sum(
        w * (p - mean_p) ** 2 for p, _, w in points
    )
    # Weighted by entropy, ranks have a mean of one half.
    found = indices.rank_order_information(BANDS, degree=1).item()
    assert found == pytest.approx(mean_h + slope * (0.5 - mean_p), abs=1e-12)


def a_fit_gives_no_standard_error() -> None:
    """How far a curve lies from its points is no sampling error, and stands in no column."""
    counts = counts_of(BANDS, ("a", "b", "c", "d"))
    row = pm.measure(counts, "rank_order_information(degree=1)", order=["a", "b", "c", "d"]).iloc[0]
    assert not {"sd", "standard_error"} & set(row.index)
    assert row[["lower", "upper"]].isna().all()


def corrections_name_their_papers() -> None:
    for function, authors in (
        (indices.density_corrected_dissimilarity, "Allen, Burgess, Davidson and Windmeijer 2015"),
        (indices.carrington_troske, "Carrington and Troske 1997"),
        (indices.miller_madow, "Miller 1955"),
    ):
        assert authors in str(function.__doc__).partition("References")[2]
