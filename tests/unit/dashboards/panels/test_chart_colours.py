"""Values of a chart, states above all, are told apart by their colours: in light, in dark, and by the colour-blind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from dashboards.panels.charts.marks import with_distinct_colours
from dashboards.panels.charts.theme import LINES, SERIES, least_difference
from gisportal.catalogue import CODED
from interface.palette import token
from layers.styles.definitions import Category
from styles.colours import CLEARLY_APART


def alike(names: Sequence[str]) -> list[tuple[str, str, float]]:
    """Return the pairs of colours that somebody does not tell apart with ease, and how far apart they are."""
    pairs = [(one, other, least_difference(one, other)) for one, other in combinations(names, 2)]
    return [(one, other, round(far, 1)) for one, other, far in pairs if far < CLEARLY_APART]


@pytest.mark.parametrize("palette", [SERIES, LINES])
def test_colours_of_series_are_told_apart(palette: Sequence[str]) -> None:
    assert alike(palette) == []


def chosen_colours(part: Any) -> Iterator[dict[str, str]]:
    """Yield the colours that a document chooses for values, panel by panel."""
    if isinstance(part, dict):
        if isinstance(part.get("colours"), dict):
            yield part["colours"]
        part = list(part.values())
    for each in part if isinstance(part, list) else ():
        yield from chosen_colours(each)


def test_colours_that_the_demonstration_chooses_for_states_are_told_apart() -> None:
    files = sorted((Path(settings.BASE_DIR) / "fixtures" / "dashboards").glob("*.yaml"))
    chosen = [
        (path.stem, own) for path in files for own in chosen_colours(yaml.safe_load(path.read_text("utf-8")))
    ]
    assert len(chosen) > 8
    faults = {f"{name} {own}": alike([token(each) for each in own.values()]) for name, own in chosen}
    assert {name: pairs for name, pairs in faults.items() if pairs} == {}


def distinct(*shades: tuple[str, float]) -> list[str]:
    """Return the colours that categories of some colours and strengths are drawn in."""
    categories = [Category(str(at), "", name, strength) for at, (name, strength) in enumerate(shades)]
    return [token(each.token, each.strength) for each in with_distinct_colours(categories)]


def test_no_state_takes_a_brown_beside_another_brown() -> None:
    drawn = distinct(("c-amber", 1), ("c-amber", 0.65), ("c-amber", 0.45), ("t-amenities", 1))
    assert drawn[0] == "token:c-amber"
    assert alike(drawn) == []


def test_distinct_colours_stay_as_they_are() -> None:
    assert distinct(("brand", 1), ("t-amenities", 1)) == ["token:brand", "token:t-amenities"]


def test_states_of_each_layer_are_told_apart_on_a_chart() -> None:
    styles = {each.slug: each.style for each in CODED.all() if 1 < len(each.style.categories) <= len(LINES)}
    drawn = {
        slug: [token(each.token, each.strength) for each in with_distinct_colours(style.categories)]
        for slug, style in styles.items()
    }
    assert {"aires-de-jeux", "plans-actions"} <= set(drawn)
    assert {slug: pairs for slug, names in drawn.items() if (pairs := alike(names))} == {}
