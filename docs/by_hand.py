"""Every measure worked out on four units with ordinary arithmetic, apart from placemix's kernels.

Toyville has four units of 100 people; 80, 20, 0 and 20 of them are of the group. They are strips of a
road one kilometre wide, so that their centres, borders, perimeters and areas are plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import cosh, exp, log, pi, sinh, sqrt, tanh

UNITS = ("A", "B", "C", "D")
GROUP = (80, 20, 0, 20)
REST = (20, 80, 100, 80)
PEOPLE = (100, 100, 100, 100)
#: Of the rest, those of a middle band, where measures ask for groups from lowest to highest.
MIDDLE = (10, 40, 20, 50)

#: Where each unit begins and ends along the road, in kilometres; the road is one wide.
STRIPS = ((0, 1), (1, 2), (2, 4), (4, 8))
CENTRES = tuple((start + end) / 2 for start, end in STRIPS)
AREAS = tuple(end - start for start, end in STRIPS)
PERIMETERS = tuple(2 * (end - start) + 2 for start, end in STRIPS)

X, Y, T = sum(GROUP), sum(REST), sum(PEOPLE)
P = X / T
E = -P * log(P) - (1 - P) * log(1 - P)
I = 2 * P * (1 - P)  # noqa: E741 (Simpson's letter)
SHARES = tuple(x / t for x, t in zip(GROUP, PEOPLE, strict=True))


@dataclass(frozen=True)
class Working:
    """One measure by hand.

    Attributes
    ----------
    term
        What is computed for each unit, as text.
    terms
        It, for each unit.
    step
        How the value follows, as text with the numbers in place.
    value
        The result; for local measures, one for each unit.
    near
        Surroundings used, in the words of `NEAR`; none where each unit is its own.
    """

    term: str
    terms: tuple[float, ...]
    step: str
    value: float | tuple[float, ...]
    near: str = ""


#: What the workings of measures about who is near whom take for granted.
NEAR = {
    "road": "The units lie along a road, at 0.5, 1.5, 3 and 6 km. From each one walks to the nearest people first; "
    "while a unit is passed, its people join in proportion.",
    "proximity": "The units are strips of a road 1 km wide, from 0 to 1, 1 to 2, 2 to 4 and 4 to 8 km, so that their "
    "centres lie at 0.5, 1.5, 3 and 6 km and their areas are 1, 1, 2 and 4 km². Proximity is exp(−d), with d in "
    "kilometres between centres and √(0.6a) within a unit of area a.",
    "bands": "The group is the lowest of three bands. The others are 10, 40, 20 and 50 people of a middle band and 10, "
    "40, 80 and 30 of the highest, so that 0.3 of everyone are at or below the first threshold and 0.6 at or below the "
    "second.",
    "land": "The units are strips of a road 1 km wide, from 0 to 1, 1 to 2, 2 to 4 and 4 to 8 km, so that their areas "
    "are 1, 1, 2 and 4 km². The centre, where there is one, is the beginning of the road.",
    "contiguity": "The units are strips of a road, one after the other; A and B, B and C, C and D are neighbours.",
    "shared_boundary": "The units are strips of a road 1 km wide, from 0 to 1, 1 to 2, 2 to 4 and 4 to 8 km. Each of "
    "the three borders is 1 km long; the perimeters are 4, 4, 6 and 10 km and the areas 1, 1, 2 and 4 km².",
}


def _mix(p: float) -> float:
    """Entropy of a unit with a share p."""
    return -sum(share * log(share) for share in (p, 1 - p) if share)


def _divergence(p: float) -> float:
    """Divergence of a unit's mix from the overall one."""
    return sum(share * log(share / whole) for share, whole in ((p, P), (1 - p, 1 - P)) if share)


def _proximity(i: int, j: int) -> float:
    """Proximity of two units, or of a unit to itself."""
    return exp(-sqrt(0.6 * AREAS[i])) if i == j else exp(-abs(CENTRES[i] - CENTRES[j]))


def _nearby(people: tuple[int, ...]) -> tuple[float, ...]:
    """People around each unit, by proximity."""
    return tuple(sum(_proximity(i, j) * people[j] for j in range(4)) for i in range(4))


def _neighbours(i: int) -> tuple[int, ...]:
    return tuple(j for j in (i - 1, i + 1) if 0 <= j < len(UNITS))


def clustering() -> dict[str, Working]:
    """Return the workings of the measures that use proximity."""
    own, others, everyone = _nearby(GROUP), _nearby(REST), _nearby(PEOPLE)
    all_pairs = sum(_proximity(i, j) for i in range(4) for j in range(4))
    xx = sum(x * near for x, near in zip(GROUP, own, strict=True)) / X**2
    xy = sum(x * near for x, near in zip(GROUP, others, strict=True)) / (X * Y)
    yy = sum(y * near for y, near in zip(REST, others, strict=True)) / Y**2
    tt = sum(t * near for t, near in zip(PEOPLE, everyone, strict=True)) / T**2
    met = tuple(near / nearby for near, nearby in zip(own, everyone, strict=True))
    isolation = sum(x / X * share for x, share in zip(GROUP, met, strict=True))
    even = X / len(UNITS) ** 2 * all_pairs
    nearest, people = X * xx, sum(x / X * near for x, near in zip(GROUP, everyone, strict=True))
    mine, theirs = "members nearby, Σ c x", "others nearby, Σ c y"
    return {
        "mean_proximity": Working(mine, own, f"Σ x · that, {xx * X**2:.2f}, ÷ {X}²", xx, "proximity"),
        "mean_proximity_between": Working(
            theirs, others, f"Σ x · that, {xy * X * Y:.2f}, ÷ ({X} × {Y})", xy, "proximity"
        ),
        "spatial_proximity": Working(
            mine,
            own,
            f"({X} × {xx:.4f} + {Y} × {yy:.4f}) ÷ ({T} × {tt:.4f}), the mean proximity of two members, of two others "
            "and of two people",
            (X * xx + Y * yy) / (T * tt),
            "proximity",
        ),
        "absolute_clustering": Working(
            mine,
            own,
            f"({nearest:.4f} − {even:.4f}) ÷ ({people:.4f} − {even:.4f}): members and people around the average "
            f"member, less {X} ÷ 4² times the sum of all proximities",
            (nearest - even) / (people - even),
            "proximity",
        ),
        "relative_clustering": Working(
            mine,
            own,
            f"{xx:.4f} ÷ {yy:.4f} − 1, the mean proximities of two members and of two others",
            xx / yy - 1,
            "proximity",
        ),
        "distance_decay_isolation": Working(
            "Σ c x ÷ Σ c t, the share met from here", met, "Σ x/X · that", isolation, "proximity"
        ),
        "distance_decay_exposure": Working(
            "Σ c y ÷ Σ c t, the share met from here",
            tuple(1 - share for share in met),
            "Σ x/X · that",
            1 - isolation,
            "proximity",
        ),
    }


def boundaries() -> dict[str, Working]:
    """Return the workings of the measures that compare neighbours, and of the overlap of surfaces."""
    uneven = sum(abs(x / X - y / Y) for x, y in zip(GROUP, REST, strict=True)) / 2
    gaps = tuple(sum(abs(SHARES[i] - SHARES[j]) for j in _neighbours(i)) for i in range(4))
    ragged = tuple(length / area for length, area in zip(PERIMETERS, AREAS, strict=True))
    shaped = tuple(
        sum(abs(SHARES[i] - SHARES[j]) * (ragged[i] + ragged[j]) / 2 / max(ragged) for j in _neighbours(i))
        for i in range(4)
    )
    both = tuple(min(x / X, y / Y) for x, y in zip(GROUP, REST, strict=True))
    either = sum(max(x / X, y / Y) for x, y in zip(GROUP, REST, strict=True))
    return {
        "morrill": Working(
            "Σ |p − p of a neighbour|",
            gaps,
            f"D less their sum over six ordered pairs, {uneven:.4f} − {sum(gaps):.1f} ÷ 6",
            uneven - sum(gaps) / 6,
            "contiguity",
        ),
        "wong_boundary": Working(
            "Σ border · |p − p of a neighbour|",
            gaps,
            f"D less their sum over the length of all borders, each from both sides, {uneven:.4f} − {sum(gaps):.1f} ÷ "
            "6; with borders of one length it is D(adj)",
            uneven - sum(gaps) / 6,
            "shared_boundary",
        ),
        "wong_shape": Working(
            "Σ border · |p − p of a neighbour| · mean of both l/a ÷ 4",
            shaped,
            f"the ratios l/a are 4, 4, 3 and 2.5, at most 4; {uneven:.4f} − {sum(shaped):.4f} ÷ 6",
            uneven - sum(shaped) / 6,
            "shared_boundary",
        ),
        "surface_separation": Working(
            "smaller of x/X and y/Y",
            both,
            f"without a surface, on the units themselves: 1 − {sum(both):.4f} ÷ {either:.4f}, the sums of the smaller "
            "and of the larger",
            1 - sum(both) / either,
        ),
    }


def land() -> dict[str, Working]:
    """Return the workings of concentration and centralisation; the units are numbered outward from the centre."""
    ground = tuple(abs(x / X - a / sum(AREAS)) for x, a in zip(GROUP, AREAS, strict=True))
    own = tuple(x / X * a for x, a in zip(GROUP, AREAS, strict=True))
    others = sum(y / Y * a for y, a in zip(REST, AREAS, strict=True))
    # 120 people: both units of 1 km2 hold them; of the largest, D and C do.
    least, most = 1.0, (100 * 4 + 100 * 2) / 200
    gaps = tuple(x / X * abs(p - P) for x, p in zip(GROUP, SHARES, strict=True))
    passed = tuple(sum(GROUP[:i]) / X for i in range(4))
    passed_y = tuple(sum(REST[:i]) / Y for i in range(4))
    passed_a = tuple(sum(AREAS[:i]) / sum(AREAS) for i in range(4))
    relative = tuple(passed[i] * REST[i] / Y - GROUP[i] / X * passed_y[i] for i in range(4))
    absolute = tuple(passed[i] * AREAS[i] / sum(AREAS) - GROUP[i] / X * passed_a[i] for i in range(4))
    central = (80, 20, 0, 0)
    # Fewer than five other units: all are neighbours, and the order from each decides.
    local = tuple(_outward(order) for order in ((0, 1, 2, 3), (1, 0, 2, 3), (2, 1, 0, 3), (3, 2, 1, 0)))
    return {
        "delta": Working("|x/X − a/A|", ground, f"half the sum, {sum(ground):.4f} ÷ 2", sum(ground) / 2, "land"),
        "absolute_concentration": Working(
            "x/X · a",
            own,
            f"members live in units of {sum(own):.4f} km² on average; 120 people at least in those of {least:.0f} (A "
            f"and B), at most in those of {most:.0f} (D and C): 1 − ({sum(own):.4f} − {least:.0f}) ÷ ({most:.0f} − "
            f"{least:.0f})",
            1 - (sum(own) - least) / (most - least),
            "land",
        ),
        "relative_concentration": Working(
            "x/X · a",
            own,
            f"members live in units of {sum(own):.4f} km², the others in those of {others:.4f}; 120 people at least in "
            f"{least:.0f}, at most in {most:.0f}: ({sum(own):.4f} ÷ {others:.4f} − 1) ÷ ({least:.0f} ÷ {most:.0f} − 1)",
            (sum(own) / others - 1) / (least / most - 1),
            "land",
        ),
        "profile_r": Working("x/X · |p − P|", gaps, f"{sum(gaps):.4f} ÷ (1 − {P})", sum(gaps) / (1 - P)),
        "relative_centralisation": Working(
            "X passed · y/Y − x/X · Y passed", relative, "their sum", sum(relative), "land"
        ),
        "absolute_centralisation": Working(
            "X passed · a/A − x/X · A passed", absolute, "their sum", sum(absolute), "land"
        ),
        "proportion_central": Working(
            "members up to 2 km away", central, f"{sum(central)} ÷ {X}", sum(central) / X, "land"
        ),
        "local_relative_centralisation": Working(
            "RCE outward from here",
            local,
            "one value a unit; all three others are among its five nearest",
            local,
            "land",
        ),
    }


def _outward(order: tuple[int, ...]) -> float:
    """RCE when units are passed in that order."""
    value = members = others = 0.0
    for i in order:
        x, y = GROUP[i] / X, REST[i] / Y
        value += members * y - x * others
        members, others = members + x, others + y
    return value


def clusters() -> dict[str, Working]:
    """Return the workings of the measures of local clusters; with units of one size both kinds of rates agree."""
    z = tuple(p - P for p in SHARES)
    squares = sum(each**2 for each in z)
    spread = sqrt(squares / 4)
    sums = tuple(sum(SHARES[j] for j in (i, *_neighbours(i))) for i in range(4))
    many = tuple(1 + len(_neighbours(i)) for i in range(4))
    scores = tuple(
        (total - P * count) / (spread * sqrt((4 * count - count**2) / 3))
        for total, count in zip(sums, many, strict=True)
    )
    means = tuple(sum(z[j] for j in _neighbours(i)) / len(_neighbours(i)) for i in range(4))
    return {
        "getis_ord": Working(
            "p of the unit and its neighbours, summed",
            sums,
            f"over k units: (that − 0.3 k) ÷ ({spread:.4f} √((4k − k²) ÷ 3)), one value a unit, "
            + ", ".join(f"{score:.4f}" for score in scores),
            scores,
            "contiguity",
        ),
        "local_moran": Working(
            "mean of p − P over the neighbours",
            means,
            f"3 (p − P) · that ÷ {squares:.2f}, one value a unit, "
            + ", ".join(f"{3 * one * other / squares:.4f}" for one, other in zip(z, means, strict=True)),
            tuple(3 * one * other / squares for one, other in zip(z, means, strict=True)),
            "contiguity",
        ),
    }


def overlaps() -> dict[str, Working]:
    """Return the workings of overlaps of the two groups' spreads, and of measures made for occupations."""
    spread = tuple((x / X, y / Y) for x, y in zip(GROUP, REST, strict=True))
    roots = tuple(sqrt(x * y) for x, y in spread)
    surprise = tuple(x * log(x / y) if x else 0.0 for x, y in spread)
    least, most = sum(min(pair) for pair in spread), sum(max(pair) for pair in spread)
    alike = tuple(abs(p / sum(SHARES) - (1 - p) / (4 - sum(SHARES))) for p in SHARES)
    matched = (80, 20 * 0.1, 0, 20 * 0.1)  # all of A, and a tenth of B and of D, whose shares are the next
    inside = sum(matched)
    return {
        "symmetric_atkinson": Working("√(x/X · y/Y)", roots, f"1 − {sum(roots):.4f}, for two groups", 1 - sum(roots)),
        "kullback_leibler": Working("x/X · ln((x/X) ÷ (y/Y))", surprise, "their sum", sum(surprise)),
        "min_max": Working(
            "smaller of x/X and y/Y",
            tuple(min(pair) for pair in spread),
            f"1 − {least:.4f} ÷ {most:.4f}, the sums of the smaller and of the larger",
            1 - least / most,
        ),
        "size_standardised": Working(
            "|p ÷ Σp − (1 − p) ÷ Σ(1 − p)|",
            alike,
            f"half the sum, {sum(alike):.4f} ÷ 2; the units have the same size, so that it is D",
            sum(alike) / 2,
        ),
        "marginal_matching": Working(
            "members above the cut",
            matched,
            f"{X} members, so {X} places above the cut: the 100 of A, where the share is highest, and 20 of the 200 in "
            f"B and D; {inside:.0f} of {X} members, and so {X - inside:.0f} of {Y} others, are there: "
            f"{inside:.0f} ÷ {X} − {X - inside:.0f} ÷ {Y}",
            inside / X - (X - inside) / Y,
        ),
    }


def targets() -> dict[str, Working]:
    """Return the workings of spreads against everyone, of extremes, and of diversity of order two."""
    gaps = tuple(sum(t / T * abs(p - q) for q, t in zip(SHARES, PEOPLE, strict=True)) for p in SHARES)
    mean = sum(gaps) / 4
    own = tuple(sqrt(p / P) for p in SHARES)
    other = tuple(sqrt((1 - p) / (1 - P)) for p in SHARES)
    of_group, of_rest = 4 * (1 - sum(own) / 4), 4 * (1 - sum(other) / 4)
    ends = tuple((x - y) / t for x, y, t in zip(GROUP, REST, PEOPLE, strict=True))
    alike = P**2 + (1 - P) ** 2
    return {
        "target_gini": Working(
            "mean difference from the units' shares", gaps, f"their mean, {mean:.4f}, ÷ (2 × {P})", mean / (2 * P)
        ),
        "overall_gini": Working(
            "mean difference from the units' shares",
            gaps,
            f"their mean, {mean:.4f}, ÷ 2 for each of the two groups",
            mean,
        ),
        "target_entropy": Working(
            "√(p/P)", own, f"with a = 0.5: (1 − their mean, {sum(own) / 4:.4f}) ÷ 0.25", of_group
        ),
        "overall_entropy": Working(
            "√(p/P)",
            own,
            f"with a = 0.5: {P} × {of_group:.4f} + {1 - P} × {of_rest:.4f}, by the roots of (1 − p)/(1 − P)",
            P * of_group + (1 - P) * of_rest,
        ),
        "extremes": Working("(x − y) ÷ t", ends, "one value a unit", ends),
        "renyi": Working(
            "", (), f"the whole town's mix is 30 : 70, so −ln(0.3² + 0.7²) = −ln {alike:.2f}", -log(alike)
        ),
    }


def _integral(f: Callable[[float], float], low: float, high: float) -> float:
    """Integrate by the tanh-sinh rule, which bears an endless slope at the ends."""
    half, middle = (high - low) / 2, (high + low) / 2
    nodes = [step / 32 for step in range(-112, 113)]
    weights = [pi / 2 * cosh(t) / cosh(pi / 2 * sinh(t)) ** 2 / 32 for t in nodes]
    return half * sum(w * f(middle + half * tanh(pi / 2 * sinh(t))) for t, w in zip(nodes, weights, strict=True))


def _walk(order: tuple[int, ...]) -> float:
    """Area under the greatest divergence still to come, of people met in that order of units."""
    met = [0.0]
    for unit in order:
        met.append(met[-1] + GROUP[unit])
    ends = [_divergence(members / (100 * (place + 1))) for place, members in enumerate(met[1:])]
    area = 100 * max(_divergence(SHARES[order[0]]), *ends)
    for place, unit in enumerate(order[1:], start=1):

        def mix(n: float, start: int = place, here: int = unit) -> float:
            return _divergence((met[start] + (n - 100 * start) * SHARES[here]) / n)

        low, high, later = 100.0 * place, 100.0 * (place + 1), max(ends[place:])
        # The divergence may fall to what is still to come; from there on it stays below.
        left, right = low, high if mix(low) > later else low
        while right - left > 1e-13 * high:
            half = (left + right) / 2
            left, right = (half, right) if mix(half) > later else (left, half)
        area += _integral(mix, low, left) + later * (high - left)
    return area / T


def walks() -> dict[str, Working]:
    """Return the workings of distortion, walking along the road and counting people as one goes."""
    orders = [tuple(sorted(range(4), key=lambda j: (abs(CENTRES[i] - CENTRES[j]), j))) for i in range(4)]
    areas = tuple(_walk(order) for order in orders)
    # The most: amid the group, with all of it nearest.
    most = (X * log(1 / P) + _integral(lambda n: _divergence(X / n), X, T)) / T
    routes = ", ".join("".join(UNITS[j] for j in order) for order in orders)
    return {
        "distortion": Working(
            "area under the divergence still to come",
            areas,
            f"walking {routes}; the mean over people, {sum(areas) / 4:.4f}, ÷ {most:.4f}, the most that {X} and {Y} "
            "people allow",
            sum(areas) / 4 / most,
            "road",
        ),
        "local_distortion": Working(
            "area under the divergence still to come",
            areas,
            f"walking {routes}; ÷ {most:.4f}, one value a unit, " + ", ".join(f"{area / most:.4f}" for area in areas),
            tuple(area / most for area in areas),
            "road",
        ),
    }


def ranks() -> dict[str, Working]:
    """Return the workings of measures of groups from lowest to highest: the group, a middle band and the highest."""
    upper = tuple((x + middle) / t for x, middle, t in zip(GROUP, MIDDLE, PEOPLE, strict=True))
    low, high = P, sum(upper) / 4

    def over(name: str, mixed: Callable[[float], float]) -> dict[str, Working]:
        """Work out both measures that call people mixed so."""
        units = tuple(mixed(p) + mixed(q) for p, q in zip(SHARES, upper, strict=True))
        whole = mixed(low) + mixed(high)
        first = 1 - sum(map(mixed, SHARES)) / 4 / mixed(low)
        second = 1 - sum(map(mixed, upper)) / 4 / mixed(high)
        step = f"1 − {sum(units) / 4:.4f} ÷ {whole:.4f}, the mean over the units and the sum of the whole"
        at = (
            f"with degree 1: {first:.4f} at the first threshold and {second:.4f} at the second; the line through both, "
        )
        return {
            f"ordinal_{name}": Working(
                "how mixed at 1st + at 2nd threshold", units, step, 1 - sum(units) / 4 / whole, "bands"
            ),
            f"rank_order_{name}": Working(
                "share at or below the 2nd threshold",
                upper,
                f"{at}at rank ½, the mean of all ranks: {first:.4f} + ({second:.4f} − {first:.4f}) × (0.5 − 0.3) ÷ "
                "(0.6 − 0.3)",
                first + (second - first) * (0.5 - low) / (high - low),
                "bands",
            ),
        }

    found = {
        **over("information", lambda p: _mix(p) / log(2)),
        **over("variation", lambda p: 4 * p * (1 - p)),
        **over("squareroot", lambda p: 2 * sqrt(p * (1 - p))),
        **over("absolute", lambda p: 2 * min(p, 1 - p)),
    }
    del found["rank_order_absolute"]
    return found


@cache
def workings() -> dict[str, Working]:
    """Return the working of every measure, by its name."""
    apart = tuple(abs(x / X - y / Y) for x, y in zip(GROUP, REST, strict=True))
    mixes = tuple(_mix(p) for p in SHARES)
    own = tuple(x / X * p for x, p in zip(GROUP, SHARES, strict=True))
    other = tuple(x / X * (1 - p) for x, p in zip(GROUP, SHARES, strict=True))
    squares = tuple(t / T * (p - P) ** 2 for t, p in zip(PEOPLE, SHARES, strict=True))
    both = tuple(sqrt(p * (1 - p)) * t / T for p, t in zip(SHARES, PEOPLE, strict=True))
    roots = tuple(sqrt(x / X * y / Y) for x, y in zip(GROUP, REST, strict=True))
    exchanged = tuple(abs(x / X - t / T) for x, t in zip(GROUP, PEOPLE, strict=True))
    moved = tuple(2 * abs(x - t * P) for x, t in zip(GROUP, PEOPLE, strict=True))
    gaps = tuple(sum(t / T * abs(p - q) for q, t in zip(SHARES, PEOPLE, strict=True)) for p in SHARES)
    differ = tuple(2 * p * (1 - p) for p in SHARES)
    lqs = tuple(p / P for p in SHARES)
    local = tuple(_divergence(p) for p in SHARES)
    isolation, squared = sum(own), sum(squares)
    variation = f"{squared:.4f} ÷ ({P} × {1 - P})"
    whole = "the whole town's mix is 30 : 70, so "
    return {
        **clustering(),
        **boundaries(),
        **clusters(),
        **land(),
        **ranks(),
        **walks(),
        **overlaps(),
        **targets(),
        "local_isolation": Working("x/t", SHARES, "one value a unit; their mean over members is isolation", SHARES),
        "local_exposure": Working(
            "y/t",
            tuple(1 - p for p in SHARES),
            "one value a unit; their mean over members is exposure",
            tuple(1 - p for p in SHARES),
        ),
        "dissimilarity": Working("|x/X − y/Y|", apart, f"half the sum, {sum(apart):.4f} ÷ 2", sum(apart) / 2),
        "information_theory": Working(
            "entropy Eᵢ of the unit", mixes, f"1 − {sum(mixes) / 4:.4f} ÷ {E:.4f}", 1 - sum(mixes) / 4 / E
        ),
        "mutual_information": Working(
            "entropy Eᵢ of the unit", mixes, f"E less their mean, {E:.4f} − {sum(mixes) / 4:.4f}", E - sum(mixes) / 4
        ),
        "gini": Working(
            "mean difference from the units' shares",
            gaps,
            f"their mean, {sum(gaps) / 4:.4f}, ÷ (2 × {P} × {1 - P})",
            sum(gaps) / 4 / (2 * P * (1 - P)),
        ),
        "relative_diversity": Working(
            "chance that two people of the unit differ",
            differ,
            f"1 − {sum(differ) / 4:.4f} ÷ {I:.4f}",
            1 - sum(differ) / 4 / I,
        ),
        "squared_variation": Working(
            "t/T · (p − P)²", squares, f"{variation}, for two groups", squared / (P * (1 - P))
        ),
        "normalised_exposure": Working(
            "t/T · (p − P)²", squares, f"{variation}, for two groups", squared / P + squared / (1 - P)
        ),
        "atkinson": Working(
            "t/T · √(p(1 − p))",
            both,
            f"with b = 0.5: 1 − ({P} ÷ {1 - P}) × ({sum(both):.4f} ÷ {P})²",
            1 - P / (1 - P) * (sum(both) / P) ** 2,
        ),
        "hutchens": Working("√(x/X · y/Y)", roots, f"1 − {sum(roots):.4f}", 1 - sum(roots)),
        "gorard": Working("|x/X − t/T|", exchanged, f"half the sum, {sum(exchanged):.4f} ÷ 2", sum(exchanged) / 2),
        "karmel_maclachlan": Working(
            "|x − tP| + |y − t(1 − P)|", moved, f"{sum(moved):.0f} ÷ (2 × {T})", sum(moved) / 2 / T
        ),
        "isolation": Working("x/X · x/t", own, "their sum", isolation),
        "exposure": Working("x/X · y/t", other, "their sum", sum(other)),
        "correlation_ratio": Working(
            "x/X · x/t", own, f"({isolation:.1f} − {P}) ÷ (1 − {P})", (isolation - P) / (1 - P)
        ),
        "concentration_profile": Working(
            "members where p ≥ 0.5",
            tuple(x * float(p >= 0.5) for x, p in zip(GROUP, SHARES, strict=True)),
            f"80 of {X} members",
            80 / X,
        ),
        "location_quotient": Working("p/P", lqs, "one value a unit", lqs),
        "local_information": Working("Σ π ln(π/Π)", local, "one value a unit; their mean is M", local),
        "local_divergence": Working("Σ π ln(π/Π)", local, "one value a unit", local),
        "simpson": Working("", (), f"{whole}1 − (0.3² + 0.7²)", 1 - P**2 - (1 - P) ** 2),
        "effective_groups": Working("", (), f"{whole}exp({E:.4f})", exp(E)),
        "shannon": Working("", (), f"{whole}−(0.3 ln 0.3 + 0.7 ln 0.7)", E),
        "scaled_entropy": Working("", (), f"{whole}{E:.4f} ÷ ln 2", E / log(2)),
        "local_entropy": Working(
            "entropy of the unit ÷ ln 2",
            tuple(mix / log(2) for mix in mixes),
            "one value a unit, as `placemix.local` gives it",
            tuple(mix / log(2) for mix in mixes),
        ),
    }
