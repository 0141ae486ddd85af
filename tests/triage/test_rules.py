"""Whose turn it is, and how long the conversation lasts."""

from __future__ import annotations

import pytest

from server.problems import Problem
from server.service_orders.statuses import Status
from server.triage.rules import Side, Turn, check_may_say, takes_release_back, turn_of


def test_the_turn_is_with_whom_spoke_not_last_until_the_desk_knows_enough() -> None:
    assert turn_of(Status.OPENED, None, is_released=False) is Turn.DESK
    assert turn_of(Status.OPENED, Side.DESK, is_released=False) is Turn.CUSTOMER
    assert turn_of(Status.OPENED, Side.CUSTOMER, is_released=False) is Turn.DESK
    assert turn_of(Status.OPENED, Side.CUSTOMER, is_released=True) is Turn.RELEASED


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OPENED}))
def test_once_somebody_was_sent_the_conversation_is_over(status: Status) -> None:
    assert turn_of(status, Side.DESK, is_released=False) is None
    with pytest.raises(Problem, match="triage_over"):
        check_may_say(status, "Qual o erro?", 0)


def test_a_document_needs_no_words_but_nothing_at_all_is_refused() -> None:
    check_may_say(Status.OPENED, " ", 1)
    with pytest.raises(Problem, match="text_required"):
        check_may_say(Status.OPENED, " ", 0)


def test_only_the_desk_takes_its_release_back() -> None:
    assert takes_release_back(Side.DESK)
    assert not takes_release_back(Side.CUSTOMER)
