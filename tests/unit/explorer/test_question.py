"""The layers of a question: where one goes that it switches on, and which it sets aside."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from explorer.map_state.parsing import parse_map
from explorer.question.answers import amount_text
from explorer.question.sentence import (
    brought_again,
    relation_text,
    set_aside,
    switched_on,
    with_relation,
    with_subject,
    with_values,
)
from layers.definitions import Field, FieldType


def scope(dimension: int, rank: int = 0) -> Any:
    return SimpleNamespace(
        definition=SimpleNamespace(geometry=SimpleNamespace(dimension=dimension)),
        style=SimpleNamespace(rank=rank),
    )


SCOPES = {"jeux": scope(0), "voies": scope(1), "zones": scope(2, rank=-2), "ilots": scope(2, rank=-1)}


@pytest.mark.parametrize(
    ("layers", "added", "expected"),
    [
        (["zones"], ["ilots"], ("ilots", "zones")),
        (["ilots"], ["zones"], ("ilots", "zones")),
        (["ilots"], ["jeux"], ("jeux", "ilots")),
        (["jeux"], ["voies"], ("jeux", "voies")),
        (["jeux", "relief"], ["zones", "voies"], ("jeux", "voies", "zones", "relief")),
        (["zones", "jeux"], ["zones", "cachee"], ("zones", "jeux")),
    ],
)
def test_a_layer_goes_below_smaller_shapes_and_higher_ranks(
    layers: list[str], added: list[str], expected: tuple[str, ...]
) -> None:
    query = parse_map({"couches": layers})
    assert switched_on(query, SCOPES, *added).layers == expected


def on(*layers: str, **more: str) -> Any:
    """Return a question of the map with layers on."""
    return parse_map(
        {"couches": layers, **{name.replace("__", "."): [value] for name, value in more.items()}}
    )


def test_a_subject_that_is_chosen_sets_the_other_layers_aside() -> None:
    query = with_subject(on("jeux", "voies", "zones", "relief"), "jeux", "", SCOPES)
    assert (query.layers, query.set_aside) == (("jeux",), ("voies", "zones", "relief"))


def test_a_relation_switches_its_layer_on_from_those_that_were_set_aside() -> None:
    query = with_subject(on("jeux", "voies", "zones"), "jeux", "", SCOPES)
    related = with_relation(query, "jeux", "touching", relation_text("zones"), scopes=SCOPES)
    assert (related.layers, related.set_aside) == (("jeux", "zones"), ("voies",))


def test_the_layer_of_another_relation_takes_the_place_of_the_former() -> None:
    query = on("jeux", "zones", sujet="jeux", jeux__touching="zones*")
    related = with_relation(
        query, "jeux", "touching", relation_text("ilots"), instead_of="zones*", scopes=SCOPES
    )
    assert (related.layers, related.set_aside) == (("jeux", "ilots"), ("zones",))


def test_what_was_switched_on_since_stays() -> None:
    query = on("jeux", "voies", sujet="jeux", retrait="zones")
    changed = with_values(query, "jeux", "jeux", "etat", ["ouvert"])
    assert (changed.layers, changed.set_aside) == (("jeux", "voies"), ("zones",))


def test_a_condition_that_makes_the_question_sets_the_others_aside() -> None:
    changed = with_values(on("jeux", "voies"), "jeux", "jeux", "etat", ["ouvert"])
    assert (changed.layers, changed.set_aside) == (("jeux",), ("voies",))


def test_one_gesture_brings_them_again_and_rasters_below() -> None:
    query = brought_again(on("jeux", sujet="jeux", retrait="relief,zones,voies"), SCOPES)
    assert (query.layers, query.set_aside) == (("jeux", "voies", "zones", "relief"), ())


def test_layers_are_set_aside_once_and_never_while_on() -> None:
    query = set_aside(on("jeux", "voies", sujet="jeux", retrait="voies,zones"), ["voies"])
    assert (query.layers, query.set_aside) == (("jeux",), ("zones", "voies"))
    assert query.link == "couches=jeux&sujet=jeux&retrait=zones%2Cvoies"


@pytest.mark.parametrize(
    ("title", "unit", "expected"),
    [("Places", "places", "450\xa0places"), ("Hauteur", "m", "hauteur 450\xa0m")],
)
def test_an_amount_names_its_unit_once(title: str, unit: str, expected: str) -> None:
    field = Field("nombre", FieldType.INTEGER, title, unit=unit)
    assert amount_text(field, {"nombre": 450}) == expected
