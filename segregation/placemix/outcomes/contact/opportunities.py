"""Ties across groups beside the chance to have them: contact apart from separation."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.indices._parts import ratio
from placemix.outcomes.contact.matrices import beyond_note, chances_of
from placemix.outcomes.contact.recalling import finished
from placemix.outcomes.contact.tie_tables import OTHERS
from placemix.outcomes.contact.ties import Ties, known
from placemix.results import Result, first_reason

#: Whether people count alike, or their ties do.
Average: TypeAlias = Literal["people", "ties"]
_AVERAGES = ("people", "ties")


class Chance(NamedTuple):
    """Ties of people and whom they could have had.

    Attributes
    ----------
    ties
        Ties of each person to each group, those inside the institution, shape (people, groups).
    chance
        Share of each group among everybody else in the person's institution, shape (people, groups).
    group
        Group of each person, shape (people,).
    """

    ties: FloatArray
    chance: FloatArray
    group: IntArray


def contact_to_opportunity(ties: Ties, *, average: Average = "people", each: bool = False) -> Result:
    """Compare the ties that people have across groups with those that their institution would give by chance.

    Parameters
    ----------
    ties
        Who has a tie to whom. With institutions, those inside a person's own count.
    average
        ``"people"``: the mean over people who have any tie of the share of their ties, as exposure is of the average
        member; ``"ties"``: of all ties. Counts of ties alone allow only the latter.
    each
        Whether each institution is looked at by itself.

    Returns
    -------
    result
        One row for each group and each that is met, ``"others"`` being all but one's own. Columns: with `each` the
        institution; `group`, `met`, `observed` (share of ties to `met`, 0 to 1), `opportunity` (share of `met` among
        everybody else in the institution, over the same people), `ratio` = observed/opportunity (1: as many ties as
        meeting anybody there by chance), `share_of_all` (of `met` among everybody else anywhere), `opportunity_ratio` =
        opportunity/share_of_all (1: institutions offer as much as they would if nobody were apart), `egos` (people
        with a tie), `left_out` (people of the group without one), `ties`, `beyond` (their ties to other institutions),
        `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        No ties were given, nobody could be named, or `average` is none.

    Notes
    -----
    ``observed/share_of_all`` is the product of the two ratios: what institutions offer, and what becomes of it inside
    them. Whoever names somebody cannot name themselves, so that chance leaves them out. A ratio below 1 says that ties
    across groups are fewer than by chance inside the institution; classes, sets and timetables keep people apart
    there as well as wishes do, so that it is no measure of liking.

    References
    ----------
    Coleman 1958; Moody 2001.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> people = pd.DataFrame({"person": range(8), "group": list("xxxyxyyy"), "school": list("aaaabbbb")})
    >>> edges = pd.DataFrame({"ego": [0, 0, 1, 4, 5, 5], "alter": [1, 3, 0, 5, 6, 4]})
    >>> ties = pm.outcomes.Ties.from_edges(edges, people, directed=True, group="group", within="school")
    >>> found = pm.outcomes.contact_to_opportunity(ties)
    >>> found.loc[found["met"] == "others", ["group", "observed", "opportunity", "ratio", "opportunity_ratio"]].round(3)
      group  observed  opportunity  ratio  opportunity_ratio
    2     x       0.5        0.556    0.9              0.972
    5     y       0.5        0.333    1.5              0.583
    """
    ties = known(ties, each=each)
    if average not in _AVERAGES:
        message = f"average is 'people' or 'ties', not {average!r}."
        raise InvalidParameter(message, remedy=did_you_mean(average, _AVERAGES))
    if ties.sizes is None:
        message = "Who could have been named is not known, so that there is no opportunity to compare with."
        raise InvalidParameter(message, remedy="Give the sizes of groups, or read everybody with Ties.from_edges.")
    if ties.alter is None and (average == "people" or each):
        message = "Only counts of ties are known, not who has them."
        raise InvalidParameter(message, remedy="Write average='ties' and leave out each, or use Ties.from_edges.")
    everywhere = chances_of(ties.sizes, len(ties.groups))
    counted = Chance(ties.matrix, everywhere, np.arange(len(ties.groups)))
    made = counted if ties.alter is None else _of_people(ties)
    parts: list[tuple[str | None, Any]] = [(None, slice(None))]
    if each:
        parts = [(str(name), ties.institution == place) for place, name in enumerate(ties.institutions)]
    blocks = []
    for name, here in parts:
        beyond = np.zeros(0) if ties.alter is None else _beyond(ties)[here]
        block = _block(ties, Chance(*(array[here] for array in made)), beyond, average, everywhere)
        if name is not None:
            block.insert(0, str(ties.within), name)
        blocks.append(block)
    notes = [
        "Shares are means over people with a tie." if average == "people" else "Shares are of all ties.",
        "" if ties.within else "Everybody is taken to be in one place.",
        *beyond_note(ties, left_out=True),
    ]
    return finished(
        "contact_to_opportunity", ties, pd.concat(blocks, ignore_index=True), {"average": average, "each": each},
        notes=list(filter(None, notes)), cites=("coleman_1958", "moody_2001"),
    )  # fmt: skip


def _of_people(ties: Ties) -> Chance:
    """Ties of each person inside their institution, and whom they could have had there."""
    many, own = len(ties.groups), ties.inside
    key = (ties.ego * many + ties.alter_group)[own]
    has = np.bincount(key, minlength=len(ties.people) * many).reshape(-1, many).astype(np.float64)
    others = ties.here[ties.institution].copy()
    others[np.arange(len(ties.people)), ties.group] -= 1
    # Whoever is alone in an institution has no ties there, and nobody to have them with.
    return Chance(has, ratio(others, others.sum(axis=1, keepdims=True)), ties.group)


def _beyond(ties: Ties) -> FloatArray:
    return np.bincount(ties.ego[~ties.inside], minlength=len(ties.people)).astype(np.float64)


def _block(ties: Ties, made: Chance, beyond: FloatArray, average: str, everywhere: FloatArray) -> pd.DataFrame:
    groups, rows = len(ties.groups), []
    for place, name in enumerate(ties.groups):
        here = made.group == place
        has = made.ties[here]
        some = has.sum(axis=1) > 0
        has, chance = has[some], made.chance[here][some]
        weight = np.ones(len(has)) if average == "people" else has.sum(axis=1)
        observed, opportunity = (
            (weight @ part / weight.sum() if len(has) else np.full(groups, np.nan))
            for part in (ratio(has, has.sum(axis=1, keepdims=True)), chance)
        )
        for met in (*range(groups), groups):
            # Others are summed rather than taken from 1, so that they keep their digits.
            which = [one for one in range(groups) if one != place] if met == groups else [met]
            rows.append(
                {
                    "group": name,
                    "met": OTHERS if met == groups else ties.groups[met],
                    "observed": observed[which].sum(),
                    "opportunity": opportunity[which].sum(),
                    "share_of_all": everywhere[place, which].sum(),
                    "egos": float(some.sum()) if ties.alter is not None else np.nan,
                    "left_out": float((~some).sum()) if ties.alter is not None else np.nan,
                    "ties": has.sum(),
                    "beyond": beyond[here].sum() if len(beyond) else 0.0,
                }
            )
    block = pd.DataFrame(rows)
    block.insert(4, "ratio", ratio(block["observed"].to_numpy(), block["opportunity"].to_numpy()))
    chances = ratio(block["opportunity"].to_numpy(), block["share_of_all"].to_numpy())
    block.insert(6, "opportunity_ratio", chances)
    block["reason"] = first_reason(
        {"no_ties": (block["ties"] <= 0).to_numpy(), "nobody_to_meet": ~(block["opportunity"] > 0).to_numpy()}
    )
    return block
