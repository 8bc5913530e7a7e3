"""What an adversary tried on other outcomes: numbers missing without a reason, noise told as a number, large tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_disclosure import draw, safe

import placemix as pm
from placemix.outcomes.disclosure import shields

O = pm.outcomes  # noqa: E741


def test_every_missing_number_against_the_rest_has_a_reason():
    found = O.gap_to_rest(0.0, 0.0, share=[0.1, 0.3])
    assert found["ratio"].isna().all()
    assert set(found["reason"]) == {"rest_has_none"}
    assert set(O.gap_to_rest(1.0, 1.0, share=0.1)["reason"]) == {"whole_group_has_it"}
    # Half of a tenth is all that a whole of 5 % has: the rest has none, whatever the last digit says.
    noisy = O.gap_to_rest(0.3, 0.03, share=0.1).iloc[0]
    assert noisy["rest"] == 0
    assert np.isnan(noisy["ratio"])


def test_a_group_in_which_everyone_votes_has_no_odds_and_says_so():
    table = pd.DataFrame({"group": ["x", "y"], "adults": [10, 40], "registered": [10, 30], "voted": [10, 20]})
    found = O.turnout_gaps(table, self_report=False).set_index("group")
    assert np.isnan(found.loc["x", "odds_ratio"])
    assert found.loc["x", "reason"] == "everyone_voted"
    assert found.loc["y", "odds_ratio"] == 0
    assert found.loc["y", "reason"] is None or pd.isna(found.loc["y", "reason"])


def test_one_area_left_out_is_told_as_one():
    ids = list("abcdef")
    said, counted = pd.Series(np.arange(6.0), index=ids), pd.Series(np.arange(5.0), index=ids[:5])
    found = O.divergence_by_area(said, counted, perception_better="higher", outcome_better="lower")
    assert "1 area that only one series has left out" in found["note"].iloc[0]


def test_noise_is_no_difference_of_places():
    """Where all places are alike the contrast is 0, and not −4.44e−16."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {"u": [f"u{n}" for n in range(60)], "x": rng.integers(0, 40, 60), "y": rng.integers(0, 90, 60)}
    )
    counts = pm.from_wide(table, groups=["x", "y"], unit="u")
    facts = {"air": {"domain": "environment", "higher_is": "worse", "describes": "places"}}
    text = O.bridge(counts, {"air": pd.Series(0.1, index=table["u"])}, facts=facts, focal="x")["sentence"].item()
    assert "different the areas are (0)" in text
    assert "a gap of 0." in text


# -- large tables to be printed --------------------------------------------------------


@pytest.mark.parametrize("beside", [2, 3])
def test_no_attacker_pins_down_a_count_where_rows_beside_are_looked_at_first(monkeypatch, beside):
    """What makes large tables quick, here on small ones: the same attacker, with a linear programme a count."""
    monkeypatch.setattr(shields, "_BESIDE", beside)
    safe(draw(1, 9, 3, mean=12.0), "min10")
    safe(draw(4, 9, 3, strata=2, mean=20.0), "min10", by="district")


@pytest.mark.slow
def test_a_large_table_is_looked_at_in_parts():
    """As many rows are looked at as stand beside each, and not all of them."""
    rng = np.random.default_rng(0)
    values = rng.poisson(rng.gamma(0.6, 20.0, (400, 6)))
    table = pd.DataFrame(values, columns=list("uvwxyz")).assign(id=[f"u{n:05}" for n in range(400)])
    counts = pm.from_wide(table, groups=list("uvwxyz"), unit="id")
    looked: list[int] = []
    once = shields.Shield._rectangle

    def counted(self, cell, far, rows):
        looked.append(len(rows))
        return once(self, cell, far, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shields, "_BESIDE", 32)
        patch.setattr(shields.Shield, "_rectangle", counted)
        protected = O.suppress(counts, "min10")
    assert np.mean(looked) < 80
    assert protected.small > 500
    assert protected.further < 0.4 * protected.small


# -- printed values --------------------------------------------------------------------


def test_times_the_average_and_times_the_rest():
    """21 % of the households accepted as homeless beside 7 % of all: 3 times the average, 3.53 times the others."""
    found = O.gap_to_rest(0.3, 0.1, share=0.07).iloc[0]
    assert found["ratio_whole"] == pytest.approx(3.0)
    assert found["ratio"] == pytest.approx((21 / 7) / (79 / 93))
    assert round(found["ratio"], 2) == 3.53


def test_stops_of_2005_by_the_thousand():
    """102 and 15 searches for each 1,000 residents: 6.8 times."""
    assert O.rate_ratio(102, 1000, 15, 1000)["value"].item() == pytest.approx(6.8)
