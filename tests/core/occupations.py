"""Computer and mathematical occupations in the United States, 2013, as the Census Bureau published them.

Full-time, year-round workers and median earnings by sex and occupation (American Community Survey 2013, table
"Median earnings by detailed occupation"); all sixteen occupations of the group, with the share of women as printed.
"""

from __future__ import annotations

import pandas as pd

ROWS = (
    # occupation, men, women, % women as printed, median earnings in dollars
    ("Computer and information research scientists", 9222, 3771, 29.0, 95918),
    ("Computer systems analysts", 280626, 160912, 36.4, 75886),
    ("Information security analysts", 40681, 10172, 20.0, 84140),
    ("Computer programmers", 298175, 76139, 20.3, 80512),
    ("Software developers", 741308, 183580, 19.8, 94025),
    ("Web developers", 95672, 40774, 29.9, 60056),
    ("Computer support specialists", 339470, 119266, 26.0, 52063),
    ("Database administrators", 61969, 39354, 38.8, 75824),
    ("Network and computer systems administrators", 160376, 34996, 17.9, 67246),
    ("Computer network architects", 84233, 7476, 8.2, 96372),
    ("Computer occupations, all other", 277889, 77063, 21.7, 66550),
    ("Actuaries", 16642, 6558, 28.3, 112191),
    ("Mathematicians", 1603, 330, 17.1, 79256),
    ("Operations research analysts", 65206, 58430, 47.3, 77172),
    ("Statisticians", 16117, 15202, 48.5, 81209),
    ("Miscellaneous mathematical occupations", 1974, 1712, 46.4, 70370),
)


def table() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=["occupation", "men", "women", "printed", "pay"])
