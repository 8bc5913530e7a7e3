"""Rows of the catalogue: how the mix around people nears that of the whole, as they look ever farther.

Both walk outward from every unit over everyone, so they need to know where units are, and nothing else.
"""

from __future__ import annotations

from placemix.indices.trajectories import distortion, local_distortion
from placemix.registry.measures import Measure, Parameter

_CLAIMS = frozenset({"scale", "unit_order", "group_order", "split", "zero_if_even"})
_PLAIN = {"plain": Parameter(default=False, allowed="True or False")}

ROWS: tuple[Measure, ...] = (
    Measure(
        name="distortion",
        function=distortion,
        label="Distortion",
        symbol="Δ",
        dimension="clustering",
        call="trajectory",
        focal="optional",
        lowest=0,
        highest=1,
        unit="share",
        question="How far must people look before they see the mix of the whole place?",
        of="Distortion times members of the focal group, of all its members (multigroup: of all people).",
        sentence="In {place}, what people see of {focal} and {against}, looking ever farther, is distorted by "
        "{percent} of the most that it could be.",
        sentence_many="In {place}, what people see of the mix, looking ever farther, is distorted by {percent} of "
        "the most that it could be.",
        formula=r"\Delta = \sum_i \frac{t_i}{T} \frac{\Delta_i}{\Delta_{max}}, \qquad "
        r"\Delta_i = \frac{1}{T} \int_0^T \max_{m \geq n} \sum_k p_{ik}(m) \ln \frac{p_{ik}(m)}{P_k} \, dn",
        cites=("olteanu_2019",),
        tier="experimental",
        parameters=_PLAIN,
        claims=_CLAIMS,
        pair_claims=_CLAIMS,
    ),
    Measure(
        name="local_distortion",
        function=local_distortion,
        label="Local distortion",
        symbol="Δ_i",
        dimension="local",
        call="trajectory",
        focal="optional",
        lowest=0,
        highest=1,
        unit="share",
        question="How far must people of this unit look before they see the mix of the whole place?",
        of="Distortion times the unit's people, of its people.",
        sentence="What people of {place} see of {focal} and {against}, looking ever farther, is distorted by "
        "{percent} of the most that it could be.",
        sentence_many="What people of {place} see of the mix, looking ever farther, is distorted by {percent} of the "
        "most that it could be.",
        formula=r"\frac{\Delta_i}{\Delta_{max}}, \qquad "
        r"\Delta_i = \frac{1}{T} \int_0^T \max_{m \geq n} \sum_k p_{ik}(m) \ln \frac{p_{ik}(m)}{P_k} \, dn, \qquad "
        r"\Delta_{max} = -\sum_j \frac{S_j}{T} \mathrm{Li}_2 \Big( -\frac{N_j}{S_j} \Big)",
        cites=("olteanu_2019",),
        tier="experimental",
        parameters=_PLAIN,
        claims=_CLAIMS,
        pair_claims=_CLAIMS,
    ),
)
