"""Texts are compared without accents, case nor ligatures, and by how many letters differ."""

from __future__ import annotations

import pytest

from interface.text import edit_distance, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Cœur", "coeur"), ("ŒUVRE", "oeuvre"), ("Été", "ete"), ("L’Haÿ", "l'hay"), ("Straße", "strasse")],
)
def test_a_folded_text_has_plain_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other", "changes"),
    [
        ("meudn", "meudon", 1),
        ("meudno", "meudon", 1),
        ("meudon", "meudon", 0),
        ("", "abc", 3),
        ("abcd", "acbe", 2),
    ],
)
def test_a_distance_counts_changes_of_letters(one: str, other: str, changes: int) -> None:
    assert edit_distance(one, other, 3) == changes
    assert edit_distance(other, one, 3) == changes


@pytest.mark.parametrize(("one", "other"), [("abc", "xyzt"), ("abc", "abcdef")])
def test_a_distance_is_counted_up_to_a_limit(one: str, other: str) -> None:
    assert edit_distance(one, other, 2) == 3
