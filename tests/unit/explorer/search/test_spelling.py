"""How far a word is from another one, and which one was meant."""

from __future__ import annotations

import pytest

from explorer.search.spelling import closest, distance, folded_text, words_of


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
    assert distance(one, other) == changes
    assert distance(other, one) == changes


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("meudn", "meudon"),
        ("remarcables", "remarquables"),
        ("medon", "meudon"),  # the first of those that are as near
        ("vel", ""),  # too short to be another word
        ("92049", ""),  # a code is what it is
        ("mendiant", ""),
    ],
)
def test_the_word_that_the_fewest_changes_lead_to_was_meant(word: str, meant: str) -> None:
    assert closest(word, ["remarquables", "meudon", "melon", "92048"]) == meant


def test_words_are_read_without_accents_nor_letters_that_stand_alone() -> None:
    assert words_of(folded_text("Cœur de Ville-d’Avray, n° 3")) == ["coeur", "de", "ville", "avray"]
