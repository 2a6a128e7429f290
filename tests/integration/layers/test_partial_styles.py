"""The classes of who reads a part of the rows: made of these alone, and each row in the class that it was in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers import access
from layers.access.partial_styles import round_between
from layers.models import Layer
from layers.styles.definitions import NumberInterval, Style
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.people import PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, World

# Two classes that touch, a gap from 40 to 60, a class of one value, and the last one.
LIMITS = ((0, 20), (20, 40), (60, 60), (60, 100))
TOKENS = ("t-nature", "t-waste", "t-climate", "t-people")


@pytest.fixture
def graduated(world: World) -> World:
    """Playgrounds drawn by surface, in the classes of ``LIMITS``."""
    classes = [
        {"low": low, "high": high, "title": f"{low} à {high}", "token": token}
        for (low, high), token in zip(LIMITS, TOKENS, strict=True)
    ]
    Layer.objects.filter(slug=PLAYGROUNDS).update(
        style={"field": "surface_m2", "categories": [], "intervals": classes}
    )
    return world


def surfaces(*values: float, at: str = MEUDON) -> None:
    """Make a playground of each surface, in m²."""
    with factories.in_bulk():
        for value in values:
            factories.playground(f"Aire de {value}", at=at, surface_m2=value)


def style_of(person: Person) -> Style:
    """Return the style that somebody reads."""
    return access.scope(person.visitor(), PLAYGROUNDS).style


def limits(style: Style) -> list[tuple[float, float]]:
    """Return the ends of the classes."""
    return [(one.low, one.high) for one in style.intervals]


def place_of(value: float, classes: tuple[NumberInterval, ...]) -> str:
    """Return the colour of a value, as ``NumberInterval`` says: the higher end is in the last class, or a point."""
    for place, one in enumerate(classes):
        is_last = place == len(classes) - 1 or one.high <= one.low
        if one.low <= value and (value <= one.high if is_last else value < one.high):
            return one.token
    return ""


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((), []),
        ((5,), [(5, 5)]),
        ((5, 12, 33, 38.5), [(5, 30), (30, 38.5)]),
        ((5, 45, 72), [(5, 40), (70, 72)]),
        ((60, 72), [(60, 70), (70, 72)]),
        ((300,), []),
    ],
)
def test_limits_are_made_of_rows_that_are_read(
    graduated: World, seen: tuple[float, ...], expected: list[tuple[float, float]]
) -> None:
    surfaces(*seen)
    surfaces(1, 19, 39, 60, 100, at=BOULOGNE)
    assert limits(style_of(TOWN_AGENT)) == expected


def test_rows_that_are_read_keep_their_class(graduated: World) -> None:
    seen = (5, 12, 20, 33, 45, 60, 60.5, 99, 100, 300)
    surfaces(*seen)
    surfaces(1, 19.9, 40, 61, 99.9, at=BOULOGNE)
    whole, part = style_of(PLANNER).intervals, style_of(TOWN_AGENT).intervals
    assert [place_of(value, part) for value in seen] == [place_of(value, whole) for value in seen]


def test_titles_with_figures_follow_the_limits_and_words_stay(graduated: World) -> None:
    surfaces(5, 33)
    style = Layer.objects.get(slug=PLAYGROUNDS).style
    style["intervals"][1]["title"] = "grandes"
    Layer.objects.filter(slug=PLAYGROUNDS).update(style=style)
    assert [one.title for one in style_of(TOWN_AGENT).intervals] == ["5 à 30", "grandes"]


@pytest.mark.parametrize(("seen", "expected"), [((), (0, 1)), ((7, 30), (0, 30)), ((0.5,), (0, 0.5))])
def test_sizes_go_up_to_the_highest_number_that_is_read(
    graduated: World, seen: tuple[float, ...], expected: tuple[float, float]
) -> None:
    surfaces(*seen)
    surfaces(980, at=BOULOGNE)
    Layer.objects.filter(slug=PLAYGROUNDS).update(
        style={"field": "surface_m2", "categories": [], "proportion": {"low": 3, "high": 980}}
    )
    found = style_of(TOWN_AGENT).proportion
    assert found is not None
    assert (found.low, found.high) == expected


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("exploitant", {"Ville": "Ville", "Autre": "Autre", "Secret": ""}),
        ("age_min", {"3": 3, "6": 6, "trois": None, "99999999999": None}),
        ("date_ouverture", {"2020-01-01": "2020-01-01", "2021-01-01": None, "hier": None}),
        ("commune", {MEUDON: "", BOULOGNE: None}),
    ],
)
def test_categories_without_a_row_that_is_read_are_gone(
    graduated: World, field: str, values: dict[str, object]
) -> None:
    held = {text: value for text, value in values.items() if value}
    with factories.in_bulk():
        for value in held.values():
            factories.playground("Aire", at=MEUDON, **{field: value})
    factories.playground("Aire", at=BOULOGNE)
    categories = [{"value": text, "title": text, "token": "ink"} for text in values]
    Layer.objects.filter(slug=PLAYGROUNDS).update(style={"field": field, "categories": categories})
    expected = [MEUDON] if field == "commune" else list(held)
    assert [one.value for one in style_of(TOWN_AGENT).categories] == expected


def test_an_overlay_tells_no_value_that_only_hidden_rows_have(world: World) -> None:
    factories.playground("Aire", at=MEUDON, exploitant="Ville")
    factories.playground("Aire", at=BOULOGNE, exploitant="Secret")
    overlays = [
        {"field": "exploitant", "values": ["Ville", "Secret"], "title": "Ville ou Secret"},
        {"field": "exploitant", "values": ["Ville"], "title": "À la Ville"},
        {"field": "exploitant", "values": ["Secret"], "title": "Secret"},
    ]
    Layer.objects.filter(slug=PLAYGROUNDS).update(style={"overlays": overlays})
    told = [(one.values, one.title) for one in style_of(TOWN_AGENT).overlays]
    assert told == [(("Ville",), "Ville"), (("Ville",), "À la Ville")]
    assert len(style_of(PLANNER).overlays) == 3


def test_values_are_asked_once_and_never_for_who_reads_every_row(graduated: World) -> None:
    surfaces(5, 33)
    scopes = [access.scope(person.visitor(), PLAYGROUNDS) for person in (PLANNER, TOWN_AGENT)]
    asked = []
    for found in scopes:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert found.style == found.style
        asked.append(sum("MIN(" in query["sql"] for query in queries))
    assert asked == [0, 1]


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [(9.8, 10.2, 10), (12, 33, 30), (0.31, 0.32, 0.32), (-5, 5, 0), (3, 4, 4), (99.99, 100, 100), (2, 2, 2)],
)
def test_a_limit_between_two_values_is_the_roundest(below: float, above: float, expected: float) -> None:
    assert round_between(below, above) == expected
