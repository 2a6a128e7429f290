"""How much longer this machine takes than the reference machine of ``docs/performance.md`` (ADR 0112)."""

from __future__ import annotations

import json
import time

# Milliseconds of processor that the reference machine takes for the computation below: a core of AMD EPYC of its own.
REFERENCE_MS = 21.0
_TURNS = 25
_FEATURES = [
    {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": [2.2 + number / 7e5, 48.8 + number / 9e5]},
        "properties": {
            "nom": f"Élément n° {number}",
            "commune": str(92_000 + number % 80),
            "effectif": number,
        },
    }
    for number in range(4_000)
]


def slowness() -> float:
    """Return the time of this machine over that of the reference machine: 2.0 takes twice as long, never under 1.

    The computation writes, reads and groups features, as a server does. Its processor time leaves out the waiting for
    other processes of this machine, but holds what other machines of the same host slow down.
    """
    begun = time.thread_time()
    for _turn in range(_TURNS):
        _compute()
    return max(1.0, (time.thread_time() - begun) * 1_000 / _TURNS / REFERENCE_MS)


def _compute() -> dict[str, int]:
    totals: dict[str, int] = {}
    for feature in json.loads(json.dumps(_FEATURES, ensure_ascii=False)):
        properties = feature["properties"]
        totals[properties["commune"]] = totals.get(properties["commune"], 0) + properties["effectif"]
    return totals
