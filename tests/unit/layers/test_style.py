"""An administrator's style replaces parts of the definition's, and nothing that cannot be drawn."""

from __future__ import annotations

from typing import Any

import pytest

from layers.styles.definitions import Category, Style
from layers.styles.documents import read_style

STYLE = Style("t-nature", "trees", "etat", (Category("ouvert", "Ouvert", "t-nature"),))


def test_empty_override_changes_nothing() -> None:
    assert read_style(STYLE, {}) == STYLE


def test_override_replaces_only_what_it_names() -> None:
    assert read_style(STYLE, {"token": "t-mobility"}) == Style(
        "t-mobility", "trees", "etat", STYLE.categories
    )


def test_override_reads_categories() -> None:
    category = {"value": "ferme", "title": "Fermé", "token": "t-waste", "strength": 0.5}
    assert read_style(STYLE, {"categories": [category]}).categories == (
        Category("ferme", "Fermé", "t-waste", 0.5),
    )


@pytest.mark.parametrize(
    "document",
    [
        {"colour": "t-nature"},
        {"token": "#ff00"},
        {"token": 3},
        {"categories": {"value": "a"}},
        {"categories": ["a"]},
        {"categories": [{"value": "a", "title": "A"}]},
        {"categories": [{"value": "a", "title": "A", "token": "red"}]},
        {"categories": [{"value": "a", "title": "A", "token": "t-waste", "strength": 2}]},
    ],
)
def test_override_that_cannot_be_drawn_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"token|categories|expected|colour"):
        read_style(STYLE, document)
