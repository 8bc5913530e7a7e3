"""How sure a type is; the nearest edge; two schemes; what defines a place; saved results."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import placemix as pm
from placemix.errors import InvalidParameter, PossibleOverlap


def counts(rows: list[list[int]], groups: list[str], **more: list[str]) -> pm.Counts:
    """A table of hand-written units."""
    table = pd.DataFrame(rows, columns=groups).assign(id=[f"u{place}" for place in range(len(rows))], **more)
    with warnings.catch_warnings():
        # Random tables may have a group that equals the sum of others in every unit.
        warnings.simplefilter("ignore", PossibleOverlap)
        return pm.from_wide(table, groups=groups, unit="id", strata=list(more))


@pytest.mark.slow
def test_the_probability_of_a_type_is_that_of_the_binomial() -> None:
    table = counts([[161, 39], [155, 45], [100, 100]], ["host", "x"])
    draws = 1_000
    found = pm.typology.uncertainty(
        table, scheme="PJF2001", reference="host", error="sampling", cluster=1, draws=draws, seed=3
    )
    for place, share in enumerate((161 / 200, 155 / 200, 0.5)):
        first, second = binom.sf(159, 200, share), binom.sf(99, 200, share)
        exact = {"p I": first, "p II": second - first}
        for column, value in exact.items():
            error = 4 * np.sqrt(value * (1 - value) / draws) + 1e-12
            assert found[column].iloc[place] == pytest.approx(value, abs=error)
    assert found["likeliest"].tolist()[:2] == ["I", "II"]
    assert found["may_be"].iloc[0].startswith("II (0.")
    columns = [name for name in found if name.startswith("p ")]
    assert found[columns].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert found["probability"].iloc[0] == found["p I"].iloc[0]


@pytest.mark.slow
def test_households_make_types_less_sure() -> None:
    table = counts([[170, 30]], ["host", "x"])
    asked = {"scheme": "PJF2001", "reference": "host", "error": "sampling", "draws": 299}
    alone = pm.typology.uncertainty(table, cluster=1, **asked)
    together = pm.typology.uncertainty(table, cluster=4, **asked)
    assert together["p II"].iloc[0] > alone["p II"].iloc[0]


@pytest.mark.slow
def test_perturbation_moves_only_what_is_near_an_edge() -> None:
    table = counts([[800, 200], [900, 100], [0, 0]], ["host", "x"])
    asked = {"scheme": "PJF2001", "reference": "host", "error": "perturbation", "draws": 499}
    found = pm.typology.uncertainty(table, **asked)
    assert 0.05 < found["p II"].iloc[0] < 0.2  # less often than a cell is changed
    assert found["p I"].iloc[1] == 1.0
    assert pd.isna(found["may_be"].iloc[1])
    assert np.isnan(found["p I"].iloc[2])
    assert found["reason"].iloc[2] == "no_people"
    assert found["error"].str.startswith("perturbation (assumed)").all()
    never = pm.typology.uncertainty(table, share=0.0, **asked)
    assert never["probability"].dropna().tolist() == [1.0, 1.0]


def test_standard_errors_of_a_survey() -> None:
    table = counts([[160, 40], [300, 10]], ["host", "x"])
    asked = {"scheme": "PJF2001", "reference": "host", "error": "standard errors", "draws": 499}
    with pytest.raises(InvalidParameter, match="carries no standard errors"):
        pm.typology.uncertainty(table, **asked)
    survey = replace(table, error=np.array([[20.0, 10.0], [20.0, 2.0]]))
    found = pm.typology.uncertainty(survey, **asked)
    assert 0.3 < found["p I"].iloc[0] < 0.7
    assert found["p I"].iloc[1] == 1.0


def test_an_error_has_to_be_named() -> None:
    with pytest.raises(TypeError):
        pm.typology.uncertainty(counts([[9, 1]], ["host", "x"]), scheme="PJF2001", reference="host")  # type: ignore[call-arg]
    with pytest.raises(InvalidParameter, match="error is"):
        pm.typology.uncertainty(
            counts([[9, 1]], ["host", "x"]),
            scheme="PJF2001",
            reference="host",
            error="noise",  # type: ignore[arg-type]
        )


_ROWS = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=8).filter(
    lambda rows: all(sum(row) > 0 for row in rows)
)


@settings(deadline=None)
@given(_ROWS, st.sampled_from(["PJF2001", "PJF2007-reconstructed"]))
def test_a_unit_moved_beyond_its_margin_changes_type_and_before_it_does_not(rows: list[list[int]], scheme: str) -> None:
    """The nearest edge of the reference group is where the type turns, whoever is exchanged for whom."""
    table = counts(rows, ["host", "x", "y", "z"])
    found = pm.typology.classify(table, scheme=scheme, reference="host")
    for place, row in enumerate(found.itertuples()):
        if row.nearest_threshold in {"reference >= 80% of everyone", "reference >= 50% of everyone"}:
            level = 0.8 if "80" in row.nearest_threshold else 0.5
            assert row.margin == pytest.approx(rows[place][0] / sum(rows[place]) - level, abs=1e-12)


def test_where_two_schemes_disagree_and_for_how_many() -> None:
    rows = [[30, 40, 20, 10], [90, 5, 5, 0], [0, 0, 0, 0]]
    table = counts(rows, ["white", "pakistani", "indian", "caribbean"])
    both = ["PJF2001", "PJF2007-reconstructed"]
    found = pm.typology.compare_schemes(table, schemes=both, reference="white")
    assert found["people"].sum() == 200
    assert found["units"].sum() == 2
    assert found.loc[~found["agree"], "type_first"].tolist() == ["III"]
    assert found.loc[~found["agree"], "reference_people"].tolist() == [30.0]
    listed = pm.typology.disagreements(table, schemes=both, reference="white")
    assert listed[["unit", "type_first", "type_second", "people"]].values.tolist() == [["u0", "III", "VI", 100.0]]
    other = pm.typology.compare_schemes(table, schemes=["PJF2001", "Hall2015"], reference="white")
    assert other["agree"].isna().all()
    with pytest.raises(InvalidParameter, match="no type in common"):
        pm.typology.disagreements(table, schemes=["PJF2001", "Hall2015"], reference="white")
    with pytest.raises(InvalidParameter, match="two schemes"):
        pm.typology.compare_schemes(table, schemes="PJF2001", reference="white")
    with pytest.raises(InvalidParameter, match="Neither scheme takes"):
        pm.typology.compare_schemes(table, schemes=["Hall2015", "Hall2015"], reference="white")


def test_what_defines_places_and_how_many_people_live_there() -> None:
    # Schools of one group: pupils in schools where one holds over 90 %, and 90 % or more, differ.
    schools = counts([[95, 5, 0], [10, 80, 10], [92, 4, 4], [40, 30, 30], [3, 91, 6]], ["a", "b", "c"])
    found = pm.typology.objective(schools, thresholds=[0.5, 0.9])
    assert found["share_people"].tolist() == [0.8, 0.6]
    assert found["categories"].tolist() == ["a: 2; b: 2", "a: 2; b: 1"]
    listed = pm.typology.characteristics(schools, thresholds=[0.5, 0.9])
    assert listed[["unit", "category", "threshold"]].values.tolist() == [
        ["u0", "a", 0.9], ["u1", "b", 0.5], ["u2", "a", 0.9], ["u4", "b", 0.9],
    ]  # fmt: skip
    assert listed["location_quotient"].iloc[0] == pytest.approx(0.95 / (240 / 500))


def test_several_dimensions_side_by_side() -> None:
    faith = counts([[85, 15], [20, 80], [50, 50]], ["muslim", "christian"], town=["n", "n", "s"])
    tenure = counts([[60, 40], [95, 5], [55, 45]], ["own", "rent"])
    found = pm.typology.objective({"faith": faith, "tenure": tenure}, thresholds=0.75, by="town")
    table = found.set_index(["town", "dimension"])["units_defined"]
    assert table.to_dict() == {
        ("n", "faith"): 2, ("n", "tenure"): 1, ("n", "any"): 2, ("s", "faith"): 0, ("s", "tenure"): 0, ("s", "any"): 0,
    }  # fmt: skip
    assert found["sentence"].iloc[0] == (
        "n: 2 of 2 places, with 100 % of the people, are defined by one category of faith that holds 75 % or more."
    )
    with pytest.raises(InvalidParameter, match="may not be named 'any'"):
        pm.typology.objective({"any": faith})
    with pytest.raises(InvalidParameter, match="thresholds are shares"):
        pm.typology.characteristics(faith, thresholds=[50])


@settings(deadline=None)
@given(_ROWS, st.sampled_from([0.25, 0.5, 0.7, 0.9]))
def test_counting_and_classifying_agree(rows: list[list[int]], threshold: float) -> None:
    table = counts(rows, ["a", "b", "c", "d"])
    types = pm.typology.classify(table, scheme="single_characteristic", parameters={"threshold": threshold})
    found = pm.typology.objective(table, thresholds=threshold)
    listed = pm.typology.characteristics(table, thresholds=threshold)
    defined = types["type"] != "none"
    assert found["units_defined"].item() == defined.sum() == listed["unit"].nunique()
    assert found["people_defined"].item() == types.loc[defined, "people"].sum()


@pytest.mark.slow
def test_saved_and_made_again(tmp_path: Path) -> None:
    table = counts([[161, 39, 0], [30, 60, 10], [20, 70, 10]], ["host", "x", "y"], town=["n", "n", "s"])
    own = tmp_path / "mine.toml"
    own.write_text(
        'id = "mine"\ntitle = "t"\nreference = true\n[[type]]\nid = "a"\nlabel = "a"\n'
        'when = ["reference > 1/2 of everyone"]\n[[type]]\nid = "b"\nlabel = "b"\n',
        encoding="utf-8",
    )
    dimensions = {"one": table, "other": table.take_groups([0, 1])}
    asked = {"reference": "host", "city": "town"}
    results = {
        "types": pm.typology.classify(table, scheme="PJF2001", **asked),
        "own": pm.typology.classify(table, scheme=own, reference="host"),
        "several": pm.typology.classify(dimensions, scheme="single_characteristic", parameters={"threshold": 0.5}),
        "sure": pm.typology.uncertainty(table, scheme="PJF2001", error="sampling", draws=19, **asked),
        "defined": pm.typology.characteristics(dimensions, thresholds=[0.5, 0.7]),
        "objective": pm.typology.objective(dimensions, by="town"),
        "pairs": pm.typology.compare_schemes(table, schemes=["PJF2001", own], by="town", **asked),
        "list": pm.typology.disagreements(table, schemes=["PJF2001", "PJF2007-reconstructed"], **asked),
    }
    own.unlink()  # the pack holds the rules themselves
    for name, result in results.items():
        pack = result.save(tmp_path / f"{name}.zip")
        verified = pm.verify(pack)
        assert verified.same, (name, str(verified))
    assert "Poulsen" in results["types"].cite()


@pytest.mark.parametrize("error", ["sampling", "perturbation"])
def test_probabilities_do_not_depend_on_the_order_of_rows(error: str) -> None:
    rng = np.random.default_rng(3)
    table = counts(rng.integers(1, 60, (30, 3)).tolist(), ["host", "x", "y"])
    asked = {"scheme": "PJF2001", "reference": "host", "error": error, "draws": 29}
    one = pm.typology.uncertainty(table, **asked).set_index("unit")
    other = pm.typology.uncertainty(table.take(rng.permutation(30)), **asked).set_index("unit").loc[one.index]
    columns = [name for name in one if name.startswith("p ")]
    assert one[columns].equals(other[columns])


def test_types_are_explained_in_sentences() -> None:
    found = pm.typology.classify(
        counts([[90, 10], [10, 90], [0, 0]], ["host", "x"]), scheme="PJF2001", reference="host"
    )
    assert found.explain().splitlines()[0] == "1 place with 100 people (50.0 %) are of the type “80 % or more host”."
    assert "1 place has no type" in found.explain()
    with pytest.raises(pm.errors.IncompleteEstimate, match="no sentences"):
        found.head(1).explain()  # what was said of the whole is not true of a part
    with pytest.raises(pm.errors.IncompleteEstimate, match="no sentences"):
        pm.typology.characteristics(counts([[90, 10]], ["host", "x"])).explain()
