"""What `placemix demo` reports on: the two data sets that come with placemix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from placemix import datasets, report
from placemix.counts import Counts
from placemix.errors import InvalidParameter, did_you_mean
from placemix.harmonise import common_areas
from placemix.tables import from_wide

Progress = Callable[[int, int], None]


def write(name: str, *, out: Path, progress: Progress | None = None) -> Path:
    """Write the report of a data set.

    Raises
    ------
    InvalidParameter
        There is no such data set.
    """
    known = {"town": _town, "nc_births": _carolina}
    if name not in known:
        message = f"There is no data set {name!r}; there are {', '.join(known)}."
        raise InvalidParameter(message, remedy=did_you_mean(name, known))
    return Path(known[name](out, progress))


def _town(out: Path, progress: Progress | None) -> str | Path:
    town = datasets.town()
    homes, schools = town.residents(), town.rolls_latest()
    links = common_areas(town.lookup, source="unit_before", target="unit_after").set_index("unit")
    joined = [
        counts.merge_units(links.loc[links["vintage"] == column, "area"], straddling="largest")
        for column, counts in (("unit_before", town.residents("before")), ("unit_after", homes))
    ]
    conditions = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")["income_deprivation"]
    return report.of_counts(
        {
            "Residents' group": homes,
            "Tenure": town.tenure(),
            "Children's group": town.children(),
            "School pupils' group": schools,
        },
        title="A synthetic town: how separate, and how unequal, are its places?",
        place="the synthetic town",
        focal="blue",
        against="amber",
        by="district",
        condition=report.Condition(
            values=conditions, words="income deprivation", source="placemix.datasets.town, synthetic"
        ),
        before=report.Dates(
            before=joined[0],
            after=joined[1],
            names=("2011", "2021"),
            note=f"Both dates on {len(joined[0]):,} common areas, so that nobody is lost where boundaries changed.",
        ),
        assumptions=["The town is synthetic: its people, schools and conditions are invented to show the page."],
        out=out,
        progress=progress,
    )


def _carolina(out: Path, progress: Progress | None) -> str | Path:
    counties = datasets.nc_births()
    dates: dict[int, Counts] = {}
    for year, period in ((1974, "1974–78"), (1979, "1979–84")):
        dates[year] = from_wide(
            counties,
            groups={"white": f"white_{year}", "non-white": f"nonwhite_{year}"},
            unit="fips",
            about={
                "geography": "county",
                "universe": "births",
                "period": period,
                "scheme": "as published: white and non-white",
                "source": "Cressie and Read's North Carolina births, as carried by libpysal",
            },
        )
    return report.of_counts(
        {"Race, as registered": dates[1979]},
        title="Births in North Carolina's counties, 1979–84",
        place="North Carolina",
        focal="non-white",
        against="white",
        before=report.Dates(before=dates[1974], after=dates[1979], names=("1974–78", "1979–84")),
        assumptions=["Counties are large: what is even between counties can be uneven within them."],
        out=out,
        progress=progress,
    )
