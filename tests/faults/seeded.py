"""The faults found in other packages, each as a fault of ours, with the check that notices it.

Numbers are those of the survey of packages that this project began with. Where a fault cannot be made
here, `design` says why, and the check shows that what it would spoil is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from faults import checks_of_chance as chance
from faults import checks_of_maps as maps
from faults import checks_of_mixes as mixes
from faults import wrong
from faults.kinds import BY_HAND, CLAIM, IDENTITY, SECOND, Fault, attribute, instead
from faults.seeded_land import OF_LAND
from placemix import indices, lengths
from placemix.counts import Counts
from placemix.indices import _parts, boundaries, clustering, exposures, rank_order
from placemix.inference import chances, drawing, leaving_out, nulls, resampling
from placemix.surroundings.distance import distances
from placemix.surroundings.distance.nearby import Nearby
from placemix.surroundings.people import nearest
from placemix.surroundings.travel import networks


def far_for_near(patch: pytest.MonkeyPatch) -> None:
    right = Nearby.sums
    patch.setattr(Nearby, "sums", lambda self, values: values.sum(axis=0) - right(self, values))


def without_the_own_unit(patch: pytest.MonkeyPatch) -> None:
    right = Nearby.sums
    patch.setattr(Nearby, "sums", lambda self, values: right(self, values) - self.own[:, np.newaxis] * values)


def error_of_the_mean(patch: pytest.MonkeyPatch) -> None:
    right = resampling._beside

    def beside(frame, drawn, level, found):
        frame = right(frame, drawn, level, found)
        frame["sd"] /= np.sqrt(len(drawn))
        return frame

    patch.setattr(resampling, "_beside", beside)


def names_of_our_own(patch: pytest.MonkeyPatch) -> None:
    right = Counts.position
    patch.setattr(
        Counts, "position", lambda self, group: len(self.groups) - 1 if group == "Total" else right(self, group)
    )


def rows_of_others(patch: pytest.MonkeyPatch) -> None:
    right = leaving_out.values_without

    def values_without(*args, **options):
        left = right(*args, **options)
        return left._replace(values=np.roll(left.values, 1, axis=0))

    patch.setattr(leaving_out, "values_without", values_without)


def blind_null(patch: pytest.MonkeyPatch) -> None:
    right = chances.evaluator

    def evaluator(plan: Any, counts: Any, strata: Any, _nearby: Any, **options: Any) -> Any:
        return right(plan, counts, strata, None, **options)

    patch.setattr(chances, "evaluator", evaluator)


def one_unit_a_node(patch: pytest.MonkeyPatch) -> None:
    right = networks._paths

    def paths(graph: Any, node: np.ndarray, limit: float) -> Iterator[Any]:
        last = {at: unit for unit, at in enumerate(node.tolist())}
        for unit, others, far in right(graph, node, limit):
            kept = np.isin(unit, list(last.values())) & np.isin(others, list(last.values()))
            yield unit[kept], others[kept], far[kept]

    patch.setattr(networks, "_paths", paths)


def interior_by_default(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(indices.wong_shape.__kwdefaults__, "perimeter", "interior")


def another_paper(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(indices.density_corrected_dissimilarity, "__doc__", indices.carrington_troske.__doc__)


FAULTS = (
    *OF_LAND,
    Fault("5.1", "PySAL 2.0 to 2.6", "a proximity taken from 1 once more is a distance: far pairs weigh more", CLAIM,
          maps.halves_cluster_more_on_a_map, far_for_near),
    Fault("5.2", "PySAL 2.0 to 2.6", "x_j² c_ij for x_i x_j c_ij", SECOND,
          maps.clustering_is_its_sums_over_pairs, instead(clustering._between, wrong.products_of_the_own_unit)),
    Fault("5.3", "PySAL 1.5 to 2.6", "chances to meet divided along the wrong axis", IDENTITY,
          maps.everyone_met_is_of_some_group, instead(exposures._met, wrong.met_by_the_sums_of_others)),
    Fault("5.4", "OasisR 3.1", "t_i for t_j", IDENTITY,
          maps.everyone_met_is_of_some_group, instead(exposures._met, wrong.met_by_the_people_of_the_own_unit)),
    Fault("5.5 ACL", "ndi", "the pairs i, j left out", SECOND,
          maps.clustering_is_its_sums_over_pairs, instead(indices.absolute_clustering, wrong.unpaired_clustering)),
    Fault("5.5 map", "ndi", "halves and a checkerboard cluster alike", CLAIM,
          maps.halves_cluster_more_than_a_checkerboard,
          instead(indices.absolute_clustering, wrong.unpaired_clustering)),
    Fault("5.5 SP", "ndi", "P_xy for P_yy", SECOND, maps.clustering_is_its_sums_over_pairs,
          instead(indices.spatial_proximity, wrong.others_between_for_others_among)),
    Fault("5.5 H, signs", "ndi", "|E - E_i| for E - E_i", BY_HAND, mixes.a_checkerboard_of_mixes_has_entropy,
          instead(indices.information_theory, wrong.entropies_without_their_sign)),
    Fault("5.5 H, units", "ndi", "units of one group left out", BY_HAND, mixes.entropy_by_hand,
          instead(indices.information_theory, wrong.entropies_apart)),
    Fault("5.6", "PySAL 2.6", "units weigh by smoothed people", SECOND,
          maps.evenness_of_surroundings_is_the_formula, instead(_parts.parts, wrong.parts_of_smoothed_people)),
    Fault("5.7", "seg", "the own unit is not among those around", BY_HAND,
          maps.own_distances_are_those_of_their_authors, without_the_own_unit),
    Fault("5.8", "segregr", "members weigh as smoothed", IDENTITY,
          maps.everyone_met_is_of_some_group, instead(exposures._met, wrong.met_by_smoothed_members)),
    Fault("5.9", "OasisR 3.1", "the error of a mean of draws for that of the value", CLAIM,
          chance.more_draws_make_no_smaller_error, error_of_the_mean),
    Fault("5.10 borders", "OasisR 3.1", "units without people leave the borders twice", CLAIM,
          maps.units_without_people_change_nothing,
          instead(boundaries._inhabited, wrong.positions_among_the_inhabited)),
    Fault("5.10 names", "OasisR 3.1", "a group called as a column of the program's own", CLAIM,
          mixes.names_of_groups_mean_nothing, names_of_our_own),
    Fault("5.10 jackknife", "OasisR 3.1", "a unit left out meets the matrix of another", BY_HAND,
          chance.each_unit_is_left_out_once, rows_of_others),
    Fault("5.10 bootstrap", "OasisR 3.1", "units drawn anew, their distances not", CLAIM,
          chance.units_of_a_map_are_not_drawn_apart_from_it,
          design="units of a map are not drawn: with surroundings the call is refused"),
    Fault("5.10 chances", "OasisR 3.1", "each unit has the probability 1/n", CLAIM,
          chance.large_units_get_more_people, attribute(nulls, "shares_of", wrong.equal_chances)),
    Fault("5.11", "PySAL 2.6", "an empty unit counts as 0 %", CLAIM,
          maps.units_without_people_change_nothing, instead(boundaries._inhabited, wrong.pairs_with_nobody)),
    Fault("5.13", "disputed", "the distance to oneself of one author under the name of another", BY_HAND,
          maps.own_distances_are_those_of_their_authors,
          lambda patch: patch.setitem(distances._OWN, "massey_denton", distances._OWN["white"])),
    Fault("5.15", "PySAL 2.6", "the order of rows decides between equal distances", CLAIM,
          maps.ties_do_not_depend_on_the_order_of_rows, instead(nearest.ranks, wrong.rank_of_rows)),
    Fault("5.16", "PySAL 2.6", "degrees taken for lengths", CLAIM,
          maps.degrees_are_refused, instead(lengths.metres_per_unit, wrong.degrees_as_metres)),
    Fault("5.17", "PySAL 2.6", "every draw starts from the same seed", CLAIM,
          chance.draws_differ, instead(drawing.stream, wrong.one_stream)),
    Fault("5.18 surroundings", "PySAL 2.6", "the null of a spatial index is aspatial", CLAIM,
          chance.a_null_of_surroundings_has_surroundings, blind_null),
    Fault("5.18 p", "PySAL 2.6", "r / n for (r + 1) / (n + 1)", BY_HAND,
          chance.a_value_is_one_of_its_draws, instead(chances._p_values, wrong.draws_beyond)),
    Fault("5.18 map", "PySAL 2.6", "a null that needs no map fails without one", CLAIM, chance.a_null_needs_no_map,
          design="nulls take people alone; shapes are asked for by surroundings and nothing else"),
    Fault("5.18 smoothed", "PySAL 2.6", "the null draws from people who were smoothed already", SECOND,
          maps.evenness_of_surroundings_is_the_formula,
          design="counts and surroundings are two things: no object holds smoothed people instead of those counted"),
    Fault("5.19 nodes", "PySAL 2.6", "units at one node of the streets are one", BY_HAND,
          maps.two_units_at_one_node_have_rows_of_their_own, one_unit_a_node),
    Fault("5.20 rows", "PySAL 2.6", "borders divided by those of their unit", BY_HAND,
          maps.differences_between_neighbours_by_hand, instead(boundaries._mean_gap, wrong.row_standardised)),
    Fault("5.20 half", "Wong 1993 as printed", "D(s) halved once more", BY_HAND,
          maps.differences_between_neighbours_by_hand, instead(boundaries._mean_gap, wrong.halved)),
    Fault("5.20 perimeter", "OasisR 3.1", "interior borders for the whole outline, unsaid", BY_HAND,
          maps.differences_between_neighbours_by_hand, interior_by_default),
    Fault("5.20 scale", "PySAL 2.6", "perimeters over areas as they are: -79,103", CLAIM,
          maps.a_ragged_outline_takes_off_no_more_than_the_border,
          attribute(boundaries, "here", wrong.outlines_as_they_are)),
    Fault("5.21", "OasisR 3.1", "the logarithm of the groups that are present", BY_HAND,
          mixes.two_of_five_groups_are_not_all, instead(indices.scaled_entropy, wrong.groups_present)),
    Fault("5.22", "OasisR 3.1", "the polynomial of ranks fitted without weights", SECOND,
          mixes.ranks_weigh_by_how_mixed_they_are, attribute(rank_order, "averaged", wrong.fitted_without_weights)),
    Fault("5.23", "PySAL 2.6", "the error of the fit is called a standard error", CLAIM,
          mixes.a_fit_gives_no_standard_error,
          design="the fit gives a value alone; errors come from `inference`, which draws units or people anew"),
    Fault("5.24 H", "divseg", "E E_i for E - E_i", CLAIM,
          mixes.an_even_city_is_not_segregated, instead(indices.information_theory, wrong.entropies_multiplied)),
    Fault("5.24 Gini", "divseg", "counts for shares, and T² twice", SECOND,
          mixes.gini_is_the_mean_difference_of_shares, instead(indices.gini, wrong.counts_for_shares)),
    Fault("5.24 SP", "divseg", "White's index without X, Y and T", SECOND, maps.clustering_is_its_sums_over_pairs,
          instead(indices.spatial_proximity, wrong.proximities_without_sizes)),
    Fault("5.24 diversity", "divseg", "the default order is 1, and the value always 1", BY_HAND,
          mixes.two_of_five_groups_are_not_all, instead(indices.effective_groups, wrong.always_one)),
    Fault("5.25", "PySAL 2.6", "the paper of another correction", CLAIM,
          mixes.corrections_name_their_papers, another_paper),
)  # fmt: skip
