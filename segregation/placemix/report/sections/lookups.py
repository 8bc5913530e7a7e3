"""Finding rows and names in result frames."""

from __future__ import annotations

import pandas as pd

#: Sentences that stand beside every index of a page.
COMPLETE = (
    "Every number here is computed from a complete count, not a sample, so there is no sampling interval; what stands "
    "in its place is the value that chance alone would give."
)
HOUSEHOLDS = (
    "“By chance alone” is the value if each person had been placed independently of the others. Households and "
    "families move together, so the true chance value is larger."
)


def strata_of(frame: pd.DataFrame, first: str = "measure") -> list[str]:
    """Name the columns that stand before the first column of a result: its strata."""
    columns = list(frame.columns)
    return [str(name) for name in columns[: columns.index(first)]]


def labels(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """Give one text a row for its stratum."""
    if not names:
        return pd.Series("All", index=frame.index)
    return pd.DataFrame(frame)[names].astype(str).agg(", ".join, axis=1)


def rows(frame: pd.DataFrame, measure: str, *, against: str | None = "any", many: bool = False) -> pd.DataFrame:
    """Keep the rows of one measure, by stratum label.

    Parameters
    ----------
    frame
        What `placemix.measure` gave.
    measure
        Name of the measure.
    against
        What its focal group is compared with; ``"any"`` for whatever it is.
    many
        Keep the multigroup form instead of the two-group form.
    """
    names = strata_of(frame)
    wanted = frame["measure"].astype(str) == measure
    wanted &= frame["focal"].isna() if many else frame["focal"].notna()
    if against != "any" and not many:
        wanted &= frame["against"].astype(str) == against
    found = pd.DataFrame(frame)[wanted]
    return found.set_axis(labels(found, names).to_list(), axis=0)


def rival(against: str) -> str:
    """Name what a group is compared with, in words."""
    return "everyone else" if against == "rest" else against


def possessive(name: str) -> str:
    """Write the possessive of a name.

    Examples
    --------
    >>> possessive("Wales"), possessive("Bury")
    ('Wales’', 'Bury’s')
    """
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def ordered(values: pd.Series) -> pd.Series:
    """Sort strata from the highest value to the lowest, undefined last."""
    return values.sort_values(ascending=False, na_position="last", kind="stable")
