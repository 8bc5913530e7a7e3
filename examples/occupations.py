"""Women and men in computer and mathematical occupations, United States 2013: apart, and how far by pay."""

from __future__ import annotations

import pandas as pd

import placemix as pm

# US Census Bureau, American Community Survey 2013: full-time, year-round workers and median earnings, in dollars.
table = pd.DataFrame(
    [
        ("Information research scientists", 9222, 3771, 95918),
        ("Systems analysts", 280626, 160912, 75886),
        ("Security analysts", 40681, 10172, 84140),
        ("Programmers", 298175, 76139, 80512),
        ("Software developers", 741308, 183580, 94025),
        ("Web developers", 95672, 40774, 60056),
        ("Support specialists", 339470, 119266, 52063),
        ("Database administrators", 61969, 39354, 75824),
        ("Systems administrators", 160376, 34996, 67246),
        ("Network architects", 84233, 7476, 96372),
        ("Other computer occupations", 277889, 77063, 66550),
        ("Actuaries", 16642, 6558, 112191),
        ("Mathematicians", 1603, 330, 79256),
        ("Operations research analysts", 65206, 58430, 77172),
        ("Statisticians", 16117, 15202, 81209),
        ("Other mathematical occupations", 1974, 1712, 70370),
    ],
    columns=["occupation", "men", "women", "pay"],
)
jobs = pm.from_wide(table, groups=["women", "men"], unit="occupation")
apart = ["dissimilarity", "size_standardised", "karmel_maclachlan", "marginal_matching", "gini"]
print(pm.measure(jobs, apart, focal="women")[["measure", "value"]].round(3).to_string(index=False))
print(pm.vertical_segregation(jobs, table.set_index("occupation")["pay"], focal="women", against="men").explain())
