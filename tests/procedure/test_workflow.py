"""The table of states and moves holds together, whoever walks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.core.documents import FORMS
from archives.procedure.workflow import (
    FIRST,
    LAST,
    MODES,
    MOVES,
    PROFILES,
    RUN_HERE,
    STATES,
    Profile,
    allowed,
    is_still_ended,
    moves_ahead,
)
from archives.reference.rows import EVENTS
from archives.reference.tables import load_tables

WAYS = [(mode, profile) for mode in MODES for profile in PROFILES]


def reachable(mode: str, profile: Profile) -> set[str]:
    """The states that can be reached from the first."""
    seen, waiting = {FIRST}, [FIRST]
    while waiting:
        for move in allowed(waiting.pop(), mode, profile):
            if move.to_state and move.to_state not in seen:
                seen.add(move.to_state)
                waiting.append(move.to_state)
    return seen


@pytest.mark.parametrize(("mode", "profile"), WAYS)
def test_every_state_is_reached(mode: str, profile: Profile) -> None:
    skipped = {"reviewed", "conformity_reviewed"} if profile == "two_step" else set()
    assert reachable(mode, profile) == STATES.keys() - skipped


@pytest.mark.parametrize(("mode", "profile"), WAYS)
def test_the_holdings_can_be_reached_from_every_state(mode: str, profile: Profile) -> None:
    for state in STATES.keys() - {LAST}:
        onward = [move for move in allowed(state, mode, profile) if move.to_state not in {None, state}]
        assert onward, f"{state} is a dead end"
        assert "enter" in moves_ahead(state)


def test_nothing_leads_out_of_the_holdings() -> None:
    assert all(move.to_state is None for mode, profile in WAYS for move in allowed(LAST, mode, profile))


def test_every_name_in_the_table_is_known() -> None:
    for move in MOVES.values():
        assert move.from_states | move.also_two_step <= STATES.keys()
        assert move.to_state is None or move.to_state in STATES
        assert move.yields is None or move.yields in FORMS
        assert move.event is None or move.event in EVENTS
        assert set(move.different_person_from) <= MOVES.keys()
        assert not move.sets or "due_on" in move.asks.model_fields
    rules = {row.rule for row in load_tables().deadlines}
    assert rules >= RUN_HERE


def test_what_one_move_starts_another_ends() -> None:
    ended = {name for move in MOVES.values() for name in move.ends}
    assert {move.sets for move in MOVES.values() if move.sets} <= ended


@pytest.mark.parametrize(
    ("mode", "own", "other"), [("pre", "pass_pre", "pass_joint"), ("joint", "pass_joint", "pass_pre")]
)
def test_each_mode_has_its_own_opinion(mode: str, own: str, other: str) -> None:
    names = {move.name for move in allowed("reviewed", mode, "three_step")}
    assert own in names
    assert other not in names


def test_two_people_are_enough_only_in_the_two_step_profile() -> None:
    assert "pass_pre" not in {move.name for move in allowed("checked", "pre", "three_step")}
    assert {"pass_pre"} <= {move.name for move in allowed("checked", "pre", "two_step")}
    assert "review" not in {move.name for move in allowed("checked", "pre", "two_step")}


def test_a_project_left_in_review_can_still_be_approved_after_a_change_to_two_steps() -> None:
    assert "pass_pre" in {move.name for move in allowed("reviewed", "pre", "two_step")}


def test_works_that_stand_still_can_only_go_on_or_be_guided() -> None:
    names = {move.name for move in allowed("collecting", "pre", "three_step", stopped=True)}
    assert names == {"resume", "guide_on", "request_extension", "extend", "withdraw"}


def test_a_duty_that_was_met_does_not_start_again() -> None:
    assert is_still_ended("works_transfer", "completed")
    assert not is_still_ended("works_transfer", "transferred")


@given(st.data(), st.sampled_from(WAYS))
def test_a_random_legal_walk_never_gets_stuck(data: st.DataObject, way: tuple[str, Profile]) -> None:
    mode, profile = way
    state, stopped = FIRST, False
    for _ in range(data.draw(st.integers(0, 60))):
        choices = allowed(state, mode, profile, stopped=stopped)
        if state == LAST:
            break
        assert choices, f"stuck in {state}, stopped={stopped}"
        move = data.draw(st.sampled_from(choices))
        assert move.mode in {None, mode}
        stopped = move.name == "stop" or (stopped and move.name not in {"resume", "withdraw"})
        state = move.to_state or state
        assert state in STATES
