"""Held-out questions: what was proven right on the demonstration is still read so, and nothing is silently wrong."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from explorer.natural_language.interpretation import interpret
from tests.questions import FOLDER, pairs_of, public_vocabulary

TODAY = dt.date(2026, 12, 1)
OF_ADDRESSES = {"g005"}
"""Questions that the rows of the addresses answer (``test_address_questions``)."""
FLOORS = {
    "a": 0.98,
    "b": 0.97,
    "c": 0.94,
    "d": 0.97,
    "e": 0.98,
    "f": 0.98,
    "g": 0.96,
    "h": 0.98,
    "i": 0.91,
    "j": 0.99,
    "k": 0.97,
}


def readings(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / "held" / f"readings-{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", FLOORS)
def test_what_was_proven_right_is_read_as_it_was(name: str) -> None:
    recorded = readings(name)
    right = [each for each in recorded if each["verdict"] == "right"]
    changed = {}
    for each in (each for each in right if each["id"] not in OF_ADDRESSES):
        understood = interpret(each["question"], public_vocabulary(), TODAY)
        pairs = [list(pair) for pair in pairs_of(understood)]
        unread = [one.text for one in understood.not_understood]
        if (pairs, unread) != (each["reading"], each["unread"]):
            changed[each["id"]] = (each["question"], pairs, unread)
    assert changed == {}
    assert len(right) >= FLOORS[name] * len(recorded)


@pytest.mark.parametrize("name", FLOORS)
def test_what_is_not_right_says_which_words_were_left_out(name: str) -> None:
    silent = {
        each["id"]: each["question"]
        for each in readings(name)
        if each["verdict"] != "right"
        and not interpret(each["question"], public_vocabulary(), TODAY).not_understood
    }
    assert silent == {}
