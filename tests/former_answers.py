"""Former answers in tests: allowed, in a cache that processes share, computed when the test says, as old as it says."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import Settings

from layers.queries import shared_answers
from layers.queries.refreshes import Refreshes

_MOVED = """
UPDATE layers_dataversion SET write_instants =
    ARRAY(SELECT instant - make_interval(secs => %s) FROM unnest(write_instants) AS instant)
"""


class RefreshesByHand(Refreshes):
    """Refreshes that a test runs when it says so."""

    def __init__(self) -> None:
        super().__init__()
        self._is_running = True

    def run(self) -> int:
        """Run what waits, and return how many there were."""
        computations = list(self._waiting.values())
        self._waiting.clear()
        for compute in computations:
            compute()
        return len(computations)


def share_answers(settings: Settings) -> None:
    """Store answers in the table that processes share, and allow former ones for a minute."""
    table = {"BACKEND": "tiles.sql.TileTable", "OPTIONS": {"MAX_BYTES": 1_000_000}}
    settings.CACHES = {**settings.CACHES, "tiles": table}
    settings.STALE_S = 60


def refreshes_by_hand(monkeypatch: pytest.MonkeyPatch) -> RefreshesByHand:
    """Return what readers do not wait for; no answer is light."""
    by_hand = RefreshesByHand()
    monkeypatch.setattr(shared_answers, "LIGHT_S", 0)
    monkeypatch.setattr(shared_answers, "REFRESHES", by_hand)
    return by_hand


def written_before(seconds: float) -> None:
    """Move the recent writes so many seconds into the past."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [seconds])
