"""The form of the catalogue refuses by name what it cannot narrow by, and tells nothing of what is hidden."""

from __future__ import annotations

import re

import pytest

from layers.models import Layer, Theme
from tests.people import PLANNER
from tests.protocols import ask
from tests.world import PLAYGROUNDS, World

WRONG = {
    "theme": "zz",
    "producteur": "Personne",
    "geometrie": "cercles",
    "licence": "aucune",
    "visibilite": "secrète",
    "tri": "hasard",
    "q": "a" * 201,
    "inconnu": "1",
}


@pytest.mark.parametrize(("name", "value"), WRONG.items(), ids=WRONG)
def test_what_the_catalogue_does_not_know_is_refused_by_name(world: World, name: str, value: str) -> None:
    answer = ask("/catalogue/", {name: value})
    assert answer.status == 400
    assert name in answer.body
    assert "<h1>" in answer.body


def test_a_theme_of_hidden_layers_reads_like_none(world: World) -> None:
    theme = Theme.objects.create(slug="reserve", title="Réservé")
    Layer.objects.filter(slug=PLAYGROUNDS).update(theme=theme)
    answers = [ask("/catalogue/", {"theme": slug}) for slug in ("reserve", "inconnu")]
    told = [re.search(r"theme[^<]*«\s([^»]*)\s»", answer.body) for answer in answers]
    assert [
        (answer.status, found and found[1].strip()) for answer, found in zip(answers, told, strict=True)
    ] == [
        (400, "reserve"),
        (400, "inconnu"),
    ]


def test_a_theme_of_layers_of_the_visitor_narrows(world: World) -> None:
    theme = Theme.objects.create(slug="reserve", title="Réservé")
    Layer.objects.filter(slug=PLAYGROUNDS).update(theme=theme)
    path = "/catalogue/?theme=reserve"
    answer = ask(path, person=PLANNER)
    assert (answer.status, answer.shows([PLAYGROUNDS])) == (200, frozenset({PLAYGROUNDS}))
