"""A layer that a question switches on goes where the panel puts it (``withLayer`` of the script)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from explorer.map_state.parsing import parse_map
from explorer.question.sentence import switched_on


def scope(dimension: int, rank: int = 0) -> Any:
    return SimpleNamespace(
        definition=SimpleNamespace(geometry=SimpleNamespace(dimension=dimension)),
        style=SimpleNamespace(rank=rank),
    )


SCOPES = {"jeux": scope(0), "voies": scope(1), "zones": scope(2, rank=-2), "ilots": scope(2, rank=-1)}


@pytest.mark.parametrize(
    ("layers", "added", "expected"),
    [
        (["zones"], ["ilots"], ("ilots", "zones")),
        (["ilots"], ["zones"], ("ilots", "zones")),
        (["ilots"], ["jeux"], ("jeux", "ilots")),
        (["jeux"], ["voies"], ("jeux", "voies")),
        (["jeux", "relief"], ["zones", "voies"], ("jeux", "voies", "zones", "relief")),
        (["zones", "jeux"], ["zones", "cachee"], ("zones", "jeux")),
    ],
)
def test_a_layer_goes_below_smaller_shapes_and_higher_ranks(
    layers: list[str], added: list[str], expected: tuple[str, ...]
) -> None:
    query = parse_map({"couches": layers})
    assert switched_on(query, SCOPES, *added).layers == expected
