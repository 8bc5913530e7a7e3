"""Parts of what is said of a scheme, each with its faults: site, tenures, homes, number and years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._keys import TABLES, TEXT, is_number, year_of
from placemix.errors import InvalidConfig, InvalidCounts, PlacemixError, did_you_mean, listed
from placemix.scenarios.schemes import sites
from placemix.scenarios.schemes.keys import AMOUNT, ASSUMED, PLACES, SITE, WHOLE, Faults

#: The three ways to say where a site is: what each needs, and what else it may have.
_WAYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "file": (("file",), ("layer", "column", "value")),
    "x, y and crs": (("x", "y", "crs"), ()),
    "register": (("register", "reference"), ("columns", "crs", "encoding")),
}
#: A register's sum of homes may be off by this little, where it was divided.
_NEARLY = 1e-9


def site_of(site: Mapping[str, Any], faults: Faults, folder: Path) -> sites.Site | None:
    """Read the site that a file names, in the one way that it says."""
    begun = [way for way, (needed, _) in _WAYS.items() if needed[0] in site]
    if not begun and "y" in site:
        begun = ["x, y and crs"]
    remedy = "Write file; or x, y and crs; or register and reference."
    if len(begun) != 1:
        faults.add(("site",), f"site says where it is in {len(begun)} ways, and one is needed.", remedy)
        return None
    needed, more = _WAYS[begun[0]]
    lacking = [name for name in needed if name not in site]
    other = [name for name in site if name not in {*needed, *more}]
    if lacking:
        faults.add(("site",), f"site lacks {listed([*map(repr, lacking)])}, which {begun[0]} needs.", remedy)
    for name in other:
        faults.add(("site", name), f"{name!r} does not go with {begun[0]} in site.", remedy)
    if ("column" in site) != ("value" in site):
        faults.add(("site",), "site names a column without a value, or a value without a column.")
    if lacking or other or any(not key.kind.fits(site[name]) for name, key in SITE.items() if name in site):
        return None
    try:
        if "file" in site:
            return sites.of_file(
                folder / site["file"], layer=site.get("layer"), column=site.get("column"), value=site.get("value")
            )
        if "register" in site:
            return sites.of_register(
                folder / site["register"], site["reference"], columns=site.get("columns"), crs=site.get("crs"),
                encoding=site.get("encoding"),
            )  # fmt: skip
        return sites.of_point(site["x"], site["y"], site["crs"])
    except PlacemixError as error:
        faults.pass_on(("site", needed[0]), error)
        return None


def check_tenures(given: Mapping[str, Any], faults: Faults, tenures: Iterable[str] | None) -> None:
    """List homes of tenures that are not known."""
    if tenures is None:
        return
    known = [str(name) for name in tenures]
    for part in ("homes", "demolished"):
        for place, row in enumerate(_tables(given, part)):
            tenure = row.get("tenure")
            if isinstance(tenure, str) and tenure not in known:
                remedy = did_you_mean(tenure, known) or f"The tenures are {', '.join(known)}."
                faults.add((part, place, "tenure"), f"there is no tenure {tenure!r}.", remedy)


def _tables(given: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    rows = given.get(part, [])
    return rows if TABLES.fits(rows) else []


def assumptions_of(given: object, faults: Faults) -> dict[str, Any]:
    """Return assumptions that are sound; others are faults."""
    found: dict[str, Any] = {}
    for name, value in given.items() if isinstance(given, Mapping) else ():
        key = ASSUMED.get(name)
        if key is None and not isinstance(value, str):
            remedy = did_you_mean(name, ASSUMED) or f"Numbers are {' and '.join(ASSUMED)}; all else is in words."
            faults.add(("assumptions", name), f"{name!r} in assumptions must be a text.", remedy)
        elif key is not None and not key.kind.fits(value):
            message = f"{name!r} in assumptions must be {key.kind.words}, not {value!r}."
            faults.add(("assumptions", name), message, "Write 0.03 for 3 %.")
        else:
            found[name] = value
    return found


def counted(given: Mapping[str, Any], part: str, *, sign: int) -> list[tuple[str, int, str | None, float, float]]:
    """Rows of homes that are sound; those that are not are faults already."""
    rows = []
    for row in _tables(given, part):
        if AMOUNT.fits(row.get("count")) and WHOLE.fits(row.get("bedrooms")) and TEXT.fits(row.get("tenure")):
            number = float(row["count"])
            kind = row.get("type")
            both = (number, 0.0) if sign > 0 else (0.0, number)
            rows.append((row["tenure"], int(row["bedrooms"]), kind if isinstance(kind, str) else None, *both))
    return rows


def services_of(given: Mapping[str, Any]) -> list[tuple[str, str | None, int | None, int | None]]:
    """Rows of services that are sound; those that are not are faults already."""
    rows = []
    for row in _tables(given, "services"):
        kind, name, places = row.get("kind"), row.get("name"), row.get("places")
        if isinstance(kind, str) and TEXT.fits(kind):
            called = name.strip() if isinstance(name, str) else None
            room = int(places) if places is not None and PLACES.fits(places) else None
            rows.append((kind.strip(), called, room, year_of(row.get("year"))))
    return rows


def dwellings_of(
    given: Mapping[str, Any], faults: Faults, place: sites.Site, homes: pd.DataFrame
) -> tuple[float, float] | None:
    """Return the fewest and most net homes, where the scheme or its register states them.

    None at all are the homes of a scheme that provides services and says nothing of homes.
    """
    stated = given.get("dwellings")
    if not isinstance(stated, Mapping):
        said = [given[key] for key in ("homes", "demolished", "dwellings") if key in given]
        unsaid = all(isinstance(rows, list) and not rows for rows in said)
        site = given.get("site")
        if unsaid and place.dwellings is None and given.get("services"):
            return 0.0, 0.0
        if (
            unsaid
            and place.dwellings is None
            and not (isinstance(site, Mapping) and "register" in site and faults.found)
        ):
            remedy = "Add [[homes]]; dwellings = { min = …, max = … } where the mix is not known; or [[services]]."
            faults.add((), "the scheme has no homes and no services.", remedy)
        return place.dwellings if not len(homes) else None
    ends = [stated.get("min"), stated.get("max")]
    if not all(map(AMOUNT.fits, ends)):
        return None
    low, high = map(float, ends)  # type: ignore[arg-type]
    if low > high:
        message = f"the smallest number of dwellings, {low:,.0f}, is above the largest, {high:,.0f}."
        faults.add(("dwellings",), message, "Correct min or max.", kind=InvalidCounts)
        return None
    net = float(homes["built"].sum() - homes["demolished"].sum())
    if len(homes) and not low <= net <= high:
        message = f"homes net of those demolished are {net:,.0f}, and dwellings {low:,.0f} to {high:,.0f}."
        faults.add(("dwellings",), message, "Leave dwellings out, or correct the mix.", kind=InvalidCounts)
    return low, high


def phasing_of(
    given: Mapping[str, Any], faults: Faults, dwellings: tuple[float, float] | None, homes: pd.DataFrame
) -> pd.Series:
    """Return the share of net homes of each year, empty where no year is stated or it has faults."""
    phased, year = given.get("phasing"), given.get("year")
    none = pd.Series(dtype=np.float64)
    if phased is None or not isinstance(phased, Mapping):
        one = year_of(year) if year is not None else None
        return none if one is None else pd.Series([1.0], index=[one])
    if year is not None:
        faults.add(("year",), "there is a year beside phasing.", "Keep one of them.")
    if not _years(phased, faults) or not phased:
        return none
    net = float(homes["built"].sum() - homes["demolished"].sum()) if len(homes) else (dwellings or (0.0, 0.0))[1]
    if not len(homes) and dwellings is None:
        return none
    total = float(sum(phased.values()))
    if net <= 0:
        message = "phasing divides net homes, and there are none after demolitions."
        faults.add(("phasing",), message, "Write year = 2028 instead, the year when it is complete.")
        return none
    if abs(total - net) > _NEARLY * net:
        message = f"phasing sums to {total:,.0f} homes, and the net homes are {net:,.0f}."
        faults.add(("phasing",), message, "Correct the years, or the mix.", kind=InvalidCounts)
        return none
    years = pd.Series({year_of(name): float(value) / total for name, value in phased.items()}, dtype=np.float64)
    return years.sort_index()


def _years(phased: Mapping[Any, Any], faults: Faults) -> bool:
    """List years and numbers of homes that are none, and years that stand twice."""
    sound = True
    for name, value in phased.items():
        at = ("phasing", name if isinstance(name, str) else str(name))
        if year_of(name) is None:
            faults.add(at, f"phasing has {name!r}, which is no year.", "Write 2028 = 40.")
            sound = False
        elif not AMOUNT.fits(value):
            negative = is_number(value) and value < 0
            message = f"{str(name)!r} in phasing must be {AMOUNT.words}, not {value!r}."
            faults.add(at, message, kind=InvalidCounts if negative else InvalidConfig)
            sound = False
    many = pd.Index([year_of(name) for name in phased])
    if sound and many.has_duplicates:
        faults.add(("phasing",), f"phasing has {many[many.duplicated()][0]} twice.", "Keep one of each year.")
        sound = False
    return sound
