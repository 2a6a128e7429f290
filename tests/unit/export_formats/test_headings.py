"""Headings of columns say the unit of a field once."""

from __future__ import annotations

import pytest

from export_formats.columns import heading


@pytest.mark.parametrize(
    ("title", "unit", "text"),
    [
        ("hauteur", "m", "Hauteur (m)"),
        ("Places", "places", "Places"),
        ("Places de vélos", "places", "Places de vélos"),
        ("Surface", "", "Surface"),
        ("Mesure", "m", "Mesure (m)"),
    ],
)
def test_a_heading_has_its_unit_unless_the_title_says_it(title: str, unit: str, text: str) -> None:
    assert heading(title, unit) == text
