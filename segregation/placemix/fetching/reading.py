"""From a file to counts, lists and rates, by the reader that its recipe names."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

from placemix import readers
from placemix.about import About
from placemix.errors import PlacemixWarning, WrongFormat
from placemix.fetching.keeping import Kept
from placemix.fetching.loading import READERS


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """What a reader made of a file.

    Attributes
    ----------
    kept
        The file.
    content
        Counts, a Frame, Rates or a table, with its address and day in `about`.
    said
        Warnings of the reader, which are about the whole file and not the district.
    """

    kept: Kept
    content: Any
    said: tuple[str, ...]


def read(kept: Kept) -> Read:
    """Read a file, and check that it is of the table and vintage of its recipe.

    Raises
    ------
    WrongFormat
        It is another table, or of another year, than the recipe's.
    """
    recipe = kept.recipe
    if recipe.reader not in READERS:
        message = f"{recipe.id!r} names no reader."
        raise WrongFormat(message)
    reader = getattr(readers, recipe.reader)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PlacemixWarning)
        content = reader(kept.path)
    said = tuple(dict.fromkeys(str(item.message) for item in caught if issubclass(item.category, PlacemixWarning)))
    about = getattr(content, "about", None)
    if isinstance(about, About):
        _same_table(kept, about)
        content = replace(content, about=_from(kept, about))
    return Read(kept, content, said)


def _same_table(kept: Kept, about: About) -> None:
    recipe = kept.recipe
    differences = []
    if recipe.reader == "nomis" and about.table and about.table != recipe.published_as:
        differences.append(f"the table {about.table}, not {recipe.published_as}")
    if recipe.reader in {"nomis", "indices_of_deprivation", "ons_boundaries"} and about.vintage:
        wanted = recipe.vintage
        if wanted and about.vintage != wanted:
            differences.append(f"of {about.vintage}, not {wanted}")
    if recipe.reader == "spc" and about.period and about.period != recipe.period:
        differences.append(f"of {about.period}, not {recipe.period}")
    if about.geography and about.geography != recipe.geography:
        differences.append(f"by {about.geography}, not by {recipe.geography}")
    if differences:
        message = f"{kept.file!r} is {'; '.join(differences)}, as {recipe.id!r} asks."
        raise WrongFormat(message, remedy=f"Replace it: {recipe.published_as} stands on {recipe.page}. {recipe.hint}")


def _from(kept: Kept, about: About) -> About:
    entry = kept.entry
    return about.noting(
        file=kept.file,
        sha256=entry.sha256,
        address=entry.address or kept.recipe.page,
        retrieved=entry.retrieved,
        source=about.source or kept.recipe.publisher,
        licence=about.licence or kept.recipe.licence,
    )
