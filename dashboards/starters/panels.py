"""Whole panels made for a source: one for each of its fields, and those that its fields suggest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.registry import PANEL_KINDS
from dashboards.starters.fitting import fitted, obstacle, size_of
from dashboards.starters.questions import (
    is_adding,
    main_codes,
    main_date,
    main_number,
    suited_function,
)
from dashboards.starters.sources import FieldRole, PanelSource, SourceField
from dashboards.starters.titles import usual_title

MOST_SUGGESTED = 6


def made(
    source: PanelSource, kind: str, *, title: str = "", options: dict[str, Any] | None = None, **question: Any
) -> Panel:
    """Return a whole panel of a kind about a source; its id is left to who places it.

    Raises:
        InvalidParameter: the kind cannot show the source.
    """
    asked = PanelQuestion(source.scope.slug, relation=source.relation_name, **question)
    width, height = size_of(kind)
    base = Panel("", kind, width=width, height=height, question=asked, options=options or {})
    found = fitted(base, PANEL_KINDS[kind], source)
    return replace(found, title=title or usual_title(found, source))


def field_panel(source: PanelSource, field: SourceField) -> Panel:
    """Return the panel that shows a field at once, when it is put on a page."""
    name = field.name
    place = source.place.name if source.place else ""
    if field.role in {FieldRole.CODES, FieldRole.PLACE}:
        return made(source, "bar", by=(name,))
    if field.role is FieldRole.FLAG:
        return made(source, "donut", by=(name,))
    if field.role is FieldRole.DATE:
        return made(source, "line", by=(f"year:{name}",))
    if field.role is FieldRole.YEAR:
        return made(source, "histogram", by=(name,))
    if field.role is FieldRole.NUMBER:
        if is_adding(field) and place and name != place:
            return made(source, "bar", by=(place,), measures=(f"sum:{name}",))
        return made(source, "histogram", by=(name,))
    return _text_panel(source, field)


def _text_panel(source: PanelSource, field: SourceField) -> Panel:
    """Return a list of a text beside the name of its feature; groups when it is a text of the feature of a record."""
    if field.is_of_feature:
        return made(source, "table", by=(field.name,))
    title = source.scope.definition.title_field
    first = [title] if source.relation is None and title in source.scope.filterable else []
    return made(source, "table", fields=tuple(dict.fromkeys([*first, field.name])))


def suggested_panels(source: PanelSource) -> list[Panel]:
    """Return panels that the fields of a source suggest, the most telling first, each kind of answer once."""
    return [panel for panel in _suggested(source) if panel is not None][:MOST_SUGGESTED]


def _suggested(source: PanelSource) -> Iterable[Panel | None]:
    number, codes, date, place = main_number(source), main_codes(source), main_date(source), source.place
    if source.relation is None or source.relation.due:
        yield _if_able(source, "due") if _has_records_due(source) else None
    yield made(source, "line", by=(f"year:{date.name}",)) if date else None
    if codes and place and codes.name != place.name:
        yield made(source, "stacked_bar", by=(place.name, codes.name))
    elif codes:
        yield made(source, "bar", by=(codes.name,))
    if place:
        measure = f"sum:{number.name}" if number and is_adding(number) else "count"
        yield made(source, "map", by=(place.name,), measures=(f"per_inhabitant:{measure}",))
    elif source.has_geometry:
        yield _if_able(source, "map")
    if number and codes and not is_adding(number):
        yield made(source, "bar", by=(codes.name,), measures=(f"{suited_function(number)}:{number.name}",))
    yield made(source, "histogram", by=(number.name,)) if number else None
    yield _if_able(source, "gallery")
    yield _if_able(source, "table")


def _has_records_due(source: PanelSource) -> bool:
    if source.relation is not None:
        return source.relation.due is not None
    return any(each.due for each in source.scope.relations)


def _if_able(source: PanelSource, kind: str) -> Panel | None:
    return None if obstacle(kind, source) else made(source, kind)
