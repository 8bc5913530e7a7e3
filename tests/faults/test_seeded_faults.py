"""Faults of other packages, made here one by one: each check passes without its fault and fails with it."""

from __future__ import annotations

import pytest

from faults.seeded import FAULTS

#: Entries of the survey of packages.
SURVEYED = {f"5.{number}" for number in range(1, 26)}


def test_every_entry_of_the_survey_has_a_fault():
    assert {fault.number.partition(" ")[0] for fault in FAULTS} == SURVEYED
    assert len({fault.number for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("check", sorted({fault.check for fault in FAULTS}, key=lambda check: check.__name__))
def test_what_is_right_passes(check):
    check()


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.patch], ids=lambda fault: fault.number)
def test_the_fault_is_noticed(fault, monkeypatch):
    fault.patch(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        fault.check()


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if not fault.patch], ids=lambda fault: fault.number)
def test_what_cannot_go_wrong_says_why(fault):
    assert fault.design
    fault.check()
