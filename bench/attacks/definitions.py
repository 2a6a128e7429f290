"""What an attack is."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

# What an answer was: its status, or how the connection ended.
Outcomes = Counter[str]


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack: ``run`` asks the port until the event is set, and returns how often each outcome was met.

    ``run`` has a process of its own. ``allowed`` are the outcomes of a portal that defends itself; another one is a
    defect of it.
    """

    name: str
    sentence: str
    run: Callable[[int, threading.Event], Outcomes]
    allowed: frozenset[str]
