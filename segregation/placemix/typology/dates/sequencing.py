"""The types that a place had at one date after the other, and places that went alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import IntArray
from placemix._version import __version__
from placemix.counts import Counts
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.typology.dates.alignments import Costs
from placemix.typology.dates.crossings import arguments
from placemix.typology.dates.matching import AnyScheme, Rules, Unmatched, Vintages, strata_of
from placemix.typology.dates.paths import Around, Paths, paths_of
from placemix.typology.places.looking_up import Reference, reserved

_ENDS = ("cluster", "cluster_name", "silhouette", "matched", "reason", "scheme", "reference", "around", "costs", "note",
         "source", "version")  # fmt: skip
_UNIT = ("unit", "sequence", "changes", "first", "last", "people_first", "people_last")
_TABLE = ("sequence", "changes", "units", "share_units")
#: Names that no date may bear.
COLUMNS = (*_UNIT, *_TABLE, *_ENDS)


def sequences(
    dates: Mapping[str, Counts],
    *,
    scheme: AnyScheme,
    reference: Reference = None,
    clusters: int | None = None,
    costs: Costs = "indel",
    city: str | None = None,
    around: Around = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    unmatched: Unmatched = "refuse",
    vintages: Vintages = "refuse",
    host: Reference = None,
) -> Result:
    """Give the types of each place at one date after the other.

    Parameters
    ----------
    dates
        Counts of the same groups in the same units by the name of each date, in order; two at least.
    scheme, reference, city, parameters, recalibrate, unmatched, vintages, host
        As in `transitions`.
    clusters
        Number of clusters of like sequences. Default: none are made.
    costs
        What makes sequences unlike. ``"indel"`` counts the types to leave out and to put in until they are the same
        (a substitution costs both, 2), so that the same turn at another date is near; ``"hamming"`` counts the dates
        at which they differ; ``"transitions"`` lets a substitution cost 2 less the shares of units that went from one
        type to the other and back.
    around
        Surroundings of all dates, or a mapping from the name of each date to its own.

    Returns
    -------
    result
        One row a unit. Columns: `unit`; the type at each date, under its name; `sequence` (``"I > II > II"``);
        `changes` (dates whose type differs from the one before); `first`, `last`; `people_first` and `people_last`,
        everyone at the first and the last date; `cluster` (1 has most units), `cluster_name` (its medoid, the sequence
        least far from all of its units), `silhouette`; `matched` (whether found at every date), `reason` (why a type
        is missing), `scheme`, `reference`, `around`, `costs`, `note`, `source` (of each date), `version`. Units with a
        gap are in no cluster.

    Raises
    ------
    VintageMismatch, UnknownGroup
        As in `transitions`.
    InvalidParameter
        There are fewer than two dates; a date bears the name of a column; or there are fewer distinct sequences than
        `clusters`.

    Notes
    -----
    Distances are those of optimal matching (Needleman and Wunsch). Clusters are by average linkage over units, which
    needs no distances between units, only between the distinct sequences they follow.

    References
    ----------
    Needleman and Wunsch 1970; Abbott and Tsay 2000; Delmelle 2016; Rousseeuw 1987.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> white = {"1991": [95, 90, 60, 85], "2001": [90, 75, 55, 70], "2011": [85, 60, 40, 65]}
    >>> dates = {date: pm.from_wide(pd.DataFrame({"area": list("ABCD"), "white": n, "asian": [100 - x for x in n]}),
    ...                             groups=["white", "asian"], unit="area") for date, n in white.items()}
    >>> found = pm.typology.sequences(dates, scheme="PJF2001", reference="white", clusters=2)
    >>> found[["unit", "sequence", "changes", "cluster_name"]]
      unit        sequence  changes  cluster_name
    0    A       I > I > I        0     I > I > I
    1    B     I > II > II        1   I > II > II
    2    C  II > II > III        1   I > II > II
    3    D     I > II > II        1   I > II > II
    """
    rules = Rules(scheme, reference, city, parameters, recalibrate, host)
    paths = paths_of(dates, rules, around, unmatched, vintages, clusters, costs, (), COLUMNS)
    matched, names = paths.dates, paths.dates.names
    frame = pd.DataFrame({"unit": np.asarray(matched.units, dtype=object)})
    for place, name in enumerate(names):
        frame[name] = matched.categories(matched.codes[:, place])
    frame["sequence"] = paths.texts()[paths.which]
    frame["changes"] = pd.array(paths.changes()[paths.which], dtype="Int64")
    frame["first"], frame["last"] = frame[names[0]], frame[names[-1]]
    frame["people_first"], frame["people_last"] = matched.people[:, 0], matched.people[:, -1]
    frame["matched"], frame["reason"] = matched.found, matched.reasons()
    _said(frame, paths, paths.which, costs)
    ordered = ["unit", *names, *_UNIT[1:], *_ENDS]
    return _remembered(frame[ordered], "typology.sequences", paths, rules, (), unmatched, vintages, clusters, costs)


def sequence_table(
    dates: Mapping[str, Counts],
    *,
    scheme: AnyScheme,
    reference: Reference = None,
    by: str | Sequence[str] = (),
    clusters: int | None = None,
    costs: Costs = "indel",
    city: str | None = None,
    around: Around = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    unmatched: Unmatched = "refuse",
    vintages: Vintages = "refuse",
    host: Reference = None,
) -> Result:
    """Count the places that went through each sequence of types, and their people at each date.

    Parameters
    ----------
    dates, scheme, reference, clusters, costs, city, around, parameters, recalibrate, unmatched, vintages, host
        As in `sequences`.
    by
        Strata to count within. Clusters are of all strata together.

    Returns
    -------
    result
        One row for each stratum and sequence that occurs there, those of most units first; sequences with a gap stand
        last, one row for each reason. Columns: the strata; `sequence`, `changes`, `units`, `share_units` (of
        the units with a type at every date); the people of each date as ``people_`` and its name (NaN where the units
        are not found); and from `cluster` on as in `sequences`. Units, and people of each date, sum to those of the
        tables.

    Raises
    ------
    VintageMismatch, UnknownGroup, InvalidParameter
        As in `sequences`.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> white = {"1991": [95, 90, 60, 85], "2001": [90, 75, 55, 70], "2011": [85, 60, 40, 65]}
    >>> dates = {date: pm.from_wide(pd.DataFrame({"area": list("ABCD"), "white": n, "asian": [100 - x for x in n]}),
    ...                             groups=["white", "asian"], unit="area") for date, n in white.items()}
    >>> pm.typology.sequence_table(dates, scheme="PJF2001", reference="white")[["sequence", "units", "people_2011"]]
            sequence  units  people_2011
    0    I > II > II      2        200.0
    1      I > I > I      1        100.0
    2  II > II > III      1        100.0
    """
    strata_names = (by,) if isinstance(by, str) else tuple(by)
    reserved(strata_names, (*_TABLE, *_ENDS, *(f"people_{name}" for name in dates if isinstance(name, str))))
    rules = Rules(scheme, reference, city, parameters, recalibrate, host)
    paths = paths_of(dates, rules, around, unmatched, vintages, clusters, costs, strata_names, COLUMNS)
    matched = paths.dates
    strata, labels = strata_of(matched, strata_names)
    people = [f"people_{name}" for name in matched.names]
    units = pd.DataFrame(matched.people, columns=people)
    units["units"] = 1
    keys = {"block": strata, "gap": ~paths.whole[paths.which], "which": paths.which, "matched": matched.found,
            "reason": matched.reasons()}  # fmt: skip
    table = units.assign(**keys).groupby(list(keys), as_index=False, dropna=False, sort=True).sum(min_count=1)
    table["most"] = -table["units"]
    table = table.sort_values(["block", "gap", "most", "which"], kind="stable", ignore_index=True)
    which = table["which"].to_numpy()
    table["reason"] = table["reason"].astype(object).where(table["reason"].notna(), None)
    table["sequence"] = paths.texts()[which]
    table["changes"] = pd.array(paths.changes()[which], dtype="Int64")
    whole = table["units"].where(~table["gap"])
    table["share_units"] = whole / whole.groupby(table["block"]).transform("sum")
    _said(table, paths, which, costs)
    frame = pd.concat([labels.take(table["block"].to_numpy()).reset_index(drop=True), table], axis=1)
    ordered = [*strata_names, *_TABLE, *people, *_ENDS]
    return _remembered(frame[ordered], "typology.sequence_table", paths, rules, strata_names, unmatched, vintages,
                       clusters, costs)  # fmt: skip


def _said(frame: pd.DataFrame, paths: Paths, which: IntArray, costs: Costs) -> None:
    """Put clusters, the scheme and the notes beside each row."""
    dates, found = paths.dates, paths.clusters
    notes = list(dates.notes)
    frame["cluster"] = pd.array([pd.NA] * len(frame), dtype="Int64")
    frame["cluster_name"], frame["silhouette"] = None, np.nan
    if found is not None:
        place = np.where(paths.whole, np.cumsum(paths.whole) - 1, -1)[which]
        inside = place >= 0
        names = paths.texts()[paths.whole][found.medoids]
        frame["cluster"] = pd.array(np.where(inside, found.codes[place] + 1.0, np.nan), dtype="Int64")
        frame["cluster_name"] = np.where(inside, names[found.codes[place]], None)
        frame["silhouette"] = np.where(inside, found.silhouettes[place], np.nan)
        units = np.bincount(paths.which, minlength=len(paths.distinct))[paths.whole]
        mean = float(np.average(found.silhouettes, weights=units))
        notes.append(f"Mean silhouette of units in {len(found.medoids)} clusters: {mean:.2f}.")
    frame["costs"] = costs if found is not None else None
    frame["scheme"], frame["reference"] = dates.scheme.id, dates.reference_text
    frame["around"], frame["note"] = dates.around_text, " ".join(notes) or None
    frame["source"], frame["version"] = " ".join(counts.source for counts in dates.tables), __version__


def _remembered(
    frame: pd.DataFrame,
    verb: str,
    paths: Paths,
    rules: Rules,
    by: Sequence[str],
    unmatched: Unmatched,
    vintages: Vintages,
    clusters: int | None,
    costs: Costs,
) -> Result:
    dates = paths.dates
    inputs: dict[str, Any] = {f"date_{place}": counts for place, counts in enumerate(dates.tables)}
    inputs |= {f"around_{place}": near for place, near in enumerate(dates.around) if near is not None}
    options = arguments(dates, rules, by, unmatched, vintages) | {
        "names": list(dates.names),
        "clusters": clusters,
        "costs": costs,
    }
    if verb == "typology.sequences":
        del options["by"]
    result = remember(frame, Call(verb, inputs, options, described))
    grouped = ("needleman_1970", "abbott_2000", "delmelle_2016", "rousseeuw_1987") if clusters else ()
    result.attrs["cites"] = (*dates.scheme.cites, *grouped)
    return result
