"""How far a word is from another one, and which one was meant."""

from __future__ import annotations

import pytest

from interface.text import closest, fold, words_of


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
    assert words_of(fold("Cœur de Ville-d’Avray, n° 3")) == ["coeur", "de", "ville", "avray"]
