"""The one table of measures.

It feeds `placemix.measure`, the command line, the documentation's measure pages, the
captions of reports, the property tests and the comparison with other packages.
"""

from __future__ import annotations

from collections.abc import Mapping

from placemix.errors import InvalidParameter, UnknownMeasure, did_you_mean
from placemix.registry import (
    boundaries,
    centralisation,
    clustering,
    concentration,
    evenness,
    exposure,
    local,
    mixes,
    occupations,
    ordinal,
    overlaps,
    trajectories,
)
from placemix.registry.citations import CITATIONS, Citation
from placemix.registry.claims import CLAIMS
from placemix.registry.measures import Asked, Measure, Parameter, Value, split_call

__all__ = [
    "CITATIONS",
    "CLAIMS",
    "MEASURES",
    "Asked",
    "Citation",
    "Measure",
    "Parameter",
    "asked",
    "row",
]

#: Every measure by its name.
MEASURES: Mapping[str, Measure] = {
    row.name: row
    for row in (
        *evenness.ROWS,
        *overlaps.ROWS,
        *occupations.ROWS,
        *ordinal.ROWS,
        *boundaries.ROWS,
        *exposure.ROWS,
        *clustering.ROWS,
        *concentration.ROWS,
        *centralisation.ROWS,
        *local.ROWS,
        *mixes.ROWS,
        *trajectories.ROWS,
    )
}

#: What people call a measure elsewhere, so that a question can be answered.
_ELSEWHERE = {
    "interaction": "exposure",
    "xpy": "exposure",
    "xpx": "isolation",
    "d": "dissimilarity",
    "dissim": "dissimilarity",
    "duncan": "dissimilarity",
    "h": "information_theory",
    "theil": "information_theory",
    "entropy": "information_theory",
    "m": "mutual_information",
    "v": "correlation_ratio",
    "eta2": "correlation_ratio",
    "eta_squared": "correlation_ratio",
    "gs": "gorard",
    "hoover": "delta",
    "aco": "absolute_concentration",
    "absoluteconcentration": "absolute_concentration",
    "rco": "relative_concentration",
    "relativeconcentration": "relative_concentration",
    "conprof": "profile_r",
    "ace": "absolute_centralisation",
    "absolute_centralization": "absolute_centralisation",
    "absolutecentralization": "absolute_centralisation",
    "rce": "relative_centralisation",
    "relative_centralization": "relative_centralisation",
    "relativecentralization": "relative_centralisation",
    "aceduncan": "relative_centralisation",
    "pcc": "proportion_central",
    "local_rce": "local_relative_centralisation",
    "local_relative_centralization": "local_relative_centralisation",
    "localrelativecentralization": "local_relative_centralisation",
    "lq": "location_quotient",
    "ls": "local_information",
    "gi": "getis_ord",
    "gi*": "getis_ord",
    "g_i*": "getis_ord",
    "gi_star": "getis_ord",
    "gistar": "getis_ord",
    "g_local": "getis_ord",
    "getis": "getis_ord",
    "getis_ord_gi": "getis_ord",
    "hot_spots": "getis_ord",
    "hotspots": "getis_ord",
    "hot_spot": "getis_ord",
    "hotspot": "getis_ord",
    "lisa": "local_moran",
    "moran": "local_moran",
    "moran_local": "local_moran",
    "local_morans_i": "local_moran",
    "sp": "spatial_proximity",
    "white": "spatial_proximity",
    "isp": "spatial_proximity",
    "spatialproximity": "spatial_proximity",
    "acl": "absolute_clustering",
    "absoluteclustering": "absolute_clustering",
    "rcl": "relative_clustering",
    "relativeclustering": "relative_clustering",
    "pxx": "mean_proximity",
    "pxy": "mean_proximity_between",
    "dpxx": "distance_decay_isolation",
    "distancedecayisolation": "distance_decay_isolation",
    "dpxy": "distance_decay_exposure",
    "distance_decay_interaction": "distance_decay_exposure",
    "distancedecayinteraction": "distance_decay_exposure",
    "d_adj": "morrill",
    "ismorrill": "morrill",
    "dimorrill": "morrill",
    "spatialdissim": "morrill",
    "wong": "wong_boundary",
    "iswong": "wong_boundary",
    "diwong": "wong_boundary",
    "isw": "wong_boundary",
    "d_w": "wong_boundary",
    "boundaryspatialdissim": "wong_boundary",
    "iss": "wong_shape",
    "d_s": "wong_shape",
    "pardissim": "wong_shape",
    "minmax": "min_max",
    "size_standardized": "size_standardised",
    "mm": "marginal_matching",
    "ip": "karmel_maclachlan",
    "silber": "karmel_maclachlan",
    "ice": "extremes",
    "krieger": "extremes",
    "kl": "kullback_leibler",
    "hill": "effective_groups",
    "inverse_simpson": "effective_groups",
    "richness": "effective_groups",
    "rényi": "renyi",
    "local_gini": "target_gini",
    "frankel_volij": "symmetric_atkinson",
    "multigroup_atkinson": "symmetric_atkinson",
    "h_r": "rank_order_information",
    "r_r": "rank_order_variation",
    "s_r": "rank_order_squareroot",
    "rankorderinfotheory": "rank_order_information",
    "rankordervarianceratio": "rank_order_variation",
    "rankordersqrt": "rank_order_squareroot",
    "rankorderseg": "rank_order_information",
    "ordinalseg": "ordinal_information",
}

_PEOPLE = "It takes a value for each person: placemix.continuous.{}, or 'placemix sorting' on the command line."
_CURVES = (
    "Call placemix.segregation_curve for one table, placemix.lorenz_dominance to compare two, or 'placemix curves' on "
    "the command line."
)
_HEIGHTS = "It takes what orders the units: placemix.vertical_segregation, or 'placemix vertical' on the command line."

#: What is no row of the table because it takes other data, and how it is called.
_VERBS = {
    "rank_order": _PEOPLE.format("rank_order"),
    **dict.fromkeys(("sorting_index", "nsi", "gnsi"), _PEOPLE.format("sorting_index")),
    **dict.fromkeys(("centile_gap", "cgi"), _PEOPLE.format("centile_gap")),
    **dict.fromkeys(("lorenz_dominance", "segregation_curve", "lorenz"), _CURVES),
    **dict.fromkeys(("vertical_segregation", "horizontal_segregation", "somers_d"), _HEIGHTS),
    "place_gap": "It takes a condition of places: placemix.place_gap, or 'placemix gap' on the command line.",
}


def row(name: str) -> Measure:
    """Return the catalogue's row of a measure.

    Raises
    ------
    UnknownMeasure
        No measure has that name; the message proposes the nearest.

    Examples
    --------
    >>> row("dissimilarity").symbol
    'D'
    """
    if name in MEASURES:
        return MEASURES[name]
    if name.casefold() in _VERBS:
        message = f"{name!r} is no row of the catalogue."
        raise UnknownMeasure(message, remedy=_VERBS[name.casefold()])
    usual = _ELSEWHERE.get(name.casefold())
    hint = f"Did you mean {usual!r}?" if usual else did_you_mean(name, MEASURES)
    message = f"There is no measure {name!r}."
    raise UnknownMeasure(message, remedy=f"{hint} placemix.catalogue() lists all.".strip())


def asked(text: str) -> Asked:
    """Read a measure as written in a call, ``name`` or ``name(param=value, …)``.

    Raises
    ------
    UnknownMeasure
        No measure has that name.
    InvalidParameter
        The measure does not take the parameter, or not a value of that type.

    Examples
    --------
    >>> asked("atkinson").text
    'atkinson(b=0.5)'
    >>> asked("isolation(exclude_self=True)").text
    'isolation(exclude_self=True)'
    """
    if isinstance(text, str) and text.casefold() in _ELSEWHERE:
        row(text)  # such as Gi*, which is no name that could be read
    name, given = split_call(text)
    measure = row(name)
    for key, value in given.items():
        if key not in measure.parameters:
            takes = ", ".join(measure.parameters) or "no parameters"
            message = f"{name} takes {takes}, not {key!r}."
            raise InvalidParameter(message, remedy=did_you_mean(key, measure.parameters))
        if not measure.parameters[key].takes(value):
            message = f"In {text!r}, {key} must be {measure.parameters[key].allowed}."
            raise InvalidParameter(message)
    values: dict[str, Value] = {key: given.get(key, spec.default) for key, spec in measure.parameters.items()}
    return Asked(measure, values)
