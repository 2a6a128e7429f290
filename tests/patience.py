"""What the portal leaves out of an answer when it takes long: on a busy machine, tests of other things would fail.

Those that are about a limit set it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

from dashboards.reading import cards
from explorer.natural_language import queries as question_queries
from explorer.question import choices
from explorer.search import queries as search_queries

LONG_S = 30.0


@contextmanager
def patient() -> Iterator[None]:
    """Give the words of questions, the counts of menus, searches and miniatures all the time they take."""
    limits = ((question_queries, "READ_S"), (question_queries, "AT_ONCE_S"), (choices, "PATIENCE_S"))
    with ExitStack() as patched:
        for module, name in (*limits, (cards, "BUDGET_S")):
            patched.enter_context(patch.object(module, name, LONG_S))
        for name in ("PAGE", "SUGGESTIONS"):
            size = replace(getattr(search_queries, name), seconds=LONG_S)
            patched.enter_context(patch.object(search_queries, name, size))
        yield
