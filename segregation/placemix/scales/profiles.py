"""Segregation profiles: a measure at many radii, or numbers of neighbours, in one sweep."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import Across
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, SmoothedByInterpolation
from placemix.lengths import in_map_units, metres
from placemix.measuring import measure
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which
from placemix.measuring.vicinity import known_around
from placemix.results import Call, Result, remember
from placemix.scales.stacking import stacked
from placemix.surroundings import Surroundings, kernel, nearest_people
from placemix.surroundings.distance.nearby import ENDING, Nearby, Shape
from placemix.surroundings.people.nearest import Nearest
from placemix.surroundings.points import Point, locate
from placemix.surroundings.sizes import at_sizes

#: What a radius of 0 would mean.
_ALONE = "For the units themselves, as size 0, pass aspatial=True."
#: Radii of the macro/micro ratio (Reardon et al. 2008), in metres.
MICRO, MACRO = 500.0, 4000.0


def profile(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    radii: Sequence[float | str] | None = None,
    people: Sequence[float] | None = None,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    shape: Shape = "biweight",
    cutoff: float | None = None,
    across: Across | None = None,
    point: Point = "centroid",
    around: Surroundings | None = None,
    aspatial: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Measure at many radii, or among many numbers of the nearest people.

    The people around every unit are summed for all sizes in one sweep over pairs of units.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    measures
        Names from `placemix.catalogue` of measures with a published spatial form.
    radii
        Bandwidths of the kernel: numbers of metres, or texts such as ``"1 mile"``.
    people
        Numbers of nearest residents, instead of `radii`.
    focal, against, by, across
        See `placemix.measure`.
    shape
        Kernel for `radii`; see `placemix.surroundings.kernel`.
    cutoff
        For Gaussian and exponential kernels: at how many bandwidths they end, a number. Default: nowhere, so that
        all pairs are summed at every radius.
    point
        Which point stands for a shape.
    around
        Surroundings by distance or by people whose size is changed, instead of those that `shape`,
        `cutoff` and `point` describe; for an own distance or a study area of one's own.
    aspatial
        Begin with the units themselves, as size 0.
    progress
        Called with the number of sizes done and of all.

    Returns
    -------
    result
        As from `placemix.measure`, size by size from the smallest; after the columns of `by` stands
        `radius` (metres, or the map's own unit where it has no name) or `nearest` (people).

    Raises
    ------
    InvalidParameter
        Neither or both of `radii` and `people` are given, one is not above 0 or given twice, or a
        cut-off goes with a kernel that ends by itself.
    NoSpatialForm
        A measure has no published spatial form.
    NoPlace, CRSMismatch, GeographicCRS
        Units cannot be placed; see `placemix.surroundings.kernel`.

    References
    ----------
    Reardon et al. 2008; Östh, Clark and Malmberg 2015.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.scales.profile(homes, "information_theory", radii=[250, 500, 1000], aspatial=True)
    >>> found[["radius", "value"]].round(3)
       radius  value
    0     0.0  0.227
    1   250.0  0.207
    2   500.0  0.183
    3  1000.0  0.155
    """
    counts = checked(counts)
    if (radii is None) == (people is None):
        message = "A profile is over radii= or over people=, one of them."
        raise InvalidParameter(message, remedy="For example radii=[500, 1000, 2000, 4000].")
    name, given = ("people", people) if radii is None else ("radii", radii)
    asked = _several(given, name)
    if around is not None:
        largest = _sized(around, name).on(counts)
        operator = largest.operator
        unit = operator.unit if isinstance(operator, Nearby) else ""
        sizes = _ascending([_length(size, unit) if unit else _number(size, name) for size in asked], name)
    elif radii is not None:
        places = locate(counts, point=point)
        sizes = _ascending([_length(radius, places.unit) for radius in asked], name)
        largest = _kernel(counts, sizes[-1], shape, cutoff, point)
    else:
        sizes = _ascending([_number(size, name) for size in asked], name)
        largest = nearest_people(counts, people=sizes[-1], point=point)
    found = at_sizes(largest, sizes)
    steps: list[tuple[float, Surroundings | None]] = list(zip(sizes, found, strict=True))
    if aspatial:
        steps.insert(0, (0.0, None))
    frames: list[pd.DataFrame] = []
    for done, (_, near) in enumerate(steps):
        with warnings.catch_warnings():
            if done:  # said once is enough
                warnings.simplefilter("ignore", SmoothedByInterpolation)
            rows = measure(
                counts, measures, focal=focal, against=against, by=by, around=near,
                across=None if near is None else across,
            )  # fmt: skip
        if near is None:
            rows.insert(list(rows.columns).index("around") + 1, "edge_share", np.zeros(len(rows)))
        frames.append(rows)
        if progress is not None:
            progress(done + 1, len(steps))
    strata = [by] if isinstance(by, str) else list(by)
    scale = "nearest" if radii is None else "radius"
    frame = stacked(frames, scale, [size for size, _ in steps], len(strata))
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures),
        "radii": None if radii is None else sizes,
        "people": None if people is None else sizes,
        "focal": focal,
        "against": against,
        "by": strata,
        "across": across,
        "aspatial": aspatial,
    }
    # Counts in a pack have no shapes; the largest surroundings hold the points that all sizes need.
    result = remember(frame, Call("profile", {"counts": counts, "around": largest}, arguments, described))
    result.attrs["cites"] = ("reardon_2008",) if people is None else ("osth_2015",)
    return result


def _several(given: Any, name: str) -> list[Any]:  # noqa: ANN401
    """List the sizes asked for, whatever holds them."""
    try:
        found = [] if isinstance(given, str) else list(given)
    except TypeError:  # a single number
        found = []
    if not found:
        message = f"{name} is a list of sizes, not {given!r}."
        one = isinstance(given, str | int | float | np.number) and not isinstance(given, bool)
        raise InvalidParameter(message, remedy=f"Write {name}=[{repr(given) if one else '…'}].")
    return found


def _sized(around: object, name: str) -> Surroundings:
    """Refuse surroundings whose size is none of those asked for: radii would pass for people."""
    known_around(around)
    kind, made = (Nearby, "kernel or within") if name == "radii" else (Nearest, "nearest_people or nearest_places")
    if isinstance(around, Surroundings) and isinstance(around.operator, kind):
        return around
    text = around.text if isinstance(around, Surroundings) else f"a {type(around).__name__}"
    message = f"{name} are sizes of surroundings by {'distance' if name == 'radii' else 'people'}, not of {text}."
    raise InvalidParameter(message, remedy=f"Make around= with {made}.")


def _ascending(sizes: Sequence[float], name: str) -> list[float]:
    twice = sorted({size for size in sizes if list(sizes).count(size) > 1})
    if twice:
        message = f"{name} names {', '.join(f'{size:g}' for size in twice)} more than once."
        raise InvalidParameter(message, remedy="Name each size once.")
    return sorted(sizes)


def _number(size: object, name: str) -> float:
    plain = isinstance(size, (int, float, np.integer, np.floating)) and not isinstance(size, bool)
    if not plain or not 0 < float(size) < math.inf:  # type: ignore[arg-type]
        message = f"{name} are numbers above 0, not {size!r}."
        raise InvalidParameter(message, remedy=_ALONE if plain and size == 0 else "")
    return float(size)  # type: ignore[arg-type]


def _length(size: Any, unit: str) -> float:  # noqa: ANN401
    """Read a radius in metres, or on a plane of no named unit in its own."""
    length = metres(size, name="radius") if unit == "m" else in_map_units(size, None, name="radius")
    if not length > 0:
        message = f"radii are lengths above 0, not {size!r}."
        raise InvalidParameter(message, remedy=_ALONE)
    return length


def _kernel(counts: Counts, radius: float, shape: Shape, cutoff: float | None, point: Point) -> Surroundings:
    plain = isinstance(cutoff, (int, float, np.integer, np.floating)) and not isinstance(cutoff, bool)
    if cutoff is not None and shape in ENDING:
        message = f"A {shape} kernel ends at its bandwidth, so a cut-off means nothing."
        raise InvalidParameter(message, remedy="Leave out cutoff=.")
    if cutoff is not None and (not plain or not 0 < cutoff < math.inf):
        message = f"In a profile cutoff is a number of bandwidths above 0 and no length, not {cutoff!r}."
        remedy = "Write cutoff=4 to end at four times each radius; a length is the cutoff= of surroundings.kernel."
        raise InvalidParameter(message, remedy=remedy)
    ends = None if cutoff is None else radius * cutoff
    return kernel(counts, bandwidth=radius, shape=shape, cutoff=ends, point=point)


def macro_micro(profile: pd.DataFrame, *, micro: float | str = MICRO, macro: float | str = MACRO) -> pd.DataFrame:
    """Divide a measure at a large radius by that at a small one.

    Near 1, what separates groups is as large as the large radius; near 0, it is patches smaller than it.

    Parameters
    ----------
    profile
        What `profile` gave.
    micro, macro
        The two sizes, both in the profile: numbers as there, or for radii texts such as ``"500 m"``.

    Returns
    -------
    ratios
        One row for each stratum, measure and group: the columns of `by`, `measure`, `focal`, `against`,
        `micro`, `macro` (the measure at either size), `ratio` (NaN where the small one is 0 or undefined).

    Raises
    ------
    InvalidParameter
        The frame is no profile, or lacks one of the sizes.

    References
    ----------
    Reardon et al. 2008.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.scales.profile(homes, "information_theory", radii=[500, 4000])
    >>> float(pm.scales.macro_micro(found)["ratio"].iloc[0]) < 1
    True
    """
    frame = pd.DataFrame(profile)
    scale = next((name for name in ("radius", "nearest") if name in frame.columns), None)
    if scale is None:
        message = "This frame is no profile: it has neither radius nor nearest."
        raise InvalidParameter(message, remedy="Pass what scales.profile gave.")
    held = frame[scale].unique()
    small_size, large_size = (_size_of(size, frame, scale) for size in (micro, macro))
    missing = [size for size in (small_size, large_size) if not np.isclose(held, size, rtol=1e-9).any()]
    if missing:
        message = f"The profile has no {scale} of {', '.join(f'{size:g}' for size in missing)}."
        raise InvalidParameter(message, remedy=f"It has {', '.join(f'{size:g}' for size in held)}.")
    by = list(frame.columns[: list(frame.columns).index(scale)])
    keys = [*by, "measure", "focal", "against"]
    small, large = (
        frame[np.isclose(frame[scale], size, rtol=1e-9)].reset_index(drop=True) for size in (small_size, large_size)
    )
    # Rows of a profile are in the same order at every size.
    out = small[keys].copy()
    out["micro"], out["macro"] = small["value"], large["value"]
    out["ratio"] = np.divide(large["value"], small["value"], out=np.full(len(out), np.nan), where=small["value"] != 0)
    return out


def _size_of(size: Any, frame: pd.DataFrame, scale: str) -> float:  # noqa: ANN401
    """Read one of the sizes of a profile, in the unit of its column."""
    if scale == "nearest":
        if isinstance(size, bool) or not isinstance(size, int | float | np.number):
            message = f"The sizes of a profile over people are numbers of people, not {size!r}."
            raise InvalidParameter(message)
        return float(size)
    planar = (
        frame["around"].astype(str).str.contains(r"(?:bandwidth|within) [\d.e+]+ units").any()
        if "around" in frame.columns
        else False
    )
    return in_map_units(size, None, name="A radius") if planar else metres(size, name="A radius")
