"""What every kind of panel says and offers, word for word.

``panel_kinds.txt`` has its titles, sentences, glyphs, miniatures and controls, and a digest of all the rest;
``PANEL_KINDS_WRITTEN=1`` renews it after a change that is meant.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from django.utils import timezone

from dashboards.builder.draft import panel_draft
from dashboards.builder.settings import settings_form
from dashboards.documents.document import Document, Panel, Section
from dashboards.models import Dashboard
from dashboards.panels.controls import PanelControl
from dashboards.reading.cards import tiles
from dashboards.reading.dashboard_page import open_document
from dashboards.reading.grid import sketch
from dashboards.registry import PANEL_KINDS
from dashboards.sources.source import panel_source
from dashboards.starters import new_panel
from layers import access
from tests.people import ADMINISTRATOR
from tests.rasters import online, slope
from tests.selections import visitor
from tests.world import PLAYGROUNDS, TREES, World

STORED = Path(__file__).with_name("panel_kinds.txt")
SOURCES = (
    (PLAYGROUNDS, "inspections"),
    (PLAYGROUNDS, ""),
    (TREES, ""),
    ("communes", ""),
)


def control_line(control: PanelControl) -> str:
    choices = [
        f"{'*' if choice.is_chosen else ''}{choice.value}={choice.words}"
        for group in control.groups
        for choice in group.choices
    ]
    digest = hashlib.sha256("|".join(choices).encode()).hexdigest()[:8]
    listed = f" [{len(choices)} {digest}: {' | '.join(choices[:4])}]" if choices else ""
    rest = {
        name: value
        for name, value in asdict(control).items()
        if name not in {"name", "label", "form", "value", "groups"} and value not in ("", False, 0)
    }
    return f"    {control.name} ({control.form}) {control.label}: {control.value}{listed} {rest}"


def panel_lines(panel: Panel) -> Iterator[str]:
    draft = panel_draft(visitor(ADMINISTRATOR), panel)
    form = settings_form(draft)
    width, height = panel.width, panel.height
    yield f"  title: {panel.title}; {width} × {height}"
    yield f"  question: {asdict(panel.question) if panel.question else None}"
    yield f"  options: {json.dumps(panel.options, ensure_ascii=False, sort_keys=True)}"
    yield f"  sentence: {form.sentence}"
    yield f"  conditions: {form.conditions is not None}"
    for tab, groups in (("data", form.data), ("look", form.look)):
        for group in groups:
            yield f"   {tab}: {group.title}; {group.note}; {group.is_folded}"
            yield from (control_line(control) for control in group.controls)
    for choice in (*form.kinds, *form.other_kinds):
        if choice.obstacle:
            yield f"  not {choice.name}: {choice.obstacle}"
    document = Document("essai", "Essai", sections=(Section("s", "", (panel,)),))
    yield f"  glyph: {sketch(document.sections).parts[0].glyph}"
    page = open_document(visitor(ADMINISTRATOR), Dashboard(slug="essai"), document)
    for tile in tiles(page):
        shown, drawing = tile.miniature, tile.miniature.drawing
        paths = "".join(f"{name}{path}" for name, path in drawing.paths) if drawing else ""
        shape = f"{drawing.box} {drawing.is_stretched}" if drawing else ""
        digest = hashlib.sha256(paths.encode()).hexdigest()[:8] if paths else ""
        value = f"{shown.value} {shown.unit} {shown.total} {shown.gauge}"
        yield f"  miniature: {tile.span} {tile.icon}; {value}; {shown.lines}; {shape} {digest}"


def kind_lines(name: str) -> Iterator[str]:
    kind = PANEL_KINDS[name]
    yield f"{name}: {kind.title}; {kind.icon}"
    if not kind.needs_question:
        yield from panel_lines(Panel("p", name, width=6, height=2))
        return
    for layer, relation in SOURCES:
        source = panel_source(access.scope(visitor(ADMINISTRATOR), layer), relation)
        why = PANEL_KINDS[name].unsuitable(source)
        yield f" {layer} {relation}: {why or 'yes'}"
        if not why:
            yield from panel_lines(made_panel(name, layer, relation))


def made_panel(name: str, layer: str, relation: str) -> Panel:
    source = panel_source(access.scope(visitor(ADMINISTRATOR), layer), relation)
    panel = new_panel(PANEL_KINDS[name], source)
    return Panel("p", **{key: getattr(panel, key) for key in panel.__slots__ if key != "id"})


@pytest.fixture
def rasters(world: World, media: Path) -> None:
    online("relief", slope(), title="Relief", unit="m")


def without_today(text: str) -> str:
    """Return a text whose years of a progress, which begins five years ago, are told from today."""
    year = timezone.localdate().year
    return re.sub(
        r'("date": |Année ou jour: )(\d{4})', lambda match: f"{match[1]}today{int(match[2]) - year:+}", text
    )


def summary(lines: list[str]) -> Iterator[str]:
    """Return what a person compares, the controls of a fieldset on one line, and a digest of every line."""
    controls: list[str] = []
    for line in lines:
        name = line.partition(" (")[0].strip()
        if line.startswith("    "):
            controls.append(f"{name}={line.partition(': ')[2].partition(' [')[0].partition(' {')[0]}")
            continue
        if controls:
            yield "    " + " ".join(controls)
            controls = []
        if not line.startswith(("  question", "  not ")):
            yield line
    yield f"  digest: {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


@pytest.mark.parametrize("name", sorted(PANEL_KINDS))
def test_a_kind_says_and_offers_what_it_did(name: str, rasters: None) -> None:
    text = "\n".join(summary(without_today("\n".join(kind_lines(name))).splitlines()))
    stored = dict(part.split("\n", 1) for part in STORED.read_text("utf-8").split("\n\n") if part)
    if os.environ.get("PANEL_KINDS_WRITTEN"):
        stored[name] = text
        STORED.write_text("\n\n".join(f"{key}\n{value}" for key, value in sorted(stored.items())), "utf-8")
    assert text.splitlines() == stored[name].splitlines()
