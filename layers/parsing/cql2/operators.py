"""Operators and functions the portal serves, with the number of arguments each takes.

OGC 21-065r2. What is not here is refused by name: a filter never silently does something else.
"""

from __future__ import annotations

import sys

# What bounds these is the number of terms of the whole filter, which says so by itself.
ANY_NUMBER = sys.maxsize

LOGIC = {"and": (2, ANY_NUMBER), "or": (2, ANY_NUMBER), "not": (1, 1)}
COMPARISON = dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), (2, 2)) | {
    "between": (3, 3),
    "in": (2, 2),
    "isnull": (1, 1),
    "like": (2, 2),
}
TEXT = dict.fromkeys(("casei", "accenti"), (1, 1))
ARITHMETIC = dict.fromkeys(("+", "-", "*", "/", "%", "^", "div"), (2, 2))
SPATIAL = dict.fromkeys(
    (
        "s_intersects",
        "s_within",
        "s_contains",
        "s_disjoint",
        "s_crosses",
        "s_overlaps",
        "s_touches",
        "s_equals",
    ),
    (2, 2),
) | {"s_dwithin": (3, 4)}
TEMPORAL = dict.fromkeys(
    (
        "t_after",
        "t_before",
        "t_contains",
        "t_disjoint",
        "t_during",
        "t_equals",
        "t_finishedby",
        "t_finishes",
        "t_intersects",
        "t_meets",
        "t_metby",
        "t_overlappedby",
        "t_overlaps",
        "t_startedby",
        "t_starts",
    ),
    (2, 2),
)
ARRAYS = dict.fromkeys(("a_contains", "a_containedby", "a_overlaps", "a_equals"), (2, 2))

# What other protocols ask and CQL2 has no word for: no text of a client names these, nodes do.
EXTENSIONS = dict.fromkeys(("anycase", "lower", "any_of", "all_of", "one_of"), (1, 1))

SERVED: dict[str, tuple[int, int]] = {
    **LOGIC,
    **COMPARISON,
    **TEXT,
    **ARITHMETIC,
    **SPATIAL,
    **TEMPORAL,
    **ARRAYS,
}
