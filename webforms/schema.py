"""What a form may take of the schema of its layer: a first document made of it, and the checks before publication."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.definitions import Field, FieldType, LayerDefinition, Relation
from layers.services.features import is_written, writable_columns
from layers.services.records import is_offered, record_columns, referred
from webforms.documents import Choice, FormDocument, Item, Section
from webforms.vocabulary import LABEL_MAX, LISTED_KINDS, MAX_CHOICES, MAX_PHOTOS, ItemKind, PlaceDefault

_KINDS = {
    FieldType.TEXT: ItemKind.TEXT,
    FieldType.INTEGER: ItemKind.INTEGER,
    FieldType.NUMBER: ItemKind.NUMBER,
    FieldType.BOOLEAN: ItemKind.BOOLEAN,
    FieldType.DATE: ItemKind.DATE,
    FieldType.DATETIME: ItemKind.DATETIME,
    FieldType.TEXTS: ItemKind.CHOICES,
}
# The kinds whose answers a field of each type takes; a code list is a text, and so is any single answer.
_FITTING: Mapping[FieldType, frozenset[str]] = {
    FieldType.TEXT: frozenset(
        {
            ItemKind.TEXT, ItemKind.LONG_TEXT, ItemKind.CHOICE, ItemKind.INTEGER, ItemKind.NUMBER, ItemKind.DATE,
            ItemKind.FEATURE,
        }
    ),
    FieldType.INTEGER: frozenset({ItemKind.INTEGER, ItemKind.CHOICE, ItemKind.FEATURE}),
    FieldType.NUMBER: frozenset({ItemKind.INTEGER, ItemKind.NUMBER, ItemKind.CHOICE}),
    FieldType.BOOLEAN: frozenset({ItemKind.BOOLEAN}),
    FieldType.DATE: frozenset({ItemKind.DATE, ItemKind.TODAY}),
    FieldType.DATETIME: frozenset({ItemKind.DATETIME}),
    FieldType.TEXTS: frozenset({ItemKind.CHOICES}),
}  # fmt: skip


def document_of_layer(scope: Scope) -> FormDocument:
    """Return a first document of a layer: its position, then each field that the visitor writes, then photos."""
    columns = {name: column for name, column in writable_columns(scope).items() if is_offered(column)}
    items = [
        _item(field, columns[field.name])
        for field in scope.fields
        if field.name in columns and not (field.type is FieldType.TEXTS and not field.choices)
    ]
    sections = [Section(title=_("Description"), items=tuple(_conditional_items(items, scope)))]
    if scope.definition.geometry.is_located:
        position = Item("position", ItemKind.POSITION, _("Où est-ce ?"), required=True)
        sections.insert(0, Section(title=_("Lieu"), items=(position,)))
    if gallery_of(scope) is not None:
        photos = Item("photos", ItemKind.PHOTO, _("Photos"), max_files=MAX_PHOTOS)
        sections.append(Section(title=_("Photos"), items=(photos,)))
    return FormDocument(tuple(sections))


def _item(field: Field, column: models.Field[Any, Any]) -> Item:
    kind = ItemKind.CHOICE if field.choices and field.type is not FieldType.TEXTS else _KINDS[field.type]
    target = referred(column) if column.related_model is not None else None
    if isinstance(target, LayerDefinition):
        kind = ItemKind.FEATURE
    elif kind == ItemKind.TEXT and type(column) is models.TextField:  # one of a dataset is any text
        kind = ItemKind.LONG_TEXT
    has_default = column.has_default() and not column.blank
    return Item(
        name=field.name,
        kind=kind,
        label=capfirst(str(field.title))[:LABEL_MAX],
        help=str(column.help_text),
        field=field.name,
        required=not column.blank and not column.null and not has_default and kind != ItemKind.BOOLEAN,
        layer=target.slug if isinstance(target, LayerDefinition) else "",
    )


def _conditional_items(items: Sequence[Item], scope: Scope) -> list[Item]:
    """Return questions with the conditions of their fields, each after the question that its condition speaks of.

    A condition about a field that is not among them, or that leads back to itself, is left out.
    """
    named = {item.name: item for item in items}
    ordered: dict[str, Item] = {}

    def add(item: Item, waiting: frozenset[str]) -> None:
        if item.name in ordered:
            return
        condition = scope.filterable[item.field].condition
        about = named.get(condition[0]) if condition else None
        if condition is None or about is None or about.name in waiting | {item.name}:
            ordered.setdefault(item.name, item)
            return
        add(about, waiting | {item.name})
        _field, operator, value = condition
        rule = {"field": about.name, "op": operator, "value": value}
        ordered.setdefault(item.name, replace(item, condition=rule))

    for item in items:
        add(item, frozenset())
    return list(ordered.values())


def gallery_of(scope: Scope) -> Relation | None:
    """Return the relation of photos of a layer; None where it has none."""
    return next((relation for relation in scope.relations if relation.is_gallery), None)


def choices_of(item: Item, fields: Mapping[str, Field]) -> tuple[Choice, ...]:
    """Return the choices of an item: its own, else those of its field as they are now."""
    if item.kind not in LISTED_KINDS or item.choices:
        return item.choices
    field = fields.get(item.field)
    return tuple((code, str(label)) for code, label in field.choices[:MAX_CHOICES]) if field else ()


def visible_document(scope: Scope, document: FormDocument, readable: Collection[str]) -> FormDocument:
    """Return a document without the questions of fields and relations that who fills it does not read.

    ``scope`` is that of the whole schema, ``readable`` the names of the parts of the layer that they read.
    """
    own = {part.name for part in scope.parts}
    hidden = own - set(readable)
    sections = (
        replace(
            section,
            items=tuple(item for item in section.items if section.relation or item.field not in hidden),
        )
        for section in document.sections
        if section.relation not in hidden
    )
    return FormDocument(tuple(sections))


def fields_of_section(scope: Scope, section: Section) -> dict[str, Field]:
    """Return the fields that the answers of a section become, by name: of the layer, or of its relation."""
    if section.relation:
        relation = next((each for each in scope.relations if each.name == section.relation), None)
        columns = record_columns(relation) if relation else {}
        return {field.name: field for field in relation.fields if field.name in columns} if relation else {}
    columns = writable_columns(scope)
    return {field.name: field for field in scope.fields if field.name in columns}


def obstacles(scope: Scope, document: FormDocument, *, is_public: bool) -> list[str]:
    """Return why a document cannot be published for a layer as it is, for people; nothing when it can.

    ``is_public``: people without account fill it, so that it names no protected field.
    """
    return list(_obstacles(scope, document, is_public))


def _obstacles(scope: Scope, document: FormDocument, is_public: bool) -> Iterator[str]:
    if not any(item.is_answered for item in document.items):
        yield _("Le formulaire n’a aucune question.")
    if scope.definition.geometry.is_located and document.position is None:
        yield _(
            "Les objets de cette couche ont une position : ajoutez une question « Position sur la carte »."
        )
    if not scope.definition.geometry.is_located and document.position is not None:
        yield _("Cette couche n’a pas de géométrie : retirez la question « Position sur la carte ».")
    for section in document.sections:
        yield from _section_obstacles(scope, section, is_public)
    yield from _missing_fields(scope, document)


def _section_obstacles(scope: Scope, section: Section, is_public: bool) -> Iterator[str]:
    relations = {relation.name for relation in scope.relations if not relation.is_gallery}
    if section.relation and section.relation not in relations:
        yield _("« %(place)s » : la couche n’a pas de lignes liées « %(name)s ».") % {
            "place": section.title,
            "name": section.relation,
        }
        return
    fields = fields_of_section(scope, section)
    for item in section.items:
        if reason := _item_obstacle(scope, item, fields, is_public=is_public):
            yield _("« %(place)s » : %(reason)s") % {"place": item.label or item.name, "reason": reason}


def _item_obstacle(scope: Scope, item: Item, fields: Mapping[str, Field], *, is_public: bool) -> str:
    field = fields.get(item.field)
    if item.field and field is None:
        return _("le champ « %s » n’existe pas, ou ne s’écrit pas.") % item.field
    if field is not None and item.kind not in _FITTING[field.type]:
        return _("une réponse de ce type n’entre pas dans le champ « %s ».") % item.field
    if field is not None and is_public and item.field in access.protected_names(scope):
        return _("le champ « %s » est protégé : un formulaire sans compte ne le demande pas.") % item.field
    if item.kind in LISTED_KINDS and not choices_of(item, fields):
        return _("il n’y a aucun choix.")
    if not item.label:
        return _("il n’y a pas de libellé.")
    needs_layer = item.kind == ItemKind.FEATURE or item.place in {PlaceDefault.ZONE, PlaceDefault.NEAREST}
    if needs_layer and not item.layer:
        return _("choisissez la couche.")
    if item.layer and item.layer not in {each.slug for each in access.visible(scope.visitor)}:
        return _("la couche « %s » n’existe pas.") % item.layer
    return ""


def _missing_fields(scope: Scope, document: FormDocument) -> Iterable[str]:
    """Yield the fields without which no row is written and that nothing in the document gives."""
    present = {item.field for item in document.single_items}
    for name, column in writable_columns(scope).items():
        is_needed = not (
            column.blank
            or column.null
            or column.has_default()
            or column.db_default is not models.NOT_PROVIDED
        )
        if is_needed and is_written(column) and name not in present:
            if name in access.protected_names(scope):
                yield _("Un champ protégé est obligatoire dans la couche : qui le lit fait ce formulaire.")
            else:
                yield _("Le champ « %s » est obligatoire dans la couche : ajoutez sa question.") % name
