"""Rows of a dataset in each state that its page declares: hidden ones are absent by every protocol and page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from datasets.moderation import OPTIONAL, ModerationRules
from datasets.publication.moderation import set_rules
from layers.visitor import system_visitor
from moderation.services import perform
from tests.moderated_dataset import BENCHES, added_bench, benches_scope, moderated_benches
from tests.people import OUTSIDER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import (
    COUNT,
    EXPORT_CSV,
    ITEMS,
    PAGE,
    SHEET,
    TILE,
    WFS_FEATURES,
    Protocol,
    matched,
)

# The steps that bring a draft of TOWN_AGENT to a state, by whom.
STEPS: dict[str, tuple[tuple[Person, str], ...]] = {
    "draft": (),
    "submitted": ((TOWN_AGENT, "submit"),),
    "refused": ((TOWN_AGENT, "submit"), (PLANNER, "refuse")),
    "cancelled": ((TOWN_AGENT, "cancel"),),
    "withdrawn": ((PLANNER, "publish"), (PLANNER, "withdraw")),
    "published": ((PLANNER, "publish"),),
    "suspended": ((PLANNER, "publish"), (PLANNER, "suspend")),
    "extended": ((PLANNER, "publish"), (PLANNER, "extend")),
    "finished": ((PLANNER, "publish"), (PLANNER, "finish")),
}
PUBLIC_STATES = {"published", "suspended", "extended", "finished"}
FROM_THE_FILE = 2
NAMES = {state: f"Objet-{state.capitalize()}" for state in STEPS}
READERS: dict[Person, set[str]] = {
    PUBLIC: PUBLIC_STATES,
    OUTSIDER: PUBLIC_STATES,
    PARTNER: PUBLIC_STATES,
    TOWN_AGENT: set(STEPS),
    PLANNER: set(STEPS),
}


@pytest.fixture(autouse=True)
def rows(world: Any) -> dict[str, int]:
    """A row in each state."""
    made = moderated_benches()
    set_rules(dataset=made, visitor=system_visitor(), rules=ModerationRules(states=OPTIONAL), days=3)
    pks = {}
    for number, (state, steps) in enumerate(STEPS.items()):
        pks[state] = added_bench(TOWN_AGENT, f"C{number}", nom=NAMES[state])
        for person, name in steps:
            perform(scope=benches_scope(person), pk=pks[state], name=name, reason="Motif")
    return pks


@pytest.mark.parametrize("protocol", [PAGE, ITEMS, TILE, EXPORT_CSV, WFS_FEATURES], ids=str)
def test_states_that_are_not_public_are_read_by_their_author_and_who_approves(protocol: Protocol) -> None:
    seen = {
        str(person): set(protocol.ask(person, slug=BENCHES).shows(frozenset(NAMES.values())))
        for person in READERS
    }
    assert seen == {str(person): {NAMES[state] for state in states} for person, states in READERS.items()}


def test_counts_are_of_the_same_rows() -> None:
    counts = {str(person): matched(COUNT.ask(person, slug=BENCHES)) for person in READERS}
    assert counts == {str(person): len(states) + FROM_THE_FILE for person, states in READERS.items()}


def test_row_in_a_hidden_state_is_absent_from_each_of_its_pages(rows: dict[str, int]) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(PARTNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    hidden = set(STEPS) - PUBLIC_STATES
    statuses = {
        (state, page): client.get(page.format(pk=rows[state])).status_code
        for state in hidden
        for page in (f"/moderation/{BENCHES}/{{pk}}/", f"/catalogue/{BENCHES}/{{pk}}/")
    }
    assert set(statuses.values()) == {404}
    assert not any(SHEET.ask(PUBLIC, slug=BENCHES, pk=rows[state]).shows([NAMES[state]]) for state in hidden)
