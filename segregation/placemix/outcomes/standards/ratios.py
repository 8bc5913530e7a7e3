"""Direct rates of two groups compared; indirect ratios are refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import (
    DenominatorMismatch,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownGroup,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.disparity.measures import REASONS
from placemix.outcomes.disparity.pairs import log_limits, mover, quotient
from placemix.outcomes.disparity.telling import named
from placemix.outcomes.standards.telling import OWN
from placemix.results import Call, Result, first_reason, remember
from placemix.wording import signed

#: Columns that only `standardise` gives.
_NEEDED = ("measure", "focal", "value", "lower", "upper", "standard_error", "standard", "measured_in", "level")


def compare_standardised(standardised: pd.DataFrame, *, focal: str, against: str) -> Result:
    """Compare the direct rates of two groups: their ratio and difference.

    Parameters
    ----------
    standardised
        What `standardise` gave, with ``method="direct"``.
    focal, against
        Groups, as in its column `focal`.

    Returns
    -------
    result
        Two rows for each row of the focal group: ``"standardised_rate_ratio"`` and ``"standardised_rate_difference"``.
        Columns: those before `measure` of what was given; `measure`, `focal`, `against`, `value`, `lower`, `upper`,
        `level`, `rate`, `against_rate` (both standardised), `standard`, `comparator`, `measured_in`, `tenet`, `kind`,
        `reason`, `note`, `method`, `interval_method`, `sentence`, `source`, `version`.

    Raises
    ------
    DenominatorMismatch
        The rows are indirect ratios, each of which has weights of its own, or are brought to different standards.
    InvalidTable
        They are not from `standardise`.
    UnknownGroup, InvalidParameter
        A group is not there, or is compared with itself.

    References
    ----------
    Zou and Donner 2008 for the difference.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({
    ...     "group": ["x", "x", "y", "y"], "age": ["0-64", "65+"] * 2,
    ...     "numerator": [30, 40, 60, 10], "denominator": [3000, 400, 2000, 100],
    ... })
    >>> rates = pm.outcomes.standardise(table, per=1000)
    >>> compare_standardised(rates, focal="y", against="x")[["value", "lower", "upper"]].round(2)
       value  lower  upper
    0   1.58   1.07   2.35
    1  16.10   1.30  32.58
    """
    _refuse(standardised, focal, against)
    keys = list(standardised.columns[: list(standardised.columns).index("measure")])
    plain = pd.DataFrame(standardised)
    ours, theirs = (plain[plain["focal"] == name].reset_index(drop=True) for name in (focal, against))
    marked = theirs.assign(there=True)
    if keys:
        both = ours.merge(marked, on=keys, how="left", suffixes=("", "_against"), validate="one_to_one")
    else:
        both = ours.join(marked.add_suffix("_against")).rename(columns={"there_against": "there"})
    absent = both["there"].isna().to_numpy()
    p, q = both["value"].to_numpy(), both["value_against"].to_numpy(dtype=np.float64)
    value, other = quotient(p, q), p - q
    variance = (both["standard_error"] / both["value"]) ** 2 + (
        both["standard_error_against"] / both["value_against"]
    ) ** 2
    ends = [
        log_limits(value, variance.to_numpy(dtype=np.float64), float(both["level"].max())),
        mover(
            other,
            [(p, both["lower"].to_numpy(), both["upper"].to_numpy())],
            [(q, both["lower_against"].to_numpy(), both["upper_against"].to_numpy())],
        ),
    ]
    reason = first_reason(
        {
            "no_row_against": absent,
            "not_known": np.isnan(p) | (np.isnan(q) & ~absent),
            "none_against": (q == 0) & ~absent,
        }
    )
    blocks = []
    made = (
        ("standardised_rate_ratio", value, ends[0], "ratio of rates", "log_delta"),
        ("standardised_rate_difference", other, ends[1], None, "zou_donner_2008"),
    )
    for name, number, (lower, upper), measured_in, method in made:
        why = np.where((reason == np.array("none_against")) & (measured_in is None), None, reason)
        there = ~np.isnan(lower) & ~np.isnan(number)
        block = both[keys].assign(
            measure=name, focal=focal, against=against, value=number, lower=np.where(there, lower, np.nan),
            upper=np.where(there, upper, np.nan), level=np.where(there, both["level"], np.nan), rate=p, against_rate=q,
            standard=both["standard"], comparator=against, measured_in=measured_in or both["measured_in"],
            tenet=both["tenet"], kind=both["kind"], reason=why, note=both["note"], method=f"{name}/1",
            interval_method=np.where(there, f"sampling:{method}", "none:no_value"),
        )  # fmt: skip
        blocks.append(block)
    frame = pd.concat(blocks, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(both)), 2), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    frame["sentence"] = [_sentence(row, keys) for row in frame.to_dict("records")]
    frame["source"], frame["version"] = fingerprint(plain)[:12], __version__
    call = Call("outcomes.compare_standardised", {"standardised": plain}, {"focal": focal, "against": against})
    result = remember(frame, call)
    result.attrs["cites"] = ("dobson_1991", "zou_donner_2008")
    return result


def _refuse(given: pd.DataFrame, focal: str, against: str) -> None:
    lacking = [name for name in _NEEDED if name not in getattr(given, "columns", ())]
    if lacking:
        message = f"These are no standardised rates; they lack {listed(lacking)}."
        raise InvalidTable(message, remedy="Pass what outcomes.standardise gave.")
    faults: list[PlacemixError] = []
    if (given["measure"] != "standardised_rate").any():
        message = "Indirect ratios are not compared: each is weighted by the ages of its own group."
        faults.append(DenominatorMismatch(message, remedy="Standardise directly: standardise(…, method='direct')."))
    for name in ("standard", "measured_in"):
        different = list(given[name].unique())
        if len(different) > 1:
            message = f"The rates differ in {name}: {listed(different)}."
            faults.append(DenominatorMismatch(message, remedy="Standardise both in one call."))
    there = list(given["focal"].unique())
    for group in (focal, against):
        if group not in there:
            message = f"No row is of {group!r}; there are {listed(there, shown=40)}."
            faults.append(UnknownGroup(message, remedy=did_you_mean(group, there)))
    if focal == against:
        faults.append(InvalidParameter("A group is compared with itself.", remedy="Pass another with against=."))
    if faults:
        raise together(faults)


def _sentence(row: dict[str, Any], keys: list[str]) -> str:
    where = ", ".join(str(row[key]) for key in keys if row[key] is not None and row[key] == row[key])
    lead = f"{where}: " if where else ""
    who, whom = named(row["focal"]), named(row["against"])
    if math.isnan(row["value"]):
        why = OWN.get(row["reason"], REASONS.get(row["reason"], row["reason"]))
        return f"{lead}the standardised rates of {who} and {whom} are not compared: {why}."
    ends = "" if math.isnan(row["lower"]) else f" ({100 * row['level']:.3g} % interval "
    tail = ends and f"{ends}{row['lower']:,.2f} to {row['upper']:,.2f})".replace("-", "−")
    both = f"{row['rate']:,.1f} of {who} against {row['against_rate']:,.1f} of {whom}"
    if row["measure"] == "standardised_rate_ratio":
        return f"{lead}{both} at the same ages, {row['value']:,.2f} times the rate{tail}."
    return (
        f"{lead}{both} at the same ages, a difference of {signed(row['value'], digits=1)} {row['measured_in']}{tail}."
    )
