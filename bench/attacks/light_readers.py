"""What somebody feels who asks for something light while others attack: a probe, the first page, a tile, a form."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from django.conf import settings

from bench.attacks.definitions import Outcomes
from bench.client import Connection
from bench.figures import Figure
from bench.tiles import full_tiles

_PATIENCE_S = 60.0
_ZOOM = 15
# The choice of a language, with the token of a page: the smallest form that anybody sends.
_TOKEN = "a" * 32
_FORM = f"language=fr&next=%2F&csrfmiddlewaretoken={_TOKEN}"


@dataclass(slots=True)
class Reader:
    """Asks for its paths one after the other, each over a new connection, and takes the times in milliseconds.

    ``share`` of the answers must take ``bound_ms`` at most. ``form`` is posted, when there is one.
    """

    name: str
    paths: Sequence[str]
    every_s: float
    share: float
    bound_ms: float
    form: str = ""
    times: list[float] = field(default_factory=list)
    refusals: Outcomes = field(default_factory=Outcomes)

    def read(self, port: int, ended: threading.Event) -> None:
        """Ask until the event is set."""
        turn = 0
        while not ended.wait(self.every_s):
            started = time.perf_counter()
            outcome = _outcome(port, self.paths[turn % len(self.paths)], self.form)
            self.times.append((time.perf_counter() - started) * 1000)
            if outcome not in ({"302"} if self.form else {"200", "204"}):
                self.refusals[outcome] += 1
            turn += 1

    def figures(self, attack: str) -> list[Figure]:
        """Return the time of the slowest share, and how many answers were none."""
        ordered = sorted(self.times)
        slow = ordered[min(int(len(ordered) * self.share), len(ordered) - 1)]
        told = ", ".join(f"{count} × {outcome}" for outcome, count in self.refusals.items()) or "none"
        title = f"{attack}: {self.name}"
        return [
            Figure(
                f"{title}, p{self.share * 100:.0f} of {len(ordered)}",
                f"≤ {self.bound_ms:.0f} ms",
                f"{slow:.0f} ms",
                slow <= self.bound_ms,
            ),
            Figure(f"{title}, refused", "none", told, not self.refusals),
        ]


def readers() -> list[Reader]:
    """Return those who read while an attack runs."""
    tiles = [f"/tiles/points/{zoom}/{x}/{y}.mvt" for zoom, x, y in full_tiles(_ZOOM)]
    return [
        Reader("/healthz", ["/healthz"], every_s=0.05, share=0.99, bound_ms=100),
        Reader("/", ["/"], every_s=0.2, share=0.95, bound_ms=1_000),
        Reader("tile", tiles, every_s=0.2, share=0.95, bound_ms=1_000),
        Reader("a form", ["/langue/"], every_s=0.2, share=0.95, bound_ms=1_000, form=_FORM),
    ]


def _outcome(port: int, path: str, form: str) -> str:
    try:
        with closing(Connection(port, seconds=_PATIENCE_S)) as connection:
            if not form:
                return str(connection.get(path).status)
            cookie = f"{settings.CSRF_COOKIE_NAME}={_TOKEN}"
            return str(connection.post(path, form.encode(), Cookie=cookie).status)
    except OSError as error:
        return type(error).__name__
