"""What a scorecard says in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.estimating import REASONS
from placemix.outcomes.indicators.computing import REST
from placemix.outcomes.indicators.rows import TENETS
from placemix.outcomes.scoring.terms import EVERYONE


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
    where = f"{line['area']}, {line['period']}"
    whom = "" if line["group"] == EVERYONE else f"for {line['group']} beside {_whom(line['comparator'])}, "
    stands = f" (a proxy: {line['proxy']})" if isinstance(line["proxy"], str) else ""
    if line["presence"] == "undefined":
        why = REASONS.get(line["reason"], str(line["reason"]).replace("_", " "))
        ends = "" if pd.isna(line["lower"]) else f"; it lies between {line['lower']:.3g} and {line['upper']:.3g}"
        return f"{lead}: {whom}{line['says']} is undefined in {where}: {why}{ends}.{note}"
    between = ""
    if not pd.isna(line["lower"]):
        between = f" ({_doubt(line)} {line['lower']:.3g} to {line['upper']:.3g})"
    elif line["uncertainty"] == "perturbation":
        between = " (from cells that were changed a little to protect people)"
    of = "" if pd.isna(line["denominator"]) else f", of {line['denominator']:,.10g} {line['universe']}"
    local = ""
    if line["national"]:
        local = (
            f" The nation's number hides local ones: {line['local_what']} runs from {line['local_lowest']:.3g} to "
            f"{line['local_highest']:.3g} in {line['local_units']:.0f} areas, the middle at {line['local_median']:.3g}."
        )
    return f"{lead}: {whom}{line['says']}{stands}: {line['value']:.3g}{between}{of}; {where}.{local}{note}"


def _doubt(line: Mapping[str, Any]) -> str:
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
    sets = {name: set(card.loc[card["presence"] == name, "indicator"]) for name in ("number", "undefined", "proxy")}
    proxies = sets["proxy"] - sets["number"]
    undefined = sets["undefined"] - sets["number"] - proxies
    rest = every - len(sets["number"]) - len(proxies) - len(undefined)
    parts = [f"{len(sets['number'])} have a number", f"{len(proxies)} a proxy"]
    parts += [f"{len(undefined)} one that is undefined"] if undefined else []
    empty = int((card["presence"] == "missing").sum())
    return f"Of {every} indicators {', '.join(parts)}; {rest} have none. {empty} of {len(card)} cells are gaps."


def tenet_flags(card: pd.DataFrame) -> list[str]:
    """Sentences about tenets that a domain lacks, each once.

    Parameters
    ----------
    card
        The scorecard.
    """
    return list(dict.fromkeys(card["flag"].dropna().astype(str)))
