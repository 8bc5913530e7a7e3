"""Correspondences between classifications: read from files, joined end to end, and made crosswalks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pandas as pd

from placemix.crosswalks import Crosswalk
from placemix.errors import DenominatorMismatch, InvalidCrosswalk, together
from placemix.harmonise.groups.categories import Scheme, folder, scheme, schemes_by_id
from placemix.harmonise.groups.dividing import Weights, shares_of

#: Correspondences are joined over this many steps at most.
STEPS = 5


@dataclass(frozen=True, slots=True)
class Links:
    """Which categories of one scheme have members in which of another.

    Attributes
    ----------
    source, target
        Ids of the two schemes.
    rows
        Targets of each source category; several mean that it has to be divided.
    lossy
        Why moving a source category changes what is counted.
    arriving
        The same for target categories, were they moved to the source.
    path
        Ids of the schemes it leads through.
    citations, remarks, unverified
        Where it comes from, and what else to know.
    """

    source: str
    target: str
    rows: Mapping[str, tuple[str, ...]]
    path: tuple[str, ...]
    lossy: Mapping[str, str] = field(default_factory=dict)
    arriving: Mapping[str, str] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def divided(self) -> tuple[str, ...]:
        """Source categories with several targets."""
        return tuple(name for name, targets in self.rows.items() if len(targets) > 1)

    @property
    def pairs(self) -> int:
        """Number of pairs of categories."""
        return sum(map(len, self.rows.values()))

    def why(self) -> dict[str, str]:
        """Say for each source category why its move changes what is counted, in either direction."""
        told = {
            name: _joined(self.lossy.get(name, ""), *(self.arriving.get(target, "") for target in targets))
            for name, targets in self.rows.items()
        }
        return {name: text for name, text in told.items() if text}

    def turned(self) -> Links:
        """Return the same pairs, from the target to the source."""
        rows: dict[str, list[str]] = {name: [] for name in scheme(self.target).ids}
        for name, targets in self.rows.items():
            for target in targets:
                rows.setdefault(target, []).append(name)
        apart = {name: [name] for name in scheme(self.target).unstated if not rows[name]}
        return replace(
            self,
            source=self.target,
            target=self.source,
            rows={name: tuple(targets) for name, targets in (rows | apart).items() if targets},
            path=self.path[::-1],
            lossy=self.arriving,
            arriving=self.lossy,
        )

    def then(self, other: Links) -> Links:
        """Join two end to end; a category that the second does not have passes as it is."""
        after = {
            name: {target: other.rows.get(target, (target,)) for target in targets}
            for name, targets in self.rows.items()
        }
        lossy, arriving = dict(self.lossy), dict(other.arriving)
        for name, targets in after.items():
            for target, last in targets.items():
                lossy[name] = _joined(lossy.get(name, ""), other.lossy.get(target, ""))
                for end in last:
                    arriving[end] = _joined(arriving.get(end, ""), self.arriving.get(target, ""))
        return Links(
            self.source,
            other.target,
            {name: tuple(dict.fromkeys(end for last in row.values() for end in last)) for name, row in after.items()},
            (*self.path, *other.path[1:]),
            {name: text for name, text in lossy.items() if text},
            {name: text for name, text in arriving.items() if text},
            *(
                tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name))))
                for name in ("citations", "remarks", "unverified")
            ),
        )


def group_crosswalk(source: str | Scheme, target: str | Scheme, *, weights: Weights | None = None) -> Crosswalk:
    """Return how the categories of one classification become those of another.

    Where no correspondence of the two is published, several are joined end to end, over the path
    that keeps most detail.

    Parameters
    ----------
    source, target
        Ids of classifications; `schemes` lists them.
    weights
        How to divide categories that have several targets: shares by source and target category,
        ``{"gypsy_roma": {"white_gypsy_traveller": 0.4, "white_roma": 0.6}}``; one target,
        ``{"gypsy_roma": "white_roma"}``; or a Series of amounts by target category, in whose
        proportions each is divided.

    Returns
    -------
    crosswalk
        Of kind ``"groups"``, with categories' ids on either side. Categories of people whose group
        is not known stay what they are, after the others. `lossy` says which moves change what is
        counted; `version` names the sources, and what was not checked against them.

    Raises
    ------
    DenominatorMismatch
        The two record different things, such as what people say and what officers see.
    InvalidCrosswalk
        No correspondence is known, or categories have to be divided and there are no weights.

    Examples
    --------
    >>> walk = group_crosswalk("eth19_2021", "eth5_2021")
    >>> walk.targets.tolist()
    ['asian', 'black', 'mixed', 'white', 'other']
    >>> group_crosswalk("eth19_2021", "eth18_2011").lossy.to_dict()
    {'white_roma': 'Roma had no box of their own in 2011, and are put with Other White.'}
    """
    return crosswalk_of(links_between(source, target), weights=weights)


def crosswalk_of(links: Links, *, present: Iterable[str] | None = None, weights: Weights | None = None) -> Crosswalk:
    """Make a crosswalk of the categories that are present; divided ones need weights."""
    from scipy.sparse import csr_array

    sources = list(links.rows if present is None else dict.fromkeys(present))
    rows = {name: links.rows.get(name, (name,)) for name in sources}
    shares, faults = shares_of(rows, scheme(links.source), scheme(links.target), weights)
    if faults:
        raise together(faults)
    order = [*schemes_by_id()[links.target].ids]
    reached = dict.fromkeys(name for row in shares.values() for name in row)
    targets = [name for name in order if name in reached] + [name for name in reached if name not in order]
    matrix = np.array([[shares[name].get(target, 0.0) for target in targets] for name in sources])
    return Crosswalk(
        pd.Index(sources, dtype=str, name=links.source),
        pd.Index(targets, dtype=str, name=links.target),
        csr_array(matrix.reshape(len(sources), len(targets))),
        kind="groups",
        basis="weights given by the caller" if set(links.divided) & set(sources) else "",
        version=version(links),
        lossy=pd.Series({name: why for name, why in links.why().items() if name in sources}, dtype=object),
    )


def links_between(source: str | Scheme, target: str | Scheme) -> Links:
    """Return the links of two schemes over the path that keeps most detail.

    Raises
    ------
    DenominatorMismatch
        They record different things.
    InvalidCrosswalk
        No path leads from one to the other.
    """
    one, two = scheme(source), scheme(target)
    if one.variable != two.variable:
        message = f"{one.id} is {one.variable}, {two.id} is {two.variable}: different variables, which no list joins."
        remedy = "Compare each with figures of its own kind, and say which it is."
        raise DenominatorMismatch(message, remedy=remedy)
    found = _best(one.id, two.id)
    if found is None:
        message = f"No correspondence leads from {one.id} to {two.id}."
        remedy = "Give your own: Crosswalk.from_table(table, source=…, target=…)."
        raise InvalidCrosswalk(message, remedy=remedy)
    return found


@cache
def _best(source: str, target: str) -> Links | None:
    if source == target:
        return Links(source, target, {name: (name,) for name in scheme(source).ids}, (source,))
    every = list(_paths(source, target, (source,)))
    return min(every, key=lambda links: (links.pairs, len(links.path), len(links.why()), links.path), default=None)


def _paths(source: str, target: str, walked: tuple[str, ...]) -> Iterator[Links]:
    for (start, end), links in steps().items():
        # A detour where a direct step is known would only lose detail.
        if start != source or end in walked or any((before, end) in steps() for before in walked[:-1]):
            continue
        if end == target:
            yield links
        elif len(walked) < STEPS and scheme(end).bridge:
            yield from (links.then(rest) for rest in _paths(end, target, (*walked, end)))


@cache
def steps() -> dict[tuple[str, str], Links]:
    """Read every correspondence of the package, forwards and backwards, broad groups included."""
    found = [_read(path.read_text(encoding="utf-8")) for path in folder("correspondences")]
    for item in schemes_by_id().values():
        if item.broad:
            rows = {part.id: (part.broad,) for part in item.categories if part.broad}
            found.append(_links(item.id, item.broad, rows, citations=(item.source,)))
    return {(links.source, links.target): links for one in found for links in (one, one.turned())}


def _read(text: str) -> Links:
    table = tomllib.loads(text)
    rows = {name: (to,) if isinstance(to, str) else tuple(to) for name, to in table["rows"].items()}
    return _links(
        table["from"],
        table["to"],
        rows,
        lossy=table.get("lossy", {}),
        citations=(f"{table['citation']} (version {table['version']})",),
        remarks=tuple(table.get("remarks", ())),
        unverified=tuple(table.get("unverified", ())),
    )


def _links(
    source: str,
    target: str,
    rows: Mapping[str, tuple[str, ...]],
    *,
    lossy: Mapping[str, str] | None = None,
    citations: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    unverified: tuple[str, ...] = (),
) -> Links:
    apart = {name: (name,) for name in scheme(source).unstated if name not in rows}
    return Links(
        source,
        target,
        dict(rows) | apart,
        (source, target),
        lossy or {},
        citations=citations,
        remarks=remarks,
        unverified=unverified,
    )


def version(links: Links) -> str:
    """Say where links come from, and what was not checked."""
    texts = [f"UNVERIFIED: {text}" for text in links.unverified]
    cited = [f"{'; '.join(links.citations)}."] if links.citations else []
    return " ".join([f"{' → '.join(links.path)}.", *cited, *links.remarks, *texts])


def _joined(*texts: str) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))
