"""The type of each place: the first type of a scheme whose conditions hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import IntArray
from placemix._version import __version__
from placemix.errors import InvalidParameter, plural
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings
from placemix.typology.places import edges
from placemix.typology.places.asking import asked
from placemix.typology.places.looking_up import Data, Reference, untyped
from placemix.typology.places.sorting import Labels, Sorting
from placemix.typology.rules.kinds import Scheme


class Typed(NamedTuple):
    """The types of the units of a table.

    Attributes
    ----------
    codes
        Place of each unit's type in `types`, -1 where nobody is, shape (units,).
    types, labels
        Ids and descriptive labels of all types, in the order in which they are shown.
    scheme
        The rules.
    reference
        Names of the reference groups, or empty.
    notes
        What a result must say.
    """

    codes: IntArray
    types: tuple[str, ...]
    labels: tuple[str, ...]
    scheme: Scheme
    reference: tuple[str, ...]
    notes: tuple[str, ...]


def classify(
    counts: Data,
    *,
    scheme: str | Path | Scheme,
    reference: Reference = None,
    city: str | None = None,
    around: Surroundings | None = None,
    labels: Labels = "descriptive",
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
) -> Result:
    """Give each place a type by the rules of a scheme.

    Types have edges, and a place just beyond one differs little from a place just before it: `margin` says
    how far each is from the nearest edge, and `uncertainty` how likely each type is.

    Parameters
    ----------
    counts
        People of each group in each unit: areas, schools, workplaces. For `single_characteristic` also a
        mapping from the name of each dimension (ethnicity, faith, tenure) to counts of the same units.
    scheme
        Id of a scheme (`schemes` lists them), the path of a scheme file of your own, or what `load_scheme` gave.
    reference
        The reference ("host") group, or a list of groups that are one; needed by schemes that compare with one.
    city
        Strata column of the cities whose totals a scheme looks at. Default: the whole table is one city.
    around
        Who is around each unit, from a function of `placemix.surroundings`: types are then of the people
        around each unit, and concentration is of the residents there. A unit with nobody around has the type of its
        own people, and the note counts such units.
    labels
        ``"descriptive"``, or ``"original"`` for the terms of the papers.
    parameters
        Thresholds that the scheme leaves to you, as ``{"threshold": 0.5}``.
    recalibrate
        Whether thresholds set for another number of groups are carried over; the note says how.
    host
        The same as `reference`, as papers of the field call it.

    Returns
    -------
    result
        One row for each unit. Columns: `unit`; `type`, ordered as the scheme shows them, and `label`; `scheme`;
        `group`, whom the type names; `nearest_threshold`, the condition nearest to the unit whose crossing alone
        would change its type, and `margin`, the signed distance to it (as a share of the unit's people; of the
        group's members in the city, or of the largest entropy, where the condition is of these); `people`; `city`;
        `reference`; `reason` (``no_people``, ``none_in_groups``), `note`;
        `around`; `status` (how far the rules were checked against their source), `source`, `version`.

    Raises
    ------
    ReferenceNeeded
        The scheme compares with a reference group and none was named.
    UnknownGroup
        There is no such group.
    SchemeMismatch
        The thresholds were set for another number of groups, or for one dimension.
    InvalidParameter
        A parameter is missing, unknown or out of range.
    InvalidScheme, UnknownScheme, UnreadableFile
        The scheme cannot be read.

    References
    ----------
    Poulsen, Johnston and Forrest 2001; Johnston, Poulsen and Forrest 2007; Holloway, Wright and Ellis 2012; Hall,
    Crowder and Spring 2015.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> wards = pd.DataFrame({"ward": list("ABCD"), "white": [90, 60, 35, 10], "asian": [5, 30, 45, 80],
    ...                       "black": [5, 10, 20, 10]})
    >>> wards = pm.from_wide(wards, groups=["white", "asian", "black"], unit="ward")
    >>> found = pm.typology.classify(wards, scheme="PJF2001", reference="white")
    >>> found[["unit", "type", "group", "nearest_threshold", "margin"]].round(2)
      unit type  group             nearest_threshold  margin
    0    A    I    NaN  reference >= 80% of everyone    0.10
    1    B   II    NaN  reference >= 50% of everyone    0.10
    2    C  III  asian  reference >= 30% of everyone    0.05
    3    D   VI  asian  reference >= 30% of everyone   -0.20
    >>> found["label"].tolist()[:2]
    ['80 % or more white', '50 to under 80 % white']
    """
    if labels not in ("descriptive", "original"):
        message = f"labels is 'descriptive' or 'original', not {labels!r}."
        raise InvalidParameter(message)
    question = asked(
        counts, scheme=scheme, reference=reference, city=city, around=around, parameters=parameters,
        recalibrate=recalibrate, host=host,
    )  # fmt: skip
    found = Sorting(question)
    types, _, codes, notes = found.types(labels)
    nearest, margin = edges.nearest(found)
    lived_in = found.lived_in
    first = question.first
    frame = pd.DataFrame({
        "unit": np.asarray(first.units, dtype=object),
        "type": pd.Categorical.from_codes(codes, categories=pd.Index(types, dtype=object), ordered=True),
        "label": found.labels(labels),
        "scheme": question.scheme.id,
        "group": found.groups(),
        "nearest_threshold": nearest,
        "margin": margin,
        "people": first.total,
        "city": question.city_names,
        "reference": " + ".join(question.reference) or None,
        "reason": untyped(lived_in, first),
        "note": " ".join(notes) or None,
        "around": None if around is None else around.text,
        "status": question.scheme.status,
        "source": question.source,
        "version": __version__,
    })  # fmt: skip
    inputs, arguments = question.call()
    result = remember(frame, Call("typology.classify", inputs, {**arguments, "labels": labels}, described))
    result.attrs["cites"] = question.scheme.cites
    # Parts of a result keep its attributes, but not what it says of the whole.
    result.attrs["said"] = (len(frame), _said(frame, found.types(labels)[1]))
    return result


def _said(frame: pd.DataFrame, labels: tuple[str, ...]) -> str:
    """How many places and people are of each type, a sentence each."""
    sums = frame.groupby("type", observed=False)["people"].agg(["size", "sum"])
    everyone = float(frame["people"].sum())
    lines = []
    for label, (units, people) in zip(labels, sums.itertuples(index=False), strict=True):
        if units:
            share = f"{100 * people / everyone:.1f} %" if everyone else "none"
            lines.append(f"{plural(units, 'place')} with {people:,.0f} people ({share}) are of the type “{label}”.")
    left = int(frame["type"].isna().sum())
    if left:
        lines.append(f"{plural(left, 'place has', 'places have')} no type, since nobody is there in one of the groups.")
    return "\n".join(lines)


def typed(
    counts: Data,
    *,
    scheme: str | Path | Scheme,
    reference: Reference = None,
    city: str | None = None,
    around: Surroundings | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
) -> Typed:
    """Give the type of each unit alone, for whatever is counted by types; arguments as in `classify`."""
    question = asked(
        counts, scheme=scheme, reference=reference, city=city, around=around, parameters=parameters,
        recalibrate=recalibrate, host=host,
    )  # fmt: skip
    types, texts, codes, notes = Sorting(question).types("descriptive")
    return Typed(codes, types, texts, question.scheme, question.reference, notes)
