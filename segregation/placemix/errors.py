"""Everything placemix raises or warns of, as one small tree.

Each error also derives from the builtin that fits it, so that code which knows
nothing of placemix can still catch it. Each says which units or columns are at
fault and what to do next. Where a table has several faults, one error carries
them all and can be caught as any of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

#: How many unit ids a message spells out before it only counts the rest.
SHOWN = 5


class PlacemixError(Exception):
    """Base of every error that placemix raises.

    Parameters
    ----------
    message
        What is wrong, in one sentence.
    units
        Ids of the units at fault, all of them; the message shows the first few.
    remedy
        What to do next.
    """

    def __init__(self, message: str, *, units: Iterable[object] = (), remedy: str = "") -> None:
        self.message = message
        self.units: tuple[str, ...] = tuple(str(unit) for unit in units)
        self.remedy = remedy
        self.faults: tuple[PlacemixError, ...] = (self,)
        super().__init__(message)

    def __str__(self) -> str:
        text = self.message
        if self.units:
            text += f" [{listed(self.units)}]"
        if self.remedy:
            text += f" Remedy: {self.remedy}"
        return text


class InvalidTable(PlacemixError, ValueError):
    """A table cannot be read as counts of people."""


class InvalidCounts(InvalidTable):
    """Counts are negative, infinite or missing."""


class NotNumbers(InvalidTable, TypeError):
    """A column that should hold counts holds text such as ``c``, ``x`` or ``*``."""


class NotCounts(PlacemixError, TypeError):
    """A table was given where counts are needed."""


class EmptyTable(InvalidTable):
    """There are no rows, or no people."""


class TooFewGroups(InvalidTable):
    """Fewer than two groups were named."""


class UnknownColumn(InvalidTable, KeyError):
    """A column was asked for that the table does not have."""

    __str__ = PlacemixError.__str__


class ReservedName(InvalidTable):
    """A group or stratum bears a name that results use for themselves."""


class RepeatedColumn(InvalidTable):
    """A column was named twice."""


class DuplicateUnit(InvalidTable):
    """A unit id stands on more than one row, or is missing."""


class UnmatchedUnit(InvalidTable, KeyError):
    """Units of one table are not found in the other."""

    __str__ = PlacemixError.__str__


class OverlappingGroups(InvalidTable):
    """A total is listed among its own parts, or parts exceed the total."""


class ResidualExceedsLimit(InvalidTable):
    """Groups sum to less than the stated total, and ``strict`` was asked for."""


class CountRateMix(InvalidTable):
    """Shares, percentages or rates stand where counts are needed."""


class CRSMismatch(InvalidTable):
    """Two tables have different coordinate reference systems, or one has none."""


class GeographicCRS(CRSMismatch):
    """Lengths or areas were asked of coordinates in degrees."""


class NoPlace(InvalidTable):
    """Units have no shape or point, or one that cannot be used, where places are needed."""


class SurroundingsNeeded(PlacemixError, ValueError):
    """A measure speaks of who is near whom, and no surroundings were given."""


class CentreNeeded(PlacemixError, ValueError):
    """A measure speaks of how far out people live, and no centre was given."""


class OrderNeeded(PlacemixError, ValueError):
    """A measure speaks of groups from lowest to highest, and nobody said which order that is."""


class InvalidArea(InvalidTable):
    """Units have an area that is not above 0, where a measure compares areas, or a table states one that is none."""


class UnitsDiffer(InvalidTable, KeyError):
    """Surroundings, or a matrix of neighbours, are of other units than the counts."""

    __str__ = PlacemixError.__str__


class VintageMismatch(PlacemixError, ValueError):
    """Units of two boundary vintages were about to be compared code by code."""


class TotalsNotConserved(PlacemixError, ValueError):
    """People were lost or made while moving counts between areas or groups."""


class DenominatorMismatch(PlacemixError, ValueError):
    """Numerator and denominator differ in universe, period, groups or areas."""


class ImplausibleUnit(PlacemixError, ValueError):
    """A figure implies more people in a unit than any unit of that kind holds."""


class InvalidCrosswalk(InvalidTable):
    """A crosswalk's weights do not sum to 1, or split a category without weights to do it by."""


class WrongFormat(InvalidTable):
    """A file is not of the format that was asked for; the message says what it looks like."""


class DownloadFailed(PlacemixError, OSError):
    """A file could not be fetched whole, or is not the one that the recipe describes."""

    __str__ = PlacemixError.__str__


class NoConnection(DownloadFailed):
    """No server answered, so that files have to be placed by hand."""


class UnknownMeasure(PlacemixError, KeyError):
    """No measure of that name is in the catalogue."""

    __str__ = PlacemixError.__str__


class InvalidParameter(PlacemixError, ValueError):
    """An argument has a value outside its range, or a measure does not take it."""


class UnknownGroup(PlacemixError, KeyError):
    """No group of that name is in the counts."""

    __str__ = PlacemixError.__str__


class FocalNeeded(PlacemixError, ValueError):
    """The measure is about one group and none was named."""


class NoSpatialForm(PlacemixError, ValueError):
    """The measure has no published spatial form."""


class SuppressedValue(PlacemixError, ValueError):
    """Cells known only as an interval reached a function that needs numbers."""


class RankOrDecileArithmetic(PlacemixError, ValueError):
    """A mean of ranks or deciles was asked for."""


class RankedNoise(PlacemixError, ValueError):
    """Places were to be ranked by values that chance alone would often give."""


class IncompleteEstimate(PlacemixError, ValueError):
    """A number was about to be built without its denominator or comparator."""


class InvalidPack(PlacemixError, ValueError):
    """A saved result cannot be read, or does not belong to the data given."""


class InvalidConfig(PlacemixError, ValueError):
    """A configuration file has faults, all listed together."""


class InvalidScheme(PlacemixError, ValueError):
    """Rules that give places a type have faults, all listed together with their lines."""


class UnknownScheme(PlacemixError, KeyError):
    """No scheme of that name is known."""

    __str__ = PlacemixError.__str__


class ReferenceNeeded(PlacemixError, ValueError):
    """The scheme compares groups with a reference group and none was named."""


class SchemeMismatch(PlacemixError, ValueError):
    """A scheme's thresholds were set for tables of another kind."""


class UnreadableFile(PlacemixError, OSError):
    """A file is absent, of an unknown kind, or not what its name says."""

    __str__ = PlacemixError.__str__


class MissingExtra(PlacemixError, ImportError):
    """An optional dependency is not installed."""


class PlacemixWarning(UserWarning):
    """Base of every warning that placemix gives."""


class IncompletePartition(PlacemixWarning):
    """Groups sum to less than the stated total; the residual is kept and counted."""


class PossibleOverlap(PlacemixWarning):
    """One column equals the sum of others, in too few units to be sure."""


class IncompleteCondition(PlacemixWarning):
    """Many people are in units without a value of the condition."""


class TotalsRaised(PlacemixWarning):
    """Groups sum to a little more than the stated total, whose place their sum takes."""


class UnitsLeftOut(PlacemixWarning):
    """Units that the table marks as not applicable were left out."""


class EcologicalFallacyWarning(PlacemixWarning):
    """A number about areas could be read as one about the people in them."""


class EventsNotPeople(PlacemixWarning):
    """Events are counted, and one person may have several."""


class NationalMask(PlacemixWarning):
    """Only a national figure is known, which can hide large local differences."""


class SmallNumbers(PlacemixWarning):
    """Fewer people or events stand behind a number than its rule asks for."""


class SmoothedByInterpolation(PlacemixWarning):
    """Counts were estimated from other areas, which makes groups look more evenly spread."""


class PartWholeComparison(PlacemixWarning):
    """A group was compared with a whole that includes it."""


class BreakInSeries(PlacemixWarning):
    """Two dates were classified, bounded or counted by different rules."""


class Approximated(PlacemixWarning):
    """A number was computed to within a bound, which is stated, because an exact one would take hours."""


class TooFewDraws(PlacemixWarning):
    """No probability worked out from so few draws could be as small as is asked of it."""


class NoDesignEffect(PlacemixWarning):
    """Weighted numbers of a survey came without the effect of its design, so that they have no interval."""


class ClassifiedApart(PlacemixWarning):
    """Events and people were put into groups by different persons or questions."""


class AssumedReading(PlacemixWarning):
    """A file left something open, such as its encoding, and was read by a stated rule."""


def listed(items: Sequence[object], *, shown: int = SHOWN) -> str:
    """Spell out the first few items and count the rest."""
    head = ", ".join(str(item) for item in items[:shown])
    more = len(items) - shown
    return f"{head} and {more:,} more" if more > 0 else head


def plural(number: float, word: str, several: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "unit"), plural(2000, "count is", "counts are")
    ('1 unit', '2,000 counts are')
    """
    return f"{number:,} {word if number == 1 else several or f'{word}s'}"


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return a question that proposes the nearest known names, or an empty string."""
    names = {str(item).casefold(): str(item) for item in known}
    near = difflib.get_close_matches(str(name).casefold(), list(names), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(repr(names[item]) for item in near)}?" if near else ""


def together(faults: Sequence[PlacemixError]) -> PlacemixError:
    """Return one error that carries every fault and can be caught as any of them.

    Examples
    --------
    >>> error = together([DuplicateUnit("Unit ids repeat."), InvalidCounts("Counts are negative.")])
    >>> isinstance(error, DuplicateUnit), isinstance(error, InvalidCounts)
    (True, True)
    >>> print(error)
    There are 2 faults:
    1. Unit ids repeat.
    2. Counts are negative.
    """
    if len(faults) == 1:
        return faults[0]
    return _rebuild(tuple(faults))


def _rebuild(faults: tuple[PlacemixError, ...]) -> PlacemixError:
    kinds = list(dict.fromkeys(type(fault) for fault in faults))
    # A base may not stand before a class derived from it.
    kinds = [kind for kind in kinds if not any(other is not kind and issubclass(other, kind) for other in kinds)]
    kind = type("SeveralFaults", (_Several, *kinds), {})
    error: PlacemixError = kind(faults)
    return error


class _Several(PlacemixError):
    """Mixed into a class made of the faults' own classes."""

    def __init__(self, faults: tuple[PlacemixError, ...]) -> None:
        lines = "\n".join(f"{number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"There are {len(faults)} faults:\n{lines}")
        self.units = tuple(dict.fromkeys(unit for fault in faults for unit in fault.units))
        self.faults = faults

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        # The class is made on the fly, so pickling rebuilds it from the faults.
        return (_rebuild, (self.faults,))
