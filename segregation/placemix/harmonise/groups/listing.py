"""Which classifications are known, and which one a table has."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from placemix._typing import GroupName
from placemix.counts import group_text
from placemix.errors import InvalidParameter, UnknownGroup, listed
from placemix.harmonise.groups.categories import Scheme, scheme, schemes_by_id


def schemes() -> pd.DataFrame:
    """List the classifications that are known.

    Returns
    -------
    table
        One row each: `id`, `label`, `variable`, `year`, `universe`, `place`, `categories` (their
        number), `broad` (id of its broad groups), `publisher`, `source`, `remarks`, `unverified`
        (what was not checked against its source).

    Examples
    --------
    >>> schemes().set_index("id").loc["eth19_2021", "categories"].item()
    19
    """
    rows = [
        {
            "id": item.id,
            "label": item.label,
            "variable": item.variable,
            "year": item.year,
            "universe": item.universe,
            "place": item.place,
            "categories": len(item.categories),
            "broad": item.broad,
            "publisher": item.publisher,
            "source": item.source,
            "remarks": " ".join(item.remarks),
            "unverified": " ".join(item.unverified),
        }
        for item in schemes_by_id().values()
    ]
    return pd.DataFrame(rows)


def identify(names: Iterable[GroupName]) -> Scheme:
    """Return the one classification in which every label has a category.

    Raises
    ------
    OverlappingGroups
        The labels mix two classifications that count the same people.
    UnknownGroup
        No classification has them all; the message names the nearest.
    InvalidParameter
        Several have them all, and mean different things by them.

    Examples
    --------
    >>> identify(["White: Roma", "Other ethnic group: Arab", "White: Irish"]).id
    'eth19_2021'
    """
    texts = [group_text(name) for name in names]
    fits = {item: sum(item.find(text) is not None for text in texts) for item in schemes_by_id().values()}
    whole = [item for item, hits in fits.items() if hits == len(texts)]
    if len(whole) == 1:
        whole[0].match(texts)
        return whole[0]
    if whole:
        message = f"The groups could be those of {', '.join(item.id for item in whole)}."
        raise InvalidParameter(message, remedy="Say which: source=, or about={'scheme': …} when the table is read.")
    nearest = max(fits, key=lambda item: fits[item] + 0.9 * sum(item.is_total(text) for text in texts))
    if not fits[nearest]:
        message = f"No classification is known that has {listed([repr(text) for text in texts])}."
        raise UnknownGroup(message, remedy="harmonise.schemes() lists those that are; for others give a Crosswalk.")
    nearest.match(texts)
    raise AssertionError  # pragma: no cover: match raises where a label has no category


def own_scheme(labels: Iterable[GroupName], stated: str | None, source: str | Scheme | None = None) -> Scheme:
    """Return the classification of a table: as said, as stated with it, or the one that has all labels."""
    if source is not None:
        return scheme(source)
    return schemes_by_id()[stated] if stated in schemes_by_id() else identify(labels)
