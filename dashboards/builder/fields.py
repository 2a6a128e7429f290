"""The fields of a source as their maker chooses among them: what each holds, and the panel that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.builder.parsing import written_panel
from dashboards.documents.document import Panel
from dashboards.registry import BAR, PANEL_KINDS
from dashboards.sources.source import ICONS, FieldRole, PanelSource, SourceField, role_words
from dashboards.starters import field_panel, new_panel, suggested_panels
from interface import wording
from interface.territory import label_communes
from layers.access import Scope
from layers.aggregates import FieldProfile, LayerProfile, profile
from layers.cache import BoundedCache
from layers.definitions import FieldType
from layers.errors import TooSlow
from layers.parsing import FeatureQuery
from layers.queries import select

EXAMPLES, LONGEST, MOST_LISTED = 3, 28, 12
WIDTH, HEIGHT, GAP = 66, 22, 1.5
# What scripts call the roles of fields.
_TYPES: Mapping[FieldRole, str] = {
    FieldRole.PLACE: "commune",
    FieldRole.CODES: "code",
    FieldRole.FLAG: "boolean",
    FieldRole.DATE: "date",
    FieldRole.YEAR: "number",
    FieldRole.NUMBER: "number",
    FieldRole.TEXT: "text",
}
# A few kilobytes each: some examples of each field.
_profiles: BoundedCache[LayerProfile] = BoundedCache(100)


@dataclass(frozen=True, slots=True)
class Example:
    """A value in words, and how many rows have it; None when that is not published."""

    words: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a small histogram, as SVG writes it."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the list: ``type`` is a word for scripts, ``kind`` the kind of its values.

    ``panel`` is the JSON of the panel that shows it.
    """

    name: str
    title: str
    type: str
    kind: str
    icon: str
    description: str
    examples: tuple[Example, ...]
    bars: tuple[Bar, ...]
    panel: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A panel that the fields suggest: its title, the pictogram of its kind, its JSON."""

    title: str
    kind: str
    icon: str
    panel: str


@dataclass(frozen=True, slots=True)
class RelatedSource:
    """Another source of a layer: its features (empty ``relation``), or related records of them."""

    relation: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldList:
    """A source with its fields: ``others`` are those of the feature that each record belongs to."""

    scope: Scope
    source: PanelSource
    rows: str
    fields: tuple[FieldRow, ...]
    others: tuple[FieldRow, ...]
    suggestions: tuple[Suggestion, ...]
    sources: tuple[RelatedSource, ...]
    is_slow: bool


def field_list(source: PanelSource) -> FieldList:
    """Return the fields of a source with their examples, and what they suggest; examples are missing when too slow."""
    layer_profile, is_slow = _known(source)
    named = {each.field.name: each.field for each in source.fields.values()}
    labelled = {field.name: field for field in label_communes(named.values())}
    labels = {name: dict(field.choices) for name, field in labelled.items()}
    listed = [
        _row(source, each, layer_profile.of(each.name), labels[each.field.name])
        for each in source.fields.values()
    ]
    own = {each.name for each in source.own}
    return FieldList(
        scope=source.scope,
        source=source,
        rows=_rows_words(layer_profile.rows, is_slow=is_slow),
        fields=tuple(row for row in listed if row.name in own),
        others=tuple(row for row in listed if row.name not in own),
        suggestions=tuple(_suggestion(panel) for panel in suggested_panels(source)),
        sources=_sources(source),
        is_slow=is_slow,
    )


def _known(source: PanelSource) -> tuple[LayerProfile, bool]:
    """Return what the fields hold, in one statement or none; whether it took too long."""
    scope, relation = source.scope, source.relation_name
    names = tuple(each.name for each in source.own)
    key = (scope.key, scope.version, relation, names)
    selection = select(scope, FeatureQuery())
    try:
        return _profiles.recall(key, lambda: profile(selection, names, relation=relation)), False
    except TooSlow:
        return LayerProfile(None, {}), True


def _row(
    source: PanelSource, field: SourceField, profile_of_field: FieldProfile, labels: Mapping[str, object]
) -> FieldRow:
    is_short = _is_short(field, profile_of_field)
    return FieldRow(
        name=field.name,
        title=field.title,
        type=_TYPES[field.role],
        kind=_kind_words(field, profile_of_field),
        icon=ICONS[FieldRole.CODES] if is_short else field.icon,
        description=str(field.field.description),
        examples=tuple(_examples(field, profile_of_field, labels)),
        bars=_bars(profile_of_field),
        panel=panel_json(
            new_panel(BAR, source, by=(field.name,)) if is_short else field_panel(source, field)
        ),
    )


def _kind_words(field: SourceField, profile_of_field: FieldProfile) -> str:
    """Say what the values of a field are: « nombre », « 8 valeurs », « date »."""
    is_listed = field.role in {FieldRole.CODES, FieldRole.PLACE} or _is_short(field, profile_of_field)
    if is_listed and profile_of_field.distinct:
        return ngettext("%d valeur", "%d valeurs", profile_of_field.distinct) % profile_of_field.distinct
    words = role_words(field.role)
    unit = field.field.unit
    return _("%(kind)s (%(unit)s)") % {"kind": words, "unit": wording.unit(unit)} if unit else words


def _examples(
    field: SourceField, profile_of_field: FieldProfile, labels: Mapping[str, object]
) -> Iterable[Example]:
    if profile_of_field.ends:
        yield from (
            Example(words)
            for words in dict.fromkeys(_end_words(field, text) for text in profile_of_field.ends)
        )
        return
    is_counted = field.role in {FieldRole.CODES, FieldRole.FLAG, FieldRole.PLACE} or _is_short(
        field, profile_of_field
    )
    for value, count in profile_of_field.values[:EXAMPLES]:
        yield Example(_value_words(field, value, labels), count if is_counted else None)


def _is_short(field: SourceField, profile_of_field: FieldProfile) -> bool:
    """Whether a text has a few repeated values: it makes groups without being declared a list."""
    is_frequent = all(count is not None and count > 1 for _value, count in profile_of_field.values)
    return field.role is FieldRole.TEXT and 0 < profile_of_field.distinct <= MOST_LISTED and is_frequent


def _end_words(field: SourceField, text: str) -> str:
    if field.role is FieldRole.DATE:
        day = parse_datetime(text) or parse_date(text[:10])
        return str(day.year) if day else text[:4]
    if field.role is FieldRole.YEAR:
        return text.partition(".")[0]
    return wording.number(float(text) if "." in text or "e" in text else int(text))


def _value_words(field: SourceField, value: str, labels: Mapping[str, object]) -> str:
    if field.field.type is FieldType.BOOLEAN:
        return _("oui") if value == "true" else _("non")
    labels_by_code = {code: str(label) for code, label in labels.items()}
    return Truncator(labels_by_code.get(value, value)).chars(LONGEST)


def _bars(profile_of_field: FieldProfile) -> tuple[Bar, ...]:
    """Return the bars of a small histogram, as high as the fullest."""
    if not profile_of_field.bins:
        return ()
    most, step = max(profile_of_field.bins), WIDTH / len(profile_of_field.bins)
    heights = [max(HEIGHT * count / most, 1.0) if count else 0.0 for count in profile_of_field.bins]
    return tuple(
        Bar(f"{index * step:.1f}", f"{HEIGHT - height:.1f}", f"{step - GAP:.1f}", f"{height:.1f}")
        for index, height in enumerate(heights)
        if height
    )


def _suggestion(panel: Panel) -> Suggestion:
    kind = PANEL_KINDS[panel.kind]
    return Suggestion(panel.title, str(kind.title), kind.icon, panel_json(panel))


def panel_json(panel: Panel) -> str:
    """Return a panel as its page carries it."""
    return json.dumps(written_panel(panel), ensure_ascii=False)


def _rows_words(rows: int | None, *, is_slow: bool) -> str:
    if rows is None:
        return "" if is_slow else _("effectif non communiqué")
    return ngettext("%s ligne", "%s lignes", rows) % wording.number(rows)


def _sources(source: PanelSource) -> tuple[RelatedSource, ...]:
    scope, chosen = source.scope, source.relation_name
    features = RelatedSource("", scope.layer.title, not chosen)
    related = (RelatedSource(each.name, str(each.title), each.name == chosen) for each in scope.relations)
    return (features, *related) if scope.relations else ()
