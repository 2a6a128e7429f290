"""Forms of the pages: empty fields are nothing, unknown ones are named."""

from __future__ import annotations

import pytest

from explorer.catalogue.parsing import CatalogueQuery, parse_catalogue, parse_list
from explorer.map_state.parsing import parse_map
from layers.errors import InvalidParameter, UnknownParameter


def test_a_form_sent_empty_asks_for_everything() -> None:
    assert parse_catalogue({"q": [""], "theme": [""], "visibilite": [""]}) == CatalogueQuery()


def test_an_unknown_field_of_the_catalogue_is_named() -> None:
    with pytest.raises(UnknownParameter, match="couleur"):
        parse_catalogue({"couleur": ["bleu"]})


def test_a_visibility_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        parse_catalogue({"visibilite": ["secret"]})


def test_a_table_has_pages_of_twenty_five() -> None:
    assert parse_list({"q": [""]}).limit == 25


def test_a_table_takes_the_filters_of_the_api() -> None:
    assert parse_list({"commune": ["92048"], "sortby": ["-nom"]}).communes == ("92048",)


def test_an_address_without_layers_leaves_the_choice_to_the_portal() -> None:
    assert parse_map({}).is_default


def test_an_address_with_no_layer_on_is_not_the_default() -> None:
    assert not parse_map({"couches": [""]}).is_default


def test_layers_are_taken_once_in_their_order() -> None:
    assert parse_map({"couches": ["b", "a", "b"]}).layers == ("b", "a")


def test_more_layers_than_a_map_shows_are_refused_by_name() -> None:
    assert len(parse_map({"couches": [f"l{n}" for n in range(60)]}).layers) == 60
    with pytest.raises(InvalidParameter, match="couches"):
        parse_map({"couches": [f"l{n}" for n in range(61)]})


def test_the_open_sheet_changes_nothing_to_the_list() -> None:
    assert parse_map({"objet": ["a/1"]}).features == parse_map({}).features


SCREEN = {"onglet": "liste", "filtres": "a", "reponse": "statistiques", "par": "genre", "volet": "voisinage"}


@pytest.mark.parametrize("name", SCREEN)
def test_what_is_open_around_the_map_changes_no_answer(name: str) -> None:
    asked = {"couches": ["a"], name: [SCREEN[name]]}
    assert parse_map(asked) == parse_map({"couches": ["a"]})


@pytest.mark.parametrize("name", ["onglet", "reponse", "volet"])
def test_a_tab_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(InvalidParameter, match=f"{name} attend.*reçu « secret »"):
        parse_map({name: ["secret"]})
