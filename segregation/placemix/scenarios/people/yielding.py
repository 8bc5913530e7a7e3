"""Pupils that a home sends, from a table of yields that is given with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, PlacemixError, UnmatchedUnit
from placemix.scenarios.people.cells import KEYS, Cells

#: Column of pupils of the phase for each home.
PUPILS = "pupils_per_home"


class Yields:
    """Yields by phase, and by tenure, bedrooms and kind where the table tells them apart.

    Parameters
    ----------
    given
        Pupils for each home by phase, or a table.
    source
        Where they come from.
    faults
        List that faults are added to.
    """

    def __init__(self, given: Any, source: str | None, faults: list[PlacemixError]) -> None:  # noqa: ANN401
        if isinstance(given, Mapping):
            given = pd.DataFrame({"phase": list(given), PUPILS: list(given.values())})
        self.table = given
        self.cells = Cells(given, "yields", needed=["phase"], values=[PUPILS], more=["phase"], faults=faults)
        self.phases = list(dict.fromkeys(code[0] for code in self.cells.codes)) if self.cells.keys else []
        if not (isinstance(source, str) and source.strip()):
            message = "Nothing says where the pupil yields come from."
            faults.append(InvalidParameter(message, remedy="Pass yield_source='…', which every row repeats."))

    @property
    def by_mix(self) -> bool:
        """Whether yields differ by the kind of home, so that a mix is needed."""
        return any(key in KEYS for key in self.cells.keys)

    def flat(self) -> FloatArray:
        """Return pupils of each phase for any home, shape (phases,), where yields do not differ by kind."""
        return self.cells.values[:, 0]

    def per_home(self, homes: pd.DataFrame, *, or_more: int | None, faults: list[PlacemixError]) -> FloatArray:
        """Return pupils of each phase for a home of each kind, shape (kinds, phases)."""
        found = np.zeros((len(homes), len(self.phases)))
        for place, phase in enumerate(self.phases):
            row = self.cells.find(homes, or_more=or_more, fixed=(phase,))
            found[:, place] = self.cells.values[np.maximum(row, 0), 0]
            if (row < 0).any():
                asked = self.cells.asked(homes, or_more=or_more, fixed=(phase,))
                units = dict.fromkeys(self.cells.label(code) for code, at in zip(asked, row, strict=True) if at < 0)
                message = f"No yield is given for homes that the schemes have ({phase})."
                remedy = "Add them; homes that send no pupils, such as those of one bedroom, have a yield of 0."
                faults.append(UnmatchedUnit(message, units=units, remedy=remedy))
        return found
