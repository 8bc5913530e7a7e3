"""The same measure at several levels of area: what is hidden inside larger units."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, SmoothedByInterpolation, UnknownColumn, did_you_mean, listed
from placemix.measuring import measure
from placemix.measuring.inputs import described
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember
from placemix.scales.stacking import stacked


def table(
    counts: Counts,
    levels: str | Sequence[str],
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
) -> Result:
    """Measure the same people in the units themselves and in the larger areas that these lie in.

    Parameters
    ----------
    counts
        People of each group in the smallest units, with the larger areas as strata.
    levels
        Strata that are areas, such as ``["lsoa", "msoa", "district"]``, in the order wanted.
    measures, focal, against, by
        See `placemix.measure`. Areas that lie in several strata of `by` are refused.

    Returns
    -------
    result
        As from `placemix.measure`, with the column `scale` after those of `by`: ``"units"``, then
        each level. `units` says how many areas there are at it.

    Raises
    ------
    UnknownColumn
        The counts carry no such strata.
    InvalidTable
        An area lies in several strata of `by`.

    Notes
    -----
    Areas are told apart by their label, so use codes where names repeat.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.scales.table(homes, ["neighbourhood", "ward", "district"], "information_theory")
    >>> found[["scale", "units", "value"]].round(3)
               scale  units  value
    0          units   2397  0.227
    1  neighbourhood    288  0.175
    2           ward     48  0.138
    3       district      6  0.076
    """
    counts = checked(counts)
    names = [levels] if isinstance(levels, str) else list(levels)
    strata = [by] if isinstance(by, str) else list(by)
    unknown = [name for name in names if name not in counts.strata.columns]
    if unknown or not names:
        known = ", ".join(map(str, counts.strata.columns)) or "none"
        message = f"The counts carry no areas {listed(unknown)}; they carry {known}." if unknown else "No level named."
        hint = did_you_mean(unknown[0], counts.strata.columns) if unknown else ""
        raise UnknownColumn(message, remedy=hint or "Name them as strata= when building the counts.")
    if len(set(names)) < len(names) or set(names) & set(strata):
        message = "A level is named twice, or is also what the measures are by."
        raise InvalidParameter(message, remedy="Name each once.")
    # Shapes play no part, and strata other than those of the call need not nest.
    plain = replace(counts, geometry=None, strata=counts.strata[strata])
    finest = measure(plain, measures, focal=focal, against=against, by=strata)
    frames: list[pd.DataFrame] = [finest]
    for name in names:
        lookup = pd.Series(counts.strata[name].astype(str).to_numpy(), index=counts.units)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmoothedByInterpolation)  # said of the units above
            frames.append(measure(plain.merge_units(lookup), measures, focal=focal, against=against, by=strata))
    frame = stacked(frames, "scale", ["units", *names], len(strata))
    arguments = {
        "levels": names,
        "measures": [measures] if isinstance(measures, str) else list(measures),
        "focal": focal,
        "against": against,
        "by": strata,
    }
    return remember(frame, Call("table", {"counts": counts}, arguments, described))
