"""Which measure for which question: the catalogue as a table, and two measures beside what they cannot see."""

import pandas as pd

import placemix as pm

measures = pm.catalogue().set_index("measure")
print(measures.loc[measures["tier"] == "recommended", ["symbol", "question"]].to_string())

# Ten wards of 1,000 people at two dates: the group doubles and spreads out.
before = [700, 400, 100, 50, 0, 0, 0, 0, 0, 0]
after = [850, 700, 300, 250, 150, 100, 60, 50, 40, 0]
for name in ("dissimilarity", "isolation"):
    print(f"\n{measures.loc[name, 'question']}")
    for year, members in (("1991", before), ("2001", after)):
        wards = pd.DataFrame({"ward": range(10), "group": members, "others": [1000 - people for people in members]})
        counts = pm.from_wide(wards, groups=["group", "others"], unit="ward")
        print(year, round(pm.estimate(counts, name, focal="group").value, 4))
    print("It cannot see:", measures.loc[name, "cannot_see"])
