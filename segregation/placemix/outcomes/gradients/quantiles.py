"""One end of an order beside the other, with how much of the people each end holds."""

from __future__ import annotations

import math

import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.outcomes.disparity.rows import Told
from placemix.results import Call, Result, remember


def quantile_ratio(
    rate: float,
    against_rate: float,
    *,
    width: float,
    against_width: float,
    tenet: str = "equality",
    kind: str = "outcome",
) -> Result:
    """Compare the rate at the most disadvantaged end of an order with that at the least.

    Parameters
    ----------
    rate, against_rate
        Rates of the most and of the least disadvantaged, in one unit.
    width, against_width
        Share of all people that each end holds, above 0 and at most 1 together. There is no default: the fewer people
        an end holds, the further from others it is.
    tenet, kind
        As of `compare_groups`.

    Returns
    -------
    result
        One row: `measure`, `focal`, `against`, `value`, `lower`, `upper`, `level`, `rate`, `against_rate`, `width`,
        `against_width`, `comparator`, `measured_in`, `tenet`, `kind`, `reason`, `note`, `method`, `interval_method`,
        `sentence`, `source`, `version`. Two rates have no interval; `rate_ratio` and `risk_ratio` have one.

    Raises
    ------
    InvalidParameter
        A rate is below 0, or a width is out of range. All faults are listed.

    Examples
    --------
    "The 5 per cent most disadvantaged are 100 times more likely" than the better half:

    >>> found = quantile_ratio(0.1, 0.001, width=0.05, against_width=0.5)
    >>> found["value"].item(), found["note"].item()
    (100.0, 'The ends hold different shares of people; inequality measures the whole order.')
    """
    faults: list[PlacemixError] = [*Told(level=0.95, tenet=tenet, kind=kind, intervals={}).faults()]
    for name, number in (("rate", rate), ("against_rate", against_rate)):
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < math.inf:
            faults.append(InvalidParameter(f"{name} is a number from 0, not {number!r}."))
    widths = (width, against_width)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and 0 < one < 1 for one in widths):
        message = f"Widths are shares of all people, above 0 and below 1, not {width!r} and {against_width!r}."
        faults.append(InvalidParameter(message, remedy="Write the most disadvantaged 5 % as width=0.05."))
    elif sum(widths) > 1 + 1e-12:
        message = f"The two ends hold {100 * sum(widths):g} % of people, and overlap."
        faults.append(InvalidParameter(message, remedy="Take ends that share nobody."))
    if faults:
        raise together(faults)
    value = rate / against_rate if against_rate > 0 else math.nan
    given = pd.DataFrame({"rate": [rate], "against_rate": [against_rate], "width": [width], "against": [against_width]})
    focal, against = (
        f"{side} disadvantaged {100 * one:g} %" for side, one in zip(("most", "least"), widths, strict=True)
    )
    said = (
        f"The {focal} have {value:,.3g} times the rate of the {against}."
        if against_rate > 0
        else f"The ratio of the {focal} to the {against} is undefined: the latter have a rate of 0."
    )
    frame = pd.DataFrame(
        {
            "measure": "quantile_ratio",
            "focal": focal,
            "against": against,
            "value": [value],
            "lower": math.nan,
            "upper": math.nan,
            "level": math.nan,
            "rate": float(rate),
            "against_rate": float(against_rate),
            "width": float(width),
            "against_width": float(against_width),
            "comparator": against,
            "measured_in": "ratio of rates",
            "tenet": tenet,
            "kind": kind,
            "reason": None if against_rate > 0 else "none_against",
            "note": None
            if math.isclose(width, against_width)
            else "The ends hold different shares of people; inequality measures the whole order.",
            "method": "quantile_ratio/1",
            "interval_method": "none:rates_only",
            "sentence": said,
            "source": fingerprint(given)[:12],
            "version": __version__,
        }
    )
    arguments = {
        "rate": float(rate), "against_rate": float(against_rate), "width": float(width),
        "against_width": float(against_width), "tenet": tenet, "kind": kind,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.quantile_ratio", {}, arguments))
    result.attrs["cites"] = ("mackenbach_1997",)
    return result
