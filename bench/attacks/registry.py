"""The attacks, by name: another one is a module and a row here."""

from __future__ import annotations

from bench.attacks import heavy_questions
from bench.attacks.definitions import Attack

ATTACKS = (
    Attack(
        name="heavy-questions",
        sentence="40 clients join large layers by space",
        run=heavy_questions.attack,
        # Answered, sent to the page of an order, refused as too vast, too many or busy; left by who hung up.
        allowed=frozenset({"200", "303", "400", "429", "503", "hung up"}),
    ),
)
