"""How many features each choice of a menu would give: counted one after another, within a time that people wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.map_state.filter_expression import ask
from explorer.map_state.parsing import MapQuery
from layers.access import Scope
from layers.errors import Busy, TooCostly, TooSlow

# All the counts of a menu together: those that are not made by then are left out, and told as such.
PATIENCE_S = 1.5


@dataclass(slots=True)
class ChoiceCounter:
    """Counts the answers of questions until its time is over; each count has the limit of a kind of read beside."""

    scopes: Mapping[str, Scope]
    kind: str = "menu"
    deadline: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    def count(self, scope: Scope, query: MapQuery) -> int | None:
        """Return how many features of a layer answer; None when the time is over, or one count takes too much."""
        try:
            selection = ask(scope, query, self.scopes).selection
            known = selection.known_count()
            if known is not None or time.monotonic() > self.deadline:
                return known
            return selection.timed_count(self.kind)
        except (TooSlow, TooCostly, Busy):
            self.deadline = 0.0
            return None
