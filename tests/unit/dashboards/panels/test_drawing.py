"""Pictures of charts: bounded, drawn again after a failure, without asking another site."""

from __future__ import annotations

import html
import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from dashboards.panels.charts.bars import BarChart, bar_chart
from dashboards.panels.charts.drawing import (
    Picture,
    draw,
    drawing_process,
    printable,
    stop_drawing,
)
from dashboards.panels.charts.theme import coloured
from interface.palette import palette
from layers.errors import ExportFailed, TooSlow

ROWS = [{"l0": "Meudon", "v0": 1234, "w0": "1\u202f234", "tip": "Meudon\u00a0: 1\u202f234", "filters": []}]
SVG = Picture("svg", 400)
# Vega draws each of the rows that this makes.
ENDLESS: dict[str, Any] = {
    "data": {"sequence": {"start": 0, "stop": 100_000_000}},
    "mark": "bar",
    "encoding": {"x": {"field": "data", "bin": True}, "y": {"aggregate": "count"}},
    "height": 100,
}


@pytest.fixture(scope="module", autouse=True)
def _no_child_left() -> Iterator[None]:
    yield
    stop_drawing()


def chart() -> dict[str, Any]:
    return bar_chart(BarChart(ROWS, "Arbres par commune", 200))


def test_a_chart_is_drawn_as_a_png() -> None:
    assert draw(chart(), Picture("png", 400)).startswith(b"\x89PNG")


def test_a_picture_holds_its_title_and_its_source() -> None:
    drawn = draw(chart(), Picture("svg", 400, title="Arbres", source="Ville, 2026")).decode()
    assert "Arbres" in drawn and "Ville, 2026" in drawn


def test_a_picture_holds_what_the_panel_says_around_its_chart() -> None:
    subtitle = (
        "Un sous-titre assez long pour ne pas tenir sur une seule ligne d’une image de quatre cents pixels"
    )
    picture = Picture(
        "svg", 400, title="Arbres", subtitle=subtitle, notes=("Commune : Meudon",), source="Ville, 2026"
    )
    lines = re.findall(r">([^<>]+)</t(?:ext|span)>", draw(chart(), picture).decode())
    words = " ".join(html.unescape(line) for line in lines)
    assert [text in words for text in (subtitle, "Commune : Meudon", "Ville, 2026")] == [True] * 3
    assert len(picture.captions) == 4


def test_what_is_around_a_chart_leaves_it_its_height() -> None:
    bare = printable(chart(), Picture("svg", 400))["height"]
    full = Picture("svg", 400, title="Arbres", subtitle="Sous-titre", source="Ville, 2026")
    assert printable(chart(), full)["height"] - bare == full.title_height > 60


def test_a_picture_in_the_dark_has_the_paper_of_the_dark() -> None:
    assert (
        printable(chart(), Picture("svg", 400, is_dark=True))["background"] == palette(is_dark=True)["paper"]
    )


def test_no_name_of_a_token_is_left_in_a_picture() -> None:
    assert b"token:" not in draw(chart(), SVG)


def test_one_child_draws_chart_after_chart() -> None:
    draw(chart(), SVG)
    first = drawing_process()
    draw(chart(), SVG)
    assert drawing_process() == first


def test_a_specification_that_the_engine_refuses_is_told() -> None:
    with pytest.raises(ExportFailed):
        draw({"mark": "nothing", "height": 10}, SVG)


def test_a_chart_is_drawn_after_one_that_was_refused() -> None:
    with pytest.raises(ExportFailed):
        draw({"mark": "nothing", "height": 10}, SVG)
    assert b"<svg" in draw(chart(), SVG)


def test_a_picture_asks_no_other_site() -> None:
    asking = {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "bar", "height": 10}
    with pytest.raises(ExportFailed):
        draw(asking, SVG)


def test_a_chart_that_is_too_long_ends_the_child(settings: Settings) -> None:
    draw(chart(), SVG)
    settings.CHART_SECONDS = 0.5
    with pytest.raises(TooSlow):
        draw(ENDLESS, SVG)
    assert drawing_process() == 0


def test_another_child_is_started_when_one_was_killed() -> None:
    draw(chart(), SVG)
    os.kill(drawing_process(), signal.SIGKILL)
    assert b"<svg" in draw(chart(), SVG)


def test_a_mixed_colour_lies_between_the_token_and_the_paper() -> None:
    assert coloured(["token:a*50"], {"a": "#000000", "paper": "#ffffff"}) == ["#808080"]


def test_data_that_read_like_a_token_are_left_alone() -> None:
    spec = {"datasets": {"d": [{"l0": "token:brand"}]}}
    assert coloured(spec, palette()) == spec
