"""On a dashboard of the demonstration a state has one mark, and no other panel says its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from dashboards.panels.states import TONES
from gisportal.catalogue import CODED

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "dashboards").glob("*.yaml"))
WITH_STATES = [path for path in FILES if "state: " in path.read_text("utf-8")]
LABELS = {
    (definition.slug, field.name, str(code)): str(label)
    for definition in CODED.all()
    for field in definition.fields
    for code, label in field.choices
}


def panels(path: Path) -> Iterator[dict[str, Any]]:
    for section in yaml.safe_load(path.read_text("utf-8"))["sections"]:
        yield from section.get("panels", ())


def tones_of(path: Path) -> dict[str, set[str]]:
    """Return the tones that the words of states have on a page."""
    tones: dict[str, set[str]] = defaultdict(set)
    for panel in panels(path):
        options = panel.get("options", {})
        for tone in TONES:
            for code in options.get(tone, ()):
                tones[LABELS[panel["question"]["layer"], options["state"], code].casefold()].add(tone)
    return tones


def test_some_dashboards_have_states() -> None:
    assert len(WITH_STATES) == 3


@pytest.mark.parametrize("path", WITH_STATES, ids=lambda path: path.stem)
def test_a_word_has_one_mark(path: Path) -> None:
    assert {word: tones for word, tones in tones_of(path).items() if len(tones) > 1} == {}


@pytest.mark.parametrize("path", WITH_STATES, ids=lambda path: path.stem)
def test_what_is_past_its_day_has_no_word_of_a_state(path: Path) -> None:
    due = [panel["title"].casefold() for panel in panels(path) if panel["kind"] == "due"]
    assert [title for title in due if any(word in title for word in tones_of(path))] == []
