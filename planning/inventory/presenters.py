"""Inventory sheets in words: groups of facts, photos, what applies, the history of the record; contents and indexes."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from explorer.sheet.queries import Sheet as FeatureSheet
from interface.text import fold
from interface.wording import day, field_value, is_empty, words
from layers.definitions import Field, Relation
from layers.queries.history import Change, History
from layers.visitor import Visitor
from planning.inventory.definitions import InventoryLayer
from planning.inventory.queries import Inventory, InventoryRow, PrintedFeature
from planning.presenters.maps import Drawing, paper_map
from planning.presenters.sheet import Section
from planning.vocabulary import Family

_PRINTED = frozenset(
    {Family.ZONES, Family.PRESCRIPTIONS, Family.INFORMATION, Family.SERVITUDES, Family.RISKS}
)
MAX_PHOTOS = 4
MAX_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo inside the page (RFC 2397), and its caption: what it shows, when, by whom."""

    address: str
    caption: str


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Fields of a feature under their title: (name, value) in words."""

    title: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class InventorySheet:
    """A feature as its sheet prints it; ``anchor`` is its name in the document.

    ``missing`` are the fields of the sheet that nobody has filled, ``history`` what changed, without who.
    """

    anchor: str
    title: str
    where: str
    groups: Sequence[FactGroup]
    missing: str
    pictures: Sequence[Picture]
    firsts: Sequence[str]
    sections: Sequence[Section]
    absent: Sequence[str]
    history: Sequence[str]
    drawing: Drawing
    position: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A value of an index, empty in that of names, and the sheets that have it: (anchor, name)."""

    words: str
    sheets: Sequence[tuple[str, str]]


def anchor_of(pk: int) -> str:
    """Return the name of a sheet in its document."""
    return f"fiche-{pk}"


def inventory_sheet(
    visitor: Visitor, layer: InventoryLayer, printed: PrintedFeature, *, is_whole: bool
) -> InventorySheet:
    """Return a sheet in words; ``is_whole`` prints the photos as they are, else small ones."""
    sheet = printed.feature
    fields = {field.name: field for field in sheet.scope.fields}
    listed = {name for _title, names in layer.groups for name in names}
    empty = [field for field in sheet.empty if field.name in listed]
    return InventorySheet(
        anchor_of(sheet.record.pk),
        sheet.title,
        sheet.where,
        list(_groups(layer, fields, sheet)),
        ", ".join(str(field.title) for field in empty),
        list(_pictures(sheet, is_whole=is_whole)),
        printed.applies.firsts,
        [section for section in printed.applies.sections if section.family in _PRINTED],
        [
            str(each.rule.title)
            for each in printed.applies.outcomes
            if each.scope is None and each.rule.layer and each.rule.family in _PRINTED
        ],
        list(_history(printed.history)),
        paper_map(visitor, printed.location),
        f"{sheet.position.latitude:.5f}, {sheet.position.longitude:.5f}" if sheet.position else "",
    )


def _groups(layer: InventoryLayer, fields: Mapping[str, Field], sheet: FeatureSheet) -> Iterable[FactGroup]:
    """Return the groups of a layer with what the visitor reads and somebody has filled."""
    for title, names in layer.groups:
        facts = [
            (capfirst(str(fields[name].title)), _value(fields[name], sheet))
            for name in names
            if name in fields and not is_empty(field_value(fields[name], sheet.record))
        ]
        if facts:
            yield FactGroup(str(title), facts)


def _value(field: Field, sheet: FeatureSheet) -> str:
    return sheet.commune if field.name == "commune" else str(words(field, sheet.record))


def _pictures(sheet: FeatureSheet, *, is_whole: bool) -> Iterable[Picture]:
    for relation, photo in sheet.photos[:MAX_PHOTOS]:
        file = photo.image if is_whole else photo.thumbnail
        if not file or not file.storage.exists(str(file.name)):
            continue
        with file.open("rb") as content:
            encoded = base64.b64encode(content.read()).decode()
        yield Picture(f"data:image/jpeg;base64,{encoded}", _caption(relation, photo) or sheet.title)


def _caption(relation: Relation, photo: Any) -> str:
    """Return what the visitor reads of a photo: its legend, its day, its credit."""
    fields = {field.name: field for field in relation.fields}
    values = [
        words(fields[name], photo)
        for name in ("legende", "date_prise_vue", "credit")
        if name in fields and not is_empty(field_value(fields[name], photo))
    ]
    return ", ".join(str(value) for value in values)


def _history(changes: History) -> Iterable[str]:
    """Return what changed and when, the latest first: paper goes on, so that it names nobody."""
    for change in changes.changes[:MAX_CHANGES]:
        yield _("%(title)s : %(text)s") % {"title": day(change.at), "text": _change_words(change)}


def _change_words(change: Change) -> str:
    if change.action == "insert":
        return _("fiche écrite")
    if change.action == "delete":
        return _("fiche supprimée")
    titles = [str(each.field.title) for each in change.fields]
    if change.is_moved:
        titles.append(_("position"))
    return ", ".join(titles) or _("photos ou objets liés")


def condition_words(inventory: Inventory) -> list[str]:
    """Return the conditions of an inventory in words: « Protection : Classé monument historique »."""
    return [
        _("%(title)s : %(text)s")
        % {"title": capfirst(str(field.title)), "text": field.label(inventory.conditions[field.name])}
        for field in inventory.filters
        if field.name in inventory.conditions
    ]


def contents(rows: Iterable[InventoryRow]) -> list[tuple[str, list[InventoryRow]]]:
    """Return rows by commune, in their order."""
    groups: dict[str, list[InventoryRow]] = {}
    for row in rows:
        groups.setdefault(row.commune or _("Hors communes"), []).append(row)
    return list(groups.items())


def indexes(inventory: Inventory, rows: Sequence[InventoryRow]) -> list[tuple[str, list[IndexEntry]]]:
    """Return the index of names, then one for each field that the layer lists and the visitor reads."""
    names = sorted(rows, key=lambda row: fold(row.title))
    result = [
        (
            _("Index des noms"),
            [IndexEntry("", [(anchor_of(row.pk), row.title)]) for row in names],
        )
    ]
    for name in inventory.layer.indexes:
        field = inventory.field(name)
        if field is None:
            continue
        values: dict[Any, list[tuple[str, str]]] = {}
        for row in rows:
            value = row.values.get(name)
            if not is_empty(value):
                values.setdefault(value, []).append((anchor_of(row.pk), row.title))
        codes = [code for code, _label in field.choices]
        in_order = [code for code in codes if code in values] or sorted(values, key=fold)
        entries = [IndexEntry(str(field.label(value)), values[value]) for value in in_order]
        if entries:
            result.append((_("Index : %s") % field.title, entries))
    return result
