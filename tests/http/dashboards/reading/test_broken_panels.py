"""What was right when it was published and is no more: each panel says so in words, and the others go on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests import dashboards
from tests.people import GARDENER, OUTSIDER, Person
from tests.staff import signed_in
from tests.world import TREES, World

PAGE = "/tableaux-de-bord/casse/"
GONE_FIELD, GONE_LAYER, GONE_KIND = "champ_renomme", "couche-disparue", "camembert"


def bars(name: str, *, kind: str = "bar", **question: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": kind,
        "title": name,
        "question": {"layer": TREES, "by": ["genre"], **question},
    }


BROKEN = [
    bars("couche", layer=GONE_LAYER),
    bars("champ", by=[GONE_FIELD]),
    bars("genre-de-panneau", kind=GONE_KIND),
    bars("mesure", measures=["somme:hauteur"]),
    bars("filtre", filter="genre ="),
    bars("zero", measures=["ratio:sum:hauteur/sum:circonference"], filter="circonference IS NULL"),
    bars("vide", filter="genre = 'Baobab'"),
]


@pytest.fixture
def broken(world: World) -> World:
    """A public dashboard of the gardeners with a panel that reads, and one of each that does not any more."""
    dashboards.let_make("Espaces verts")
    sections = [{"id": "s", "title": "S", "panels": [bars("bon"), *BROKEN]}]
    dashboards.dashboard("casse", sections=sections, producer="Espaces verts", is_public=True)
    return world


def read(person: Person) -> str:
    answer = signed_in(person).get(PAGE, {"tableaux": "1"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def panel(page: str, name: str) -> str:
    """Return what a panel says; empty where it is absent."""
    found = re.search(rf'<article[^>]*data-panel="{name}".*?</article>', page)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


def test_what_is_gone_is_absent_and_its_authors_are_told(broken: World) -> None:
    reader, author = read(OUTSIDER), read(GARDENER)
    gone = (GONE_FIELD, GONE_LAYER)
    assert {name: name in reader for name in gone} == dict.fromkeys(gone, False)
    assert {name: name in author for name in gone} == dict.fromkeys(gone, True)
    assert [panel(reader, name) for name in ("couche", "champ", "genre-de-panneau")] == ["", "", ""]


def test_what_cannot_be_asked_says_why_and_the_others_go_on(broken: World) -> None:
    page = read(OUTSIDER)
    assert "somme:hauteur" in panel(page, "mesure")
    assert "Ce panneau ne peut pas répondre" in panel(page, "filtre")
    assert "Télécharger" in panel(page, "bon")


def test_nothing_divided_by_nothing_is_no_number(broken: World) -> None:
    page = read(OUTSIDER)
    assert "erreur" not in panel(page, "zero")
    assert re.search(r"Aucun|Rien|rien|–", panel(page, "zero"))
    assert re.search(r"Aucun|Rien|rien", panel(page, "vide"))
