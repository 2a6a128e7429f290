"""What the rows of a dataset are called: the noun that its title is made of, and the plural of one that is typed."""

from __future__ import annotations

import pytest

from datasets.nouns import plural_of, proposed_noun
from layers.vocabulary import Gender

F, M = Gender.FEMININE, Gender.MASCULINE


@pytest.mark.parametrize(
    ("title", "one", "gender"),
    [
        ("Arbres d’alignement", "arbre d’alignement", M),
        ("Stations de vélos en libre-service", "station de vélos en libre-service", F),
        ("PLUi : zones", "zone", F),
        ("Bâtiments patrimoniaux", "bâtiment patrimonial", M),
        ("Travaux sur la voirie", "travail sur la voirie", M),
        ("Réseaux d’eau, 2026", "réseau d’eau", M),
        ("Voitures immatriculées par classe Crit’Air", "voiture immatriculée", F),
        ("PAV enterrés", "PAV enterré", M),
    ],
)
def test_a_title_in_the_plural_proposes_its_noun(title: str, one: str, gender: Gender) -> None:
    result = proposed_noun(title)
    assert result is not None
    assert (result.one, result.gender) == (one, gender)


@pytest.mark.parametrize("title", ["Population municipale", "Composteurs et récupérateurs", "", "2026"])
def test_another_title_proposes_none(title: str) -> None:
    assert proposed_noun(title) is None


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("station de vélos", "stations de vélos"),
        ("bâtiment patrimonial", "bâtiments patrimoniaux"),
        ("réseau d’eau", "réseaux d’eau"),
        ("parcours", "parcours"),
    ],
)
def test_a_noun_has_a_plural(one: str, many: str) -> None:
    assert plural_of(one) == many
