"""Text in YAML or JSON becomes a ``Document``; every fault is named with its line, its key and what is allowed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dashboards.documents.document import (
    Audience,
    Document,
    Include,
    LinkedField,
    PageFilter,
    Panel,
    PanelNotice,
    PanelQuestion,
    Purpose,
    Section,
)
from dashboards.documents.faults import fault_at, schema_faults
from dashboards.documents.schema import KindRules, build_schema, library_panel_schema
from dashboards.documents.sizes import size_faults
from dashboards.documents.source_text import Path, SourceText, read_source
from dashboards.errors import DocumentFault, InvalidDocument

COMMUNE = "commune"
_NULL, _HALF = re.compile(r"(?<!\\)(?:\\\\)*\\u0000"), re.compile(r"[\ud800-\udfff]")
LISTED = ("by", "measures", "series", "fields", "sort")


def parse_document(text: str, kinds: Iterable[KindRules]) -> tuple[Document, SourceText]:
    """Return the document of a text in YAML or JSON, and where each place of it stands.

    Raises:
        InvalidDocument: the text cannot be read, or says what no document may.
    """
    source = read_source(text)
    return parse_source(source, kinds), source


def parse_source(source: SourceText, kinds: Iterable[KindRules]) -> Document:
    """Return the document of values that were read already.

    Raises:
        InvalidDocument: they say what no document may.
    """
    check_size(source)
    _check_characters(source.values)
    faults = schema_faults(source, build_schema(kinds)) or list(_own_faults(source))
    if faults:
        raise InvalidDocument(faults)
    return document_of(source.values)


def document_of(values: Mapping[str, Any]) -> Document:
    """Return the document of values that a schema accepted, at any time: a key that is missing has its default."""
    filters = (_filter(entry) for entry in values.get("filters", ()))
    links = (LinkedField(field, dict(names)) for field, names in values.get("links", {}).items())
    return Document(
        slug=values.get("slug", ""),
        title=values.get("title", ""),
        summary=values.get("summary", ""),
        theme=values.get("theme", ""),
        producer=values.get("producer", ""),
        audience=_audience(values.get("audience", {})),
        portal=values.get("portal", ""),
        purpose=Purpose(**values.get("purpose", {})),
        refresh=values.get("refresh", 0),
        filters=tuple(filters),
        links=tuple(links),
        sections=tuple(_part(entry) for entry in values.get("sections", ())),
    )


def panel_of(values: Mapping[str, Any]) -> Panel:
    """Return a panel of values that a schema accepted."""
    question, notice = values.get("question"), values.get("notice")
    plain = ("title", "subtitle", "width", "height", "source", "library")
    return Panel(
        id=values.get("id", ""),
        kind=values.get("kind", ""),
        question=_question(question) if question else None,
        options=dict(values.get("options", {})),
        notice=PanelNotice(**notice) if notice else None,
        **{name: values[name] for name in plain if name in values},
    )


def parse_library_panel(
    values: Any, kinds: Iterable[KindRules], *, source: SourceText | None = None
) -> Panel:
    """Return the panel that the values of a library panel make; ``source`` gives the lines of its faults.

    Raises:
        InvalidDocument: they say what no panel may.
    """
    text = SourceText(values, source.lines if source else {})
    check_size(text)
    _check_characters(values)
    faults = schema_faults(text, library_panel_schema(kinds))
    if faults:
        raise InvalidDocument(faults)
    return panel_of(values)


def check_size(source: SourceText) -> None:
    """Refuse what is larger than any document, before anything else is read of it.

    Raises:
        InvalidDocument: too many sections, panels or values, too deep or too long.
    """
    faults = size_faults(source)
    if faults:
        raise InvalidDocument(faults)


def _check_characters(values: Any) -> None:
    """Refuse texts that the database cannot hold: JSON can say them, YAML cannot.

    Raises:
        InvalidDocument: a null character, or half of one.
    """
    text = json.dumps(values, ensure_ascii=False)
    if _NULL.search(text) or _HALF.search(text):
        raise InvalidDocument(
            [DocumentFault(_("Le document contient un caractère qu’aucun texte ne porte."))]
        )


def _part(values: Mapping[str, Any]) -> Section | Include:
    if "include" in values:
        return Include(values["include"], values.get("section", ""))
    panels = tuple(panel_of(panel) for panel in values.get("panels", ()))
    return Section(values.get("id", ""), values.get("title", ""), panels, text=values.get("text", ""))


def _question(values: Mapping[str, Any]) -> PanelQuestion:
    read: dict[str, Any] = {
        name: _names(value) if name in LISTED else value for name, value in values.items()
    }
    return PanelQuestion(**read)


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _audience(value: str | Mapping[str, Any]) -> Audience:
    if isinstance(value, str):
        return Audience(is_public=True)
    return Audience(groups=_names(value.get("groups", [])), persons=_names(value.get("persons", [])))


def _filter(value: str | Mapping[str, Any]) -> PageFilter:
    entry = {"field": value} if isinstance(value, str) else value
    kind = entry.get("kind") or (COMMUNE if entry["field"] == COMMUNE else "values")
    return PageFilter(entry["field"], title=entry.get("title", ""), kind=kind)


def _own_faults(source: SourceText) -> Iterator[DocumentFault]:
    """Yield the faults outside any schema: repeated identifiers."""
    panel_paths = list(_panel_paths(source.values))
    sections: list[tuple[Path, str]] = [
        (("sections", index), section["id"])
        for index, section in enumerate(source.values["sections"])
        if "id" in section
    ]
    yield from _repeated(source, sections, _("Une autre section s’appelle déjà « %s »."))
    yield from _repeated(source, panel_paths, _("Un autre panneau s’appelle déjà « %s »."))


def _panel_paths(values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for index, section in enumerate(values["sections"]):
        for rank, panel in enumerate(section.get("panels", ())):
            yield ("sections", index, "panels", rank), panel["id"]


def _repeated(source: SourceText, panel_paths: list[tuple[Path, str]], text: str) -> Iterator[DocumentFault]:
    counts: Counter[str] = Counter()
    for path, name in panel_paths:
        counts[name] += 1
        if counts[name] > 1:
            yield fault_at(source, (*path, "id"), text % name)
