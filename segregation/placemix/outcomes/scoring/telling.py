"""What a scorecard says in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.estimating import REASONS
from placemix.outcomes.indicators.computing import REST
from placemix.outcomes.indicators.rows import TENETS
from placemix.outcomes.scoring.terms import EVERYONE
from placemix.wording import percent


def sentence(line: Mapping[str, Any]) -> str:
    """Say one row.

    Parameters
    ----------
    line
        Row of a scorecard.
    """
    lead = f"{line['domain']}, {TENETS[line['tenet']]}, {line['wording']!r}"
    note = _noted(line)
    if line["presence"] == "missing":
        known = "" if pd.isna(line["last_year"]) else f", last for {line['last_year']}"
        ended = ", and it is published no more" if line["published"] == "no" else ""
        why = f" ({line['reason']})" if isinstance(line["reason"], str) else ""
        whom = f" of {line['group']}" if line["missing"] == "other groups only" else ""
        return f"{lead}: no number{whom}, {line['missing']}{why}; status: {line['status']}{known}{ended}.{note}"
    where = f"{line['area']}{' as a whole' if line['national'] else ''}, {line['period']}"
    whom = "" if line["group"] == EVERYONE else f"for {line['group']} beside {_whom(line['comparator'])}, "
    proxy = f"a proxy: {line['proxy']}" if isinstance(line["proxy"], str) else ""
    what = line["what"] if isinstance(line["what"], str) else ""
    stands = f" ({'; '.join(filter(None, (what, proxy)))})" if what or proxy else ""
    if line["presence"] == "undefined":
        why = REASONS.get(line["reason"], str(line["reason"]).replace("_", " "))
        ends = "" if pd.isna(line["lower"]) else f"; it lies between {line['lower']:.3g} and {line['upper']:.3g}"
        return f"{lead}: {whom}{line['says']} is undefined in {where}: {why}{ends}.{note}"
    between = ""
    if not pd.isna(line["lower"]):
        between = f" ({range_words(line)} {line['lower']:.3g} to {line['upper']:.3g})"
    elif line["uncertainty"] == "perturbation":
        between = " (from cells that were changed a little to protect people)"
    of = "" if pd.isna(line["denominator"]) else f", of {line['denominator']:,.10g} {line['universe']}"
    beneath = f" {spread(line)}" if line["national"] else ""
    return f"{lead}: {whom}{line['says']}{stands}: {line['value']:.3g}{between}{of}; {where}.{beneath}{note}"


def spread(line: Mapping[str, Any]) -> str:
    """Say how a nation's number is spread over local areas.

    Parameters
    ----------
    line
        Row of a scorecard with a national number.
    """
    unit = str(line["local_in"] or line["measured_in"]).casefold()
    share = unit in {"share", "%"} or "share of the " in unit
    names = ("local_lowest", "local_highest", "local_median", "local_value")
    low, high, middle, here = (percent(line[name]) if share else f"{line[name]:.3g}" for name in names)
    nearest = f", {line['local_here']} at {here}" if isinstance(line["local_here"], str) else ""
    what = str(line["local_what"])
    return (
        f"The nation's number hides local ones. {what[:1].upper()}{what[1:]}: from {low} to {high} in "
        f"{line['local_units']:.0f} areas, the middle at {middle}{nearest}."
    )


def range_words(line: Mapping[str, Any]) -> str:
    """Say what kind of range a number has, such as a 95 % sampling range."""
    if line["uncertainty"] == "sampling":
        return "sampling range" if pd.isna(line["level"]) else f"{line['level']:.0%} sampling range".replace("%", " %")
    return {"hidden cells": "as hidden cells allow", "perturbation": "as changed cells allow"}.get(
        str(line["uncertainty"]), f"{line['uncertainty']} range"
    )


def _whom(against: str) -> str:
    return "everyone else" if against == REST else against


def _noted(line: Mapping[str, Any]) -> str:
    if not isinstance(line["qualitative"], str):
        return ""
    return f" Note: {line['qualitative'].rstrip('.')} ({line['qualitative_source']}, {line['qualitative_date']})."


def summary(card: pd.DataFrame) -> str:
    """Count what is there and what is missing; nothing is added up across indicators.

    Parameters
    ----------
    card
        The scorecard.
    """
    every = card["indicator"].nunique()
    here = card[~card["national"]]
    sets = {name: set(here.loc[here["presence"] == name, "indicator"]) for name in ("number", "undefined", "proxy")}
    proxies = sets["proxy"] - sets["number"]
    undefined = sets["undefined"] - sets["number"] - proxies
    nation = set(card.loc[card["national"], "indicator"]) - sets["number"] - proxies - undefined
    rest = every - len(sets["number"]) - len(proxies) - len(undefined) - len(nation)
    parts = [f"{len(sets['number'])} have a number", f"{len(proxies)} only a proxy"]
    parts += [f"{len(undefined)} one that is undefined"] if undefined else []
    parts += [f"{len(nation)} one of the nation alone"] if nation else []
    empty = int((card["presence"] == "missing").sum())
    return f"Of {every} indicators {', '.join(parts)}; {rest} have none. {empty} of {len(here)} cells are gaps."


def tenet_flags(card: pd.DataFrame) -> list[str]:
    """Sentences about tenets that a domain lacks, each once.

    Parameters
    ----------
    card
        The scorecard.
    """
    return list(dict.fromkeys(card["flag"].dropna().astype(str)))
