"""What a question may name is what the visitor sees: the rest reads like a word that does not exist."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from explorer.natural_language import proposals, queries
from explorer.natural_language.interpretation import Understood
from explorer.natural_language.proposals import suggested
from explorer.natural_language.queries import understood
from layers import access
from layers.cache import clear_caches
from layers.models import Layer
from layers.queries import synonyms
from layers.queries.search import scopes_by_slug
from layers.visitor import Visitor
from reference_data.models import Address
from tests.factories import MEUDON, SEVRES
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import DRAFT, MATRICULE, PLAYGROUNDS, TREES, World, grant

pytestmark = pytest.mark.usefixtures("world")

UNKNOWN = "zwxq brfk"


def _ask(person: Person, text: str) -> Understood:
    return understood(person.visitor(), text)


def _same_but_for_the_words(person: Person, text: str, hidden: str) -> bool:
    """Whether a hidden name is read as one that nothing bears."""
    asked, unknown = _ask(person, text), _ask(person, text.replace(hidden, UNKNOWN))
    told = tuple(unused.text.replace(hidden, UNKNOWN) for unused in asked.not_understood)
    plain = dataclasses.replace(asked, text=unknown.text, spans=(), not_understood=())
    return plain == dataclasses.replace(unknown, spans=(), not_understood=()) and told == tuple(
        unused.text for unused in unknown.not_understood
    )


@pytest.mark.parametrize("text", ["aires de jeux à Meudon", "arbres remarquables près d’une aires de jeux"])
def test_a_hidden_layer_reads_as_an_unknown_word(text: str) -> None:
    assert _ask(PLANNER, text).parameters
    assert _same_but_for_the_words(PUBLIC, text, "aires de jeux")


def test_a_draft_reads_as_when_there_is_none() -> None:
    draft = Layer.objects.get(slug=DRAFT)
    before = _ask(PUBLIC, f"{draft.title} à Meudon")
    draft.delete()
    assert _ask(PUBLIC, f"{draft.title} à Meudon") == before


def test_a_hidden_field_and_its_values_read_as_unknown_words() -> None:
    assert _same_but_for_the_words(PUBLIC, "arbres remarquables état sanitaire", "état sanitaire")
    assert _same_but_for_the_words(PUBLIC, f"arbres remarquables {MATRICULE}", MATRICULE)


def test_the_name_of_a_hidden_row_reads_as_when_there_is_none(world: World) -> None:
    asked = "arbres remarquables à moins de 50 m de Jeux-Pont"
    assert _ask(PLANNER, asked).not_understood == ()
    before = _ask(TOWN_AGENT, asked)
    world.playgrounds["Jeux-Pont"].delete()
    assert _ask(TOWN_AGENT, asked) == before


def test_synonyms_of_a_hidden_field_are_nobody_elses() -> None:
    words = {"matricule": ["gravure"], "hauteur": ["élévation"], "": ["ligneux"]}
    Layer.objects.filter(slug=TREES).update(synonyms=words)
    read = synonyms(access.scope(GARDENER.visitor(), TREES))
    hidden = synonyms(access.scope(PUBLIC.visitor(), TREES))
    assert read.of_field("matricule") == ("gravure",)
    assert hidden.of_field("matricule") == ()
    assert "ligneux" in hidden.layer
    assert "élévation" in hidden.of_field("hauteur")


def test_a_synonym_is_understood_as_soon_as_it_is_written() -> None:
    assert not _ask(PLANNER, "zinzins à Meudon").parameters
    layer = Layer.objects.get(slug=PLAYGROUNDS)
    layer.synonyms = {"": ["zinzin"]}
    layer.save()
    assert ("sujet", PLAYGROUNDS) in _ask(PLANNER, "zinzins à Meudon").parameters


def test_words_read_while_a_right_is_given_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys are those of a part of the rows, the scopes those of all of them."""
    asked, read = "arbres remarquables à moins de 50 m de Jeux-Pont", scopes_by_slug
    before = _ask(TOWN_AGENT, asked)
    clear_caches()
    given = []

    def give_and_read(*known: Any) -> dict[str, access.Scope]:
        given.append(grant(TOWN_AGENT, PLAYGROUNDS))
        return read(*known)

    monkeypatch.setattr(queries, "scopes_by_slug", give_and_read)
    _ask(TOWN_AGENT, asked)
    monkeypatch.undo()
    given[0].delete()
    assert _ask(TOWN_AGENT, asked) == before


def test_a_text_that_is_no_question_reads_no_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    suggested(PUBLIC.visitor(), "chêne")
    visitor = PUBLIC.visitor()
    for module in (queries, proposals):
        monkeypatch.setattr(module, "scopes_by_slug", lambda *_asked: pytest.fail("a scope was read"))
    with CaptureQueriesContext(connection) as seen:
        assert suggested(visitor, "gymnase introuvable") is None
    assert len(seen) <= 4


def test_a_question_reads_the_scopes_of_the_layers_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    query, read, named = "arbres remarquables en zone N à Meudon", scopes_by_slug, list[str]()
    assert suggested(PUBLIC.visitor(), query) is not None

    def note_and_read(visitor: Visitor, slugs: Collection[str]) -> dict[str, access.Scope]:
        named.extend(slugs)
        return read(visitor, slugs)

    monkeypatch.setattr(proposals, "scopes_by_slug", note_and_read)
    assert suggested(PUBLIC.visitor(), query) is not None
    assert named == [TREES, "plui-zones"]


def test_a_word_of_a_layer_that_is_still_to_be_read_is_not_said_to_be_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = "arbres remarquables à Meudon zwxq"
    clear_caches()
    with monkeypatch.context() as patched:
        patched.setattr(queries, "AT_ONCE_S", -1.0)
        assert suggested(PUBLIC.visitor(), query) is None
    assert suggested(PUBLIC.visitor(), query) is not None


def test_many_layers_are_read_beside_the_request_that_needs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    query, background = "arbres remarquables à Meudon", list[Callable[[], object]]()
    clear_caches()
    monkeypatch.setattr(queries, "FEW", 0)
    monkeypatch.setattr(queries, "read_in_background", background.append)
    monkeypatch.setattr(queries, "AT_ONCE_S", -1.0)
    assert suggested(PUBLIC.visitor(), query) is None
    background[0]()
    assert suggested(PUBLIC.visitor(), query) is not None
    assert len(background) == 1


@pytest.fixture
def addresses(world: World) -> None:
    for code, town, x in ((MEUDON, "Meudon", 2.21), (SEVRES, "Sèvres", 2.19)):
        Address.objects.create(
            id_ban=f"{code}_x_00012",
            numero=12,
            nom_voie="Rue de l’Étang",
            code_insee=code,
            nom_commune=town,
            geom=Point(x, 48.81, srid=4326),
        )


@pytest.mark.usefixtures("addresses")
def test_an_address_of_a_question_is_read_through_the_scope_of_the_visitor() -> None:
    reading = _ask(PUBLIC, "arbres remarquables à moins de 300 m du 12 rue de l'etang à Sèvres")
    pk = Address.objects.get(code_insee=SEVRES).pk
    assert ("arbres-remarquables.touching", f"adresses/{pk}@300") in reading.parameters


@pytest.mark.usefixtures("addresses")
def test_addresses_that_exist_are_offered_with_their_questions() -> None:
    proposed = proposals.proposal(PUBLIC.visitor(), "arbres remarquables près du 12 rue de l’Étang à Vanves")
    assert not any("Meudon" in note for note in proposed.notes)  # the alternatives name them, a line each
    assert proposed.link == ""  # nothing leads to the question without its address
    assert [each.words for each in proposed.alternatives] == [
        "12 Rue de l’Étang, Meudon",
        "12 Rue de l’Étang, Sèvres",
    ]
    assert proposed.count == ""
