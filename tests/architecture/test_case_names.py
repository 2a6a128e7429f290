"""Cases of tests have the same name in every process: the workers of a run compare what they collected."""

from __future__ import annotations

import re

import pytest

# A dictionary, which keeps its order, has colons.
SET = re.compile(r"\{'[^:{}]*'\}")


def test_no_case_is_named_by_a_set(request: pytest.FixtureRequest) -> None:
    """A set of texts is written in another order by each process."""
    assert [item.nodeid for item in request.session.items if SET.search(item.nodeid)] == []
