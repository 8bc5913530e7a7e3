"""The calls that are timed, for both packages."""

from __future__ import annotations

import warnings

import tables

import placemix as pm

TWO = ["dissimilarity", "information_theory", "isolation", "exposure", "correlation_ratio", "atkinson"]
MANY = [
    "dissimilarity", "information_theory", "relative_diversity", "squared_variation", "normalised_exposure",
    "mutual_information", "shannon", "simpson",
]  # fmt: skip


def evenness_and_exposure(by: str | tuple[str, ...] = "lad") -> list:
    """Each group against the rest, every ordered pair met, and all groups at once: three tidy frames."""
    counts = tables.counts()
    return [
        pm.measure(counts, TWO, focal="each", by=by),
        pm.measure(counts, "exposure", focal="each", against="each", by=by),
        pm.measure(counts, MANY, by=by),
    ]


def gini(by: str | tuple[str, ...] = "lad") -> list:
    """Gini of each group against the rest."""
    return [pm.measure(tables.counts(), "gini", focal="each", by=by)]


class Peer:
    """PySAL's segregation, called as its README does: a class on a data frame, and `.statistic`."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from segregation import multigroup, singlegroup
        self.two = [
            singlegroup.Dissim, singlegroup.Entropy, singlegroup.Isolation, singlegroup.Interaction,
            singlegroup.CorrelationR, singlegroup.Atkinson,
        ]  # fmt: skip
        self.many = [
            multigroup.MultiDissim, multigroup.MultiInfoTheory, multigroup.MultiRelativeDiversity,
            multigroup.MultiSquaredCoefVar, multigroup.MultiNormExposure, multigroup.MultiDivergence,
            multigroup.MultiDiversity, multigroup.SimpsonsInteraction,
        ]  # fmt: skip
        self.gini = [singlegroup.Gini]

    def warm(self) -> None:
        """Compile and import everything once, on the smallest district."""
        part = min(tables.districts().values(), key=len)
        self.loop([part], [*self.two, *self.gini], self.many)

    def loop(self, parts, two, many=()) -> list:
        """The loop that its users write."""
        out = []
        groups = tables.groups()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for part in parts:
                for index in two:
                    for group in groups:
                        out.append(index(part, group_pop_var=group, total_pop_var="persons").statistic)  # noqa: PERF401
                for index in many:
                    out.append(index(part, groups=groups).statistic)  # noqa: PERF401
        return out
