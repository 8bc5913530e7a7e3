"""How large things are in a Word file, at ease or on few sheets."""

from __future__ import annotations

from typing import NamedTuple


class Sizes(NamedTuple):
    """Sizes of what styles do not say.

    Attributes
    ----------
    table
        Letters in tables, in points.
    usual, wide, half
        Width of most pictures, of those that need the whole page, and of one of two, in millimetres.
    below
        Space above a text that follows a table, in twentieths of a point.
    letters, space
        By what the styles' letters, and the space above and below their paragraphs, are multiplied.
    """

    table: float = 8.5
    usual: int = 118
    wide: int = 172
    half: int = 84
    below: int = 140
    letters: float = 1.0
    space: float = 1.0


AT_EASE = Sizes()
BRIEF = Sizes(table=7.5, usual=75, wide=160, half=80, below=70, letters=0.9, space=0.5)
#: No letters become smaller than this, in half points.
SMALLEST = 15
