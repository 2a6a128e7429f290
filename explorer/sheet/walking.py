"""How long a walk takes, as people ask it: an estimate from the straight line, for no network of streets is known.

The way on foot is taken as 1.3 times the straight line, the usual detour of a dense network of streets, at 5 km/h.
"""

from __future__ import annotations

import math

DETOUR = 1.3
METRES_A_MINUTE = 5_000 / 60
# Farther, nobody asks for minutes on foot.
LONGEST_MINUTES = 60


def walking_minutes(metres: float) -> int | None:
    """Return whole minutes on foot over a straight line of ``metres``, one at least; None for more than an hour."""
    minutes = max(math.ceil(metres * DETOUR / METRES_A_MINUTE), 1)
    return minutes if minutes <= LONGEST_MINUTES else None
