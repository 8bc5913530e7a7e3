"""One row of the framework: an aim, an indicator, or an indicator of social capital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Domains, in the order of the founding text; the last is no policy domain.
DOMAINS: Mapping[str, str] = {
    "education": "Education",
    "work": "Work",
    "health": "Health and social care",
    "housing": "Housing",
    "justice": "Criminal justice and safety",
    "politics": "Political participation and empowerment",
    "solidarity": "Overall social solidarity",
}
#: What each tenet of integration is, in words.
TENETS: Mapping[str, str] = {
    "equality": "equality",
    "interaction": "interaction",
    "participation": "participation",
    "safety": "safety and trust",
}
#: Kinds of number: what happens, what people say, what is put in.
KINDS: tuple[str, ...] = ("outcome", "perception", "input")
#: Roles of rows, as they stand in ids. Indicators and those of social capital have a status.
ROLES: Mapping[str, str] = {"aim": "aim", "indicator": "indicator", "capital": "social capital"}
#: How many aims, indicators and indicators of social capital each domain has.
COUNTS: Mapping[str, tuple[int, int, int]] = {
    "education": (3, 3, 0),
    "work": (4, 4, 0),
    "health": (3, 3, 0),
    "housing": (3, 3, 0),
    "justice": (4, 4, 0),
    "politics": (4, 4, 0),
    "solidarity": (0, 0, 4),
}
#: Domains of the Measurement Framework of the Equality and Human Rights Commission, 2017.
EHRC: tuple[str, ...] = (
    "education", "work", "living standards", "health", "justice and personal security", "participation",
)  # fmt: skip
#: Domains of the Home Office's Indicators of Integration, 2019.
IOI: tuple[str, ...] = (
    "Work", "Education", "Housing", "Health & social care", "Leisure", "Bonds", "Bridges", "Links",
    "Language & communication", "Culture", "Digital skills", "Safety", "Stability", "Rights & responsibilities",
)  # fmt: skip
#: What each column of a table holds.
COLUMNS: Mapping[str, str] = {
    "unit": "area, school, practice, sector, grade or body",
    "person": "person asked",
    "group": "group of people",
    "other_group": "group of those named",
    "age": "age band",
    "step": "order of the grade, 1 the lowest",
    "people": "people",
    "denominator_kind": "whom the people counted below events are, such as residents",
    "events": "events, of which one person may have several",
    "members": "seats or posts held",
    "numerator": "people with the outcome",
    "denominator": "people who could have it",
    "rate": "published rate or share",
    "deff": "effect of the survey's design on the variance",
    "ties": "persons named, or meetings told of",
    "pay": "pay of one person",
    "adults": "adults who may register",
    "registered": "adults on the register",
    "voted": "those who voted",
    "self_report": "whether that is what people said when asked",
    "base_people": "people of the population that is compared with",
    "base_population": "whose population that is",
    "base_ages": "their ages",
    "base_pool": "who of them could be chosen",
    "base_year": "of which year",
    "base_source": "where it was published",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Who publishes evidence now.

    Attributes
    ----------
    key, name, publisher
        Key in rows, title, and who publishes it.
    checked
        ``"carried"`` (a table was read), ``"seen"`` (a page was read) or ``"memory"`` (not verified).
    note
        What else to know.
    """

    key: str
    name: str
    publisher: str
    checked: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One aim or indicator.

    Attributes
    ----------
    id
        Frozen id, such as ``education-indicator-2``.
    domain, role, number
        Parts of the id.
    label
        Name of the domain.
    wording
        Its words, short.
    tenets
        Parts of integration it is about, the first the main one.
    kind
        ``"outcome"``, ``"perception"`` or ``"input"``.
    measure, also
        Measure that computes it, and others that belong to it.
    needs
        Columns of a table that the measure takes.
    counts
        What is counted, of whom.
    survey
        Whether only people asked can tell.
    proxy
        What stands in for it where it is not known, if that is usual.
    note
        What else to know.
    then, now
        Sources of the founding text, and those of today.
    ehrc, ioi
        Domains of the two official frameworks to which placemix counts it.
    """

    id: str
    domain: str
    role: str
    number: int
    label: str
    wording: str
    tenets: tuple[str, ...]
    kind: str
    measure: str
    also: tuple[str, ...]
    needs: tuple[str, ...]
    counts: str
    survey: bool
    proxy: str
    note: str
    then: tuple[str, ...]
    now: tuple[Source, ...]
    ehrc: tuple[str, ...]
    ioi: tuple[str, ...]
