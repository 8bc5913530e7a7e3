"""What the XML of a Word file can hold of a text."""

from __future__ import annotations

import re

#: What separates words in HTML; a browser shows any number of these as one blank.
_BLANKS = re.compile(r"[ \t\n\f\r]+")
#: What XML 1.0 cannot hold: most control characters, halves of surrogate pairs, and two that are no characters.
_UNHELD = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Every control character has a picture, so many places further on.
_PICTURES = 0x2400
_UNKNOWN = "\ufffd"


def writable(text: str) -> str:
    r"""Write a text so that XML can hold it, and so that nothing vanishes.

    Runs of blanks and line ends become one blank, as in a browser. A control character becomes its
    picture, and what is no character becomes the sign for an unknown one, so that a reader sees that
    something odd stood there.

    Examples
    --------
    >>> writable("Ward\x07 1\n (north)")
    'Ward␇ 1 (north)'
    """
    return _UNHELD.sub(_shown, _BLANKS.sub(" ", text))


def _shown(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(_PICTURES + code) if code < 0x20 else _UNKNOWN
