"""An administrator's style replaces parts of the definition's, and nothing that cannot be drawn."""

from __future__ import annotations

from typing import Any

import pytest

from layers.definitions import Category, Style

STYLE = Style("t-nature", "trees", "etat", (Category("ouvert", "Ouvert", "t-nature"),))


def test_empty_override_changes_nothing() -> None:
    assert STYLE.overridden({}) == STYLE


def test_override_replaces_only_what_it_names() -> None:
    assert STYLE.overridden({"token": "t-mobility"}) == Style("t-mobility", "trees", "etat", STYLE.categories)


def test_override_reads_categories() -> None:
    category = {"value": "ferme", "title": "Fermé", "token": "t-waste", "strength": 0.5}
    assert STYLE.overridden({"categories": [category]}).categories == (
        Category("ferme", "Fermé", "t-waste", 0.5),
    )


@pytest.mark.parametrize(
    "document",
    [
        {"colour": "t-nature"},
        {"token": "#ff0000"},
        {"token": 3},
        {"categories": {"value": "a"}},
        {"categories": ["a"]},
        {"categories": [{"value": "a", "title": "A"}]},
        {"categories": [{"value": "a", "title": "A", "token": "red"}]},
        {"categories": [{"value": "a", "title": "A", "token": "t-waste", "strength": 2}]},
    ],
)
def test_override_that_cannot_be_drawn_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"token|categories|expected"):
        STYLE.overridden(document)
