"""The choices of a maker besides the fields: layers by theme, ready sections of a layer, filters of a page."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.documents.document import Document, PageFilter
from dashboards.documents.writing import version_values
from dashboards.filters.conditions import FilterTarget
from dashboards.filters.parsing import COMMUNE
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.grid import Sketch, sketch
from dashboards.sources.source import FieldRole, role_of
from dashboards.starters import Starter, starters_of
from interface.text import fold
from layers import access
from layers.access import Scope
from layers.aggregates.plan import FEATURE
from layers.definitions import Field
from layers.visitor import Visitor

MAX_SEARCH = 80
_FILTERED = frozenset({FieldRole.CODES, FieldRole.FLAG, FieldRole.YEAR})


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """A layer to choose, with the pictogram of its style."""

    scope: Scope

    @property
    def icon(self) -> str:
        """The pictogram of the layer."""
        return self.scope.style.icon

    @property
    def words(self) -> str:
        """Who sees the layer, and which related records it has."""
        state = _("ouverte") if self.scope.is_open else _("interne")
        return ", ".join([state, *(str(each.title).lower() for each in self.scope.relations)])

    @property
    def token(self) -> str:
        """The colour of the layer."""
        return self.scope.style.token


@dataclass(frozen=True, slots=True)
class ThemeLayers:
    """A theme and its layers."""

    title: str
    layers: tuple[LayerChoice, ...]


@dataclass(frozen=True, slots=True)
class SectionChoice:
    """A ready section: its drawing, its JSON, and the filters that it likes its page to have, as JSON."""

    name: str
    title: str
    summary: str
    sketch: Sketch
    section: str
    filters: str


@dataclass(frozen=True, slots=True)
class FilterCandidate:
    """What a filter of the page may be about: ``panels`` is how many panels of the page obey it."""

    field: str
    title: str
    kind: str
    panels: int

    def values(self) -> dict[str, Any]:
        """Return the candidate as JSON holds it."""
        return {"field": self.field, "title": self.title, "kind": self.kind, "panels": self.panels}


def layers_by_theme(visitor: Visitor, text: str = "") -> list[ThemeLayers]:
    """Return the layers that a visitor sees, of all or whose words hold ``text``, by theme, in alphabetical order."""
    groups: dict[str, list[LayerChoice]] = {}
    for scope in access.visible(visitor):
        theme = scope.layer.theme.title if scope.layer.theme else _("Sans thème")
        words = " ".join(
            [scope.layer.title, scope.slug, theme, *(str(each.title) for each in scope.relations)]
        )
        if all(word in _folded(words) for word in _folded(text).split()):
            groups.setdefault(theme, []).append(LayerChoice(scope))
    return [
        ThemeLayers(title, tuple(sorted(layers, key=lambda each: fold(each.scope.layer.title))))
        for title, layers in groups.items()
    ]


def _folded(text: str) -> str:
    """Return a text without case or accents."""
    decomposed = unicodedata.normalize("NFKD", text[: MAX_SEARCH * 4].casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def section_choices(scope: Scope) -> list[SectionChoice]:
    """Return the ready sections of a layer."""
    return [_section_choice(starter) for starter in starters_of(scope)]


def _section_choice(starter: Starter) -> SectionChoice:
    document = Document("modele", starter.title, sections=starter.sections, filters=starter.filters)
    values: Mapping[str, Any] = version_values(document)
    return SectionChoice(
        name=starter.name,
        title=starter.title,
        summary=starter.summary,
        sketch=sketch(starter.sections),
        section=json.dumps(values["sections"][0], ensure_ascii=False),
        filters=json.dumps(values.get("filters", []), ensure_ascii=False),
    )


def filter_candidates(page: DashboardPage) -> list[FilterCandidate]:
    """Return what filters of a page may be about: fields of its panels, those of most panels first."""
    counts: Counter[tuple[str, str]] = Counter()
    titles: dict[tuple[str, str], str] = {}
    for panel in page.panels:
        rows = page.rows_of(panel)
        candidates_of_panel = _of_rows(rows, page.document) if rows is not None else {}
        counts.update(candidates_of_panel.keys())
        titles = candidates_of_panel | titles
    candidates = (
        FilterCandidate(name, titles[name, kind], kind, count) for (name, kind), count in counts.items()
    )
    return sorted(candidates, key=lambda each: (-each.panels, each.kind != COMMUNE, each.title))


def _of_rows(rows: FilterTarget, document: Document) -> dict[tuple[str, str], str]:
    """Return the filters that rows obey, by field and kind, with their titles."""
    fields = {(COMMUNE, COMMUNE): _("Commune")} if rows.has_commune else {}
    linked = {link.names[rows.key]: link.field for link in document.links if rows.key in link.names}
    for name, each in rows.fields.items():
        kind = "" if rows.has_commune and is_commune_name(each.field) else _kind(each.field)
        if kind and not name.startswith(FEATURE) and name != COMMUNE:
            fields[linked.get(name, name), kind] = str(capfirst(str(each.field.title)))
    return fields


_COMMUNE_WORDS = frozenset({"commune", "communes", "insee"})
_FILLERS = frozenset({"nom", "code", "libelle", "de", "la", "des", "du", "com"})


def is_commune_name(field: Field) -> bool:
    """Whether a field repeats the commune of its rows, under its code or its name: « Communes », « Code INSEE »."""
    words = set(re.findall(r"[a-z]+", _folded(str(field.title)))) - _FILLERS
    return bool(words) and words <= _COMMUNE_WORDS


def _kind(field: Field) -> str:
    role = role_of(field)
    if role is FieldRole.DATE:
        return "period"
    return PageFilter("").kind if role in _FILTERED else ""
