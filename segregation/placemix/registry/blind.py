"""What each measure cannot see: one or two sentences that belong beside every value of it.

They say which unlike places get the same value, so that nobody reads more into a number than is in it. A
test asks for every row of the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

_PLACES = "Where units lie: two halves of a town and a checkerboard of the same units get one value."
_UNLESS = f"Without surroundings, {_PLACES[0].lower()}{_PLACES[1:]}"
_SPREAD = "How the groups are spread over units: a town that is mixed and one that is apart are as diverse."
_WHO = "Which groups they are: shares may change hands and nothing changes."

#: Sentences by measure.
BLIND: Mapping[str, str] = {
    # -- evenness
    "dissimilarity": (
        f"{_UNLESS} How large the group is, and so whom its members meet. Moves between two units that are both above, "
        "or both below, the overall share."
    ),
    "information_theory": (
        f"{_UNLESS} Which of the groups are apart from which: one value covers all of them, and small groups weigh "
        "little in it."
    ),
    "mutual_information": (
        f"Whether it rose because people sorted or because the whole became more diverse: it grows with both. {_UNLESS}"
    ),
    "gini": (
        f"{_UNLESS} How large the group is, where there are two. Whether units with few members or units with many "
        "make the difference."
    ),
    "relative_diversity": (
        "Small groups: shares are squared, so that one may be wholly apart and the value hardly move. " + _UNLESS
    ),
    "squared_variation": (
        "Whether it rests on a handful of people: a group of a few counts about as much as one of thousands. " + _PLACES
    ),
    "normalised_exposure": (
        "Small groups: each weighs by its size, so that one may be wholly apart and the value hardly move. " + _PLACES
    ),
    "atkinson": (
        "How another b would rank the same towns: b has decided already whether areas of scarcity or of concentration "
        "weigh more. How large the group is. " + _PLACES
    ),
    "hutchens": (
        f"How large the group is, and so whom its members meet. {_PLACES} Which of the two groups is missing where "
        "they do not overlap."
    ),
    "gorard": (
        "Whether a change is one of the spread or of the group's size: it is D times the share of the others, and "
        f"falls when the group grows alike in every unit. {_PLACES}"
    ),
    "karmel_maclachlan": (
        "Whether a change is one of the spread or of the groups' sizes: it is D times the chance that two people "
        f"differ. {_PLACES}"
    ),
    "morrill": (
        "How many people live on either side of a border: every pair of neighbours counts alike. What lies beyond the "
        "neighbours that are counted. Borders drawn anew change it although nobody moved."
    ),
    "wong_boundary": (
        "How many people live along a border: a long one through fields outweighs a short one between streets. "
        "Borders drawn anew change it although nobody moved."
    ),
    "wong_shape": (
        "How many people live along a border. Whether ragged units are ragged because of who lives there or because "
        "of a river: shapes are drawn for other reasons."
    ),
    "surface_separation": (
        "On the units themselves, anything that D does not see: it is 2D/(1 + D). On surfaces, everything finer than "
        "the bandwidth. How large the groups are."
    ),
    # -- exposure, and concentration by threshold
    "isolation": (
        "Whether it is high because people sorted or because the group is large: an even spread gives the group's "
        f"overall share. {_UNLESS} Whether those in one unit speak with each other."
    ),
    "exposure": (
        "Whether it is low because people sorted or because the other group is small: an even spread gives that "
        "group's overall share. Whether those in one unit speak with each other."
    ),
    "correlation_ratio": (
        "Which of two groups is the more isolated: it is the same for both. Whether it moved because people sorted or "
        f"because the group grew, which changes it although every unit's odds stay. {_UNLESS}"
    ),
    "concentration_profile": (
        "All differences on one side of the threshold: at 50 %, shares of 51 and 99 % count alike, and so do 0 and "
        "49 %. Whether it rose because people sorted or because the group grew everywhere."
    ),
    "distance_decay_isolation": (
        "Whether it is high because people sorted or because the group is large. How far people really go: the decay "
        "of meeting with distance is assumed."
    ),
    "distance_decay_exposure": (
        "Whether it is high because groups mix or because the other group is large. How far people really go: the "
        "decay of meeting with distance is assumed."
    ),
    # -- concentration and centralisation
    "delta": (
        "Whether members live closely in the dense parts or in the sparse ones, and whom they live with: both groups "
        "of a town may be as dense. Empty ground within a unit: a park counts as room to live."
    ),
    "absolute_concentration": (
        "How large the group is apart from the bounds it sets, and where units lie. It compares with units in the "
        "order of their area, so that one large unit of fields can decide it."
    ),
    "relative_concentration": (
        "Whether both groups live closely, or both widely: only their ratio counts. Where units lie. One large unit of "
        "fields can decide it."
    ),
    "profile_r": (
        "At which shares the group lives: many moderate units and a few extreme ones may give one value. Whether it "
        "moved because people sorted or because the group grew. Complete separation is no ceiling for a majority: "
        f"above 1 it says that members live where they are less of one. {_PLACES}"
    ),
    "relative_centralisation": (
        "Any centre but the one given, and how far it is: units are only put in order, so that one kilometre and ten "
        "count alike. Both groups moving out together."
    ),
    "absolute_centralisation": (
        "Any centre but the one given, and how far it is: units are only put in order. Where the others live, and "
        "whether land farther out can be lived on at all."
    ),
    "proportion_central": (
        "Whether it is much or little: if half of everyone lives in the centre, so does half of an evenly spread "
        "group. All differences inside the centre, and all outside."
    ),
    # -- clustering
    "spatial_proximity": (
        "Which of the groups lives close together: it is a mean over them. What another decay length would show: a "
        "town of small enclaves and one of large ones may change places."
    ),
    "absolute_clustering": (
        "Whether the others cluster as well, as people do where a town is dense. How units are drawn: it compares with "
        "the same number of members in each, however few live there."
    ),
    "relative_clustering": (
        "Whether the groups live apart: two groups in one quarter and two at opposite ends both give 0, if each is as "
        "close together as the other."
    ),
    "mean_proximity": (
        "Whether the group is apart from anyone: in a compact town every group is near, mixed or not. How large it is."
    ),
    "mean_proximity_between": (
        "What the groups' shares are, unit by unit: in a compact town all are near, mixed or not. How large they are."
    ),
    "distortion": (
        "Which group people see too much or too little of. How many kilometres the walk is: people are counted, not "
        "distances, and rivers and railways are walked across."
    ),
    # -- one value a unit
    "location_quotient": (
        "How many people are behind it: three times a share of 0.1 % may be two families. Who lives next door. Where "
        "a group is half of everyone, no unit can exceed 2."
    ),
    "local_information": (
        "Which group there is too much of: more and fewer than its share both count upwards. How many people the unit "
        "has. Who lives next door, unless surroundings are given."
    ),
    "local_divergence": (
        "Which group there is too much of: more and fewer than its share both count upwards. How many people the unit "
        "has. Who lives next door, unless surroundings are given."
    ),
    "local_isolation": (
        "Whether the share is unusual: 60 % is much where the group is 5 % of all, and little where it is 90 %. How "
        "many members live there."
    ),
    "local_exposure": (
        "Whether the share is unusual: 60 % is much where the other group is 5 % of all, and little where it is 90 %. "
        "How many members live there."
    ),
    "getis_ord": (
        "A unit that stands out from its neighbours: a high share amid low ones averages out. Whether the whole place "
        "is uneven: scores compare units with each other, and some are always highest."
    ),
    "local_moran": (
        "Whether units alike are alike in having many or in having few: both are above 0. How much of the group lives "
        "there, and whether the whole place is uneven."
    ),
    "local_relative_centralisation": (
        "How far apart people live in kilometres: units are only put in order from here. How many of the group live "
        "here, and whether the whole place is uneven."
    ),
    "local_distortion": (
        "Which group people see too much or too little of. How many kilometres the walk is: people are counted, not "
        "distances, and rivers and railways are walked across."
    ),
    # -- occupations, one group against everyone, ordered groups
    "symmetric_atkinson": (
        "Which of the groups is missing where they do not overlap: a unit that lacks one of many groups counts as if "
        f"it lacked all. How large the groups are. {_PLACES}"
    ),
    "kullback_leibler": (
        "The other way round: the first group's spread seen from the second's is another number than the second's seen "
        "from the first's, and one unit that lacks the second makes it infinite. " + _PLACES
    ),
    "min_max": f"Anything that D does not see: it is 2D/(1 + D), and ranks any two towns as D does. {_PLACES}",
    "size_standardised": (
        "How many people a unit has: an occupation of ten weighs as much as one of ten thousand, so that few people "
        "can decide it, and cutting an occupation in two changes it."
    ),
    "marginal_matching": (
        "How far from even the units are, beyond their order: it asks only on which side of one cut a unit falls. "
        f"{_PLACES}"
    ),
    "target_gini": (
        "Whether a change is one of the spread or of the group's size: with everyone as the comparator it falls when "
        f"the group grows alike in every unit. {_PLACES}"
    ),
    "overall_gini": (
        "Which group is apart: it is a mean over groups by their size, in which small groups weigh little. " + _PLACES
    ),
    "target_entropy": (
        "How another parameter would rank the same towns. Whether a change is one of the spread or of the group's "
        f"size. {_PLACES}"
    ),
    "overall_entropy": (
        "Which group is apart: it is a mean over groups by their size. How another parameter would rank the same "
        f"towns. {_PLACES}"
    ),
    **dict.fromkeys(
        ("ordinal_information", "ordinal_variation", "ordinal_squareroot", "ordinal_absolute"),
        "How far apart the bands are: from one to the next counts as one step, whether it is £10 or £10,000, and "
        f"merging two bands changes the value. {_PLACES}",
    ),
    **dict.fromkeys(
        ("rank_order_information", "rank_order_variation", "rank_order_squareroot"),
        "How much more the highest have than the lowest: ranks alone count, so that richer rich change nothing. What "
        f"happens within a band: the curve between bands is fitted, not observed. {_PLACES}",
    ),
    "extremes": (
        "Everyone between the two ends: a unit of the middle alone and one split in halves between the ends both "
        "give 0. How many people the unit has, and who lives next door."
    ),
    "renyi": f"{_SPREAD} {_WHO} How another order would rank the same places.",
    # -- the diversity of a mix
    "simpson": f"{_SPREAD} {_WHO} Small groups: shares are squared.",
    "effective_groups": f"{_SPREAD} {_WHO} How finely the groups were listed: splitting one adds to the number.",
    "shannon": f"{_SPREAD} {_WHO} How finely the groups were listed: splitting one adds to it.",
    "scaled_entropy": f"{_SPREAD} {_WHO} Whether listed groups are absent or rare: one more on the list lowers it.",
    "local_entropy": f"{_WHO} The town around the unit. Whether listed groups are absent or rare: one more on the "
    "list lowers it.",
}
