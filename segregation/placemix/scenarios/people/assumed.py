"""A mix of homes where a register states none: the caller's own, and always said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import InvalidParameter, PlacemixError
from placemix.scenarios.people.cells import KEYS, Cells

#: How far shares may be from 1 in sum.
NEAR = 1e-6


def assumed_mix(mix: Any, faults: list[PlacemixError]) -> tuple[pd.DataFrame, str] | None:  # noqa: ANN401
    """Check a mix, and say it in words.

    Parameters
    ----------
    mix
        `tenure`, `bedrooms`, if need be `kind`, and `share` of homes.
    faults
        List that faults are added to.

    Returns
    -------
    found
        The mix with all of `KEYS`, its shares divided by their sum, and its words; None where it has faults.

    Examples
    --------
    >>> mix = pd.DataFrame({"tenure": ["owned", "rented"], "bedrooms": [3, 2], "share": [0.75, 0.25]})
    >>> assumed_mix(mix, [])[1]
    'owned, 3 bedrooms 75 %; rented, 2 bedrooms 25 %'
    """
    cells = Cells(mix, "mix", needed=["tenure", "bedrooms"], values=["share"], faults=faults)
    if not cells.sound:
        return None
    share = cells.values[:, 0]
    rooms = pd.to_numeric(mix["bedrooms"], errors="coerce").to_numpy(dtype=np.float64)
    before = len(faults)
    if not (np.isfinite(rooms) & (rooms >= 0) & (rooms < 100) & (rooms == np.round(rooms))).all():
        faults.append(InvalidParameter("Bedrooms of the mix are whole numbers from 0 to 99."))
    if abs(share.sum() - 1) > NEAR:
        message = f"The shares of the mix sum to {share.sum():.6g}, not 1."
        faults.append(InvalidParameter(message, remedy="Divide them by their sum, if that is what you mean."))
    if len(faults) > before:
        return None
    made = pd.DataFrame({key: list(mix[key]) if key in mix.columns else None for key in KEYS})
    made["tenure"] = made["tenure"].astype(str)
    made["bedrooms"] = rooms.astype(np.int64)
    made["kind"] = made["kind"].astype(object).where(made["kind"].notna(), None)
    words = "; ".join(f"{cells.label(code)} {part * 100:.4g} %" for code, part in zip(cells.codes, share, strict=True))
    return made.assign(share=share / share.sum()), words
