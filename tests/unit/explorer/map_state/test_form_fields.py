"""A form without script sends bounds and combinations in parts: the map puts them together."""

from __future__ import annotations

import pytest

from explorer.map_state.parsing import parse_map
from layers.errors import InvalidParameter

LAYER = "aires-de-jeux"


def own(**given: str) -> dict[str, tuple[str, ...]]:
    """Return what is asked of the layer when a form sends these fields of it."""
    parts = {f"{LAYER}.{name.replace('__', '.')}": [value] for name, value in given.items()}
    return parse_map(parts).own.get(LAYER, {})


@pytest.mark.parametrize(
    ("first", "last", "asked"), [("3", "12", "3..12"), ("3", "", "3.."), ("", "12", "..12")]
)
def test_two_bounds_make_a_range(first: str, last: str, asked: str) -> None:
    assert own(age_min__de=first, age_min__a=last) == {"age_min": (asked,)}


def test_two_empty_bounds_ask_nothing() -> None:
    assert own(age_min__de="", age_min__a="") == {}


def test_a_range_stands_beside_not_filled_in() -> None:
    assert own(age_min="-", age_min__de="3") == {"age_min": ("-", "3..")}


def test_another_layer_its_distance_and_its_filters_make_a_combination() -> None:
    asked = own(touching__couche="plui-zones", touching__metres="300", touching__choisis="1")
    assert asked == {"touching": ("plui-zones@300*",)}


def test_no_distance_asks_for_what_touches() -> None:
    assert own(touching__couche="plui-zones", touching__metres="0") == {"touching": ("plui-zones",)}


def test_no_layer_chosen_combines_nothing() -> None:
    assert own(touching__couche="", touching__metres="300") == {}


def test_an_address_written_for_a_question_asks_the_same() -> None:
    query = parse_map({"couches": [LAYER], "q": ["été"], f"{LAYER}.age_min": ["3..12"], "commune": ["92048"]})
    written = dict.fromkeys(query.pairs())
    again = parse_map({name: [value] for name, value in written})
    assert (again.shared, again.own) == (query.shared, query.own)


def test_asking_a_field_again_replaces_its_values_alone() -> None:
    query = parse_map({f"{LAYER}.age_min": ["3.."], f"{LAYER}.nom": ["parc"], "plui-zones.typezone": ["N"]})
    asked = query.asking(LAYER, {"age_min": ()})
    assert asked.own == {LAYER: {"nom": ("parc",)}, "plui-zones": {"typezone": ("N",)}}


def test_a_part_that_has_several_values_is_refused_by_name() -> None:
    with pytest.raises(InvalidParameter, match=r"touching\.couche"):
        parse_map({f"{LAYER}.touching.couche": ["plui-zones", "communes"]})
