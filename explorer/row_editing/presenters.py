"""The page of the rows as values for its templates: columns, cells as texts, forms, the map, the link to the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from explorer.editing.forms import VERSION, initial_values
from explorer.row_editing.forms import (
    EVENT,
    GEOMETRY,
    RowForm,
    geometry_text,
    raw_text,
    row_inputs,
    whole_form,
)
from explorer.row_editing.queries import MAX_CHANGED_ROWS, RowsPage
from explorer.table.presenters import column_title, text_writer
from interface.map_config import layer_config, map_config, shape
from interface.page_parts import PagePart
from interface.territory import COMMUNE_FIELD, label_communes, visible_communes
from interface.titles import feature_title
from interface.wording import field_value, instant
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.models import events_of
from layers.queries import related_rows
from layers.queries.history import Change, Event, origins
from layers.queries.row_versions import VersionedRow
from layers.services.features import is_addable, is_changeable, is_deletable, is_writable, writable_columns
from layers.services.moderation import closed_rows, is_change_proposed
from layers.services.restoration import is_restorable
from layers.services.splitting import is_splittable, unique_columns
from layers.visitor import Visitor
from moderation.presenters import Choice, StateBadge, row_badge, state_choices, step_buttons
from moderation.services import available


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; ``input`` is that of its cells, None where the portal computes them."""

    field: Field
    title: str
    input: forms.BoundField | None
    is_number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: ``text`` is what people read, ``raw`` what its input holds."""

    column: Column
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    pk: int
    title: str
    version: str
    event: int
    is_editable: bool
    cells: tuple[Cell, ...]
    badge: StateBadge | None = None


def columns_of(scope: Scope) -> tuple[Column, ...]:
    """Return the columns: the title first, then every field that is written, then the commune of the place."""
    form = whole_form(scope)
    title = scope.definition.title_field
    fields = [field for field in scope.fields if field.name in form.names or field.name == COMMUNE_FIELD]
    fields.sort(key=lambda field: (field.name != title, field.name == COMMUNE_FIELD))
    return tuple(
        Column(
            field,
            column_title(field),
            form[field.name] if field.name in form.names else None,
            field.type in {FieldType.INTEGER, FieldType.NUMBER} and not field.choices,
        )
        for field in label_communes(fields)
    )


def rows_of(scope: Scope, versioned: Iterable[VersionedRow], columns: tuple[Column, ...]) -> list[Row]:
    """Return rows of the table."""
    stored = {name: column.attname for name, column in writable_columns(scope).items()}
    writers = [(column, value_writer(column), stored.get(column.field.name, "")) for column in columns]
    return [
        Row(
            pk=each.row.pk,
            title=feature_title(scope, each.row),
            version=each.version,
            event=each.event,
            is_editable=each.is_editable and is_changeable(scope),
            cells=tuple(
                Cell(column, *write(getattr(each.row, name) if name else field_value(column.field, each.row)))
                for column, write, name in writers
            ),
            badge=badge_of(scope, each.row),
        )
        for each in versioned
    ]


def badge_of(scope: Scope, row: Any) -> StateBadge | None:
    """Return the state of a row of a moderated layer; None of another layer."""
    machine = scope.definition.moderation
    return row_badge(machine, row) if machine is not None else None


def states_of(scope: Scope, chosen: str) -> list[Choice]:
    """Return the states that the table is filtered by; none where nobody moderates the layer."""
    machine = scope.definition.moderation
    return state_choices(machine, chosen) if machine is not None else []


def moderation_context(scope: Scope, versioned: VersionedRow | None) -> dict[str, Any]:
    """Return the state of a row and the steps that its reader may take; nothing where nobody moderates the layer."""
    machine = scope.definition.moderation
    if machine is None or versioned is None:
        return {}
    steps = available(scope, versioned.row.pk)
    return {
        "badge": badge_of(scope, versioned.row),
        "steps": step_buttons(steps),
        "needs_reason": any(step.needs_reason for step in steps),
        "is_proposed": is_change_proposed(scope, versioned.row),
        "follows": bool(steps),
    }


def value_writer(column: Column) -> Callable[[Any], tuple[str, str]]:
    """Return the function from a stored value to its text, in the words of its list, and to what its input holds."""
    write = text_writer(column.field)
    if column.input is None:
        return lambda value: (write(value), "")
    field = column.input.field
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    labels = {str(value): str(label) for value, label in choices if value not in {"", None}}

    def texts(value: Any) -> tuple[str, str]:
        raw = raw_text(field, value)
        return ("" if value is None else labels[raw] if raw in labels else write(value)), raw

    return texts


def page_context(scope: Scope, page: RowsPage) -> dict[str, Any]:
    """Return the context of the whole page."""
    columns = columns_of(scope)
    geometry = scope.definition.geometry
    return {
        "scope": scope,
        "columns": columns,
        "rows": rows_of(scope, page.rows, columns),
        "page": page.page,
        "matched": page.matched,
        "query": page.selection.query,
        "config": map_of(scope) if geometry.is_located else None,
        "can_add": is_addable(scope),
        "can_change": is_changeable(scope),
        "can_restore": is_restorable(scope),
        "max_changed": MAX_CHANGED_ROWS,
        "words": page_words(),
    }


def page_words() -> dict[str, str]:
    """Return the sentences that the scripts of the page say; ``{n}`` is a number."""
    return {
        "away": _("Changements qui attendent le réseau : {n}. Rien n’est perdu."),
        "failing": _(
            "Le portail ne répond pas (erreur {status}). Changements qui attendent : {n}. Rien n’est perdu."
        ),
        "slower": _(
            "Trop de changements à la fois : attendez une minute, puis envoyez de nouveau ({n}). Rien n’est perdu."
        ),
        "signedOut": _(
            "Votre session a pris fin. Reconnectez-vous dans un autre onglet, puis envoyez de nouveau ({n})."
        ),
        "locked": _("Cette ligne est hors de ce que vous pouvez modifier."),
        "resumed": _("Votre saisie de tout à l’heure est là : elle n’est pas encore enregistrée."),
        "unread": _("Le formulaire n’a pas pu être lu : vérifiez le réseau, puis recommencez."),
        "change": _("Changer un champ pour {n} lignes"),
        "changeAll": _("Changer un champ pour toutes les lignes"),
        "several": _("Lignes choisies : {n}"),
        "severalAll": _("Toutes les lignes qui répondent sont choisies."),
        "place": _("Placer"),
        "draw": _("Tracer"),
        "placing": _(
            "Touchez la carte pour placer le point ; au clavier, déplacez la carte avec les flèches, puis Entrée."
        ),
        "drawing": _("Posez les sommets un à un ({n}) ; au clavier, Entrée pose au milieu de la carte."),
        "splitting": _("Touchez la ligne où la couper, ou choisissez un sommet."),
        "movable": _("Déplacez le point ; au clavier, les flèches le déplacent."),
        "vertices": _("Déplacez un sommet, ajoutez-en un au milieu d’un côté, ôtez-le avec Suppr."),
        "nearer": _("Trop de sommets à la fois : rapprochez-vous pour les déplacer."),
        "vertex": _("Sommet {rank} sur {n}"),
        "middle": _("Ajouter un sommet ici"),
    }


def value_text(scope: Scope, name: str, value: Any) -> str:
    """Return a value of a field as its cells show it."""
    return next(value_writer(column)(value)[0] for column in columns_of(scope) if column.field.name == name)


def map_of(scope: Scope) -> dict[str, Any]:
    """Return the configuration of the map of the page: the ground, and the layer alone."""
    shapes = visible_communes(scope.visitor)
    return map_config(shapes, portal=scope.visitor.portal) | {
        "layers": [layer_config(scope)],
        "kind": scope.definition.geometry.value,
        "shape": shape(scope),
    }


def form_context(scope: Scope, form: RowForm, versioned: VersionedRow | None) -> dict[str, Any]:
    """Return the context of the form of a row, of a new one where ``versioned`` is None."""
    is_editable = versioned is None or (versioned.is_editable and is_changeable(scope))
    is_open = versioned is not None and is_editable and not closed_rows(scope, [versioned.row.pk])
    return {
        "moderation": moderation_context(scope, versioned),
        "scope": scope,
        "form": form,
        "geometry": form[GEOMETRY] if GEOMETRY in form.fields else None,
        "units": {field.name: field.unit for field in scope.fields},
        "row": versioned.row if versioned else None,
        "title": feature_title(scope, versioned.row) if versioned else _("Nouvelle ligne"),
        "version": versioned.version if versioned else "",
        "event": versioned.event if versioned else 0,
        "is_editable": is_editable,
        "origin": origin_words(scope, versioned) if versioned else "",
        "can_delete": is_open and is_deletable(scope),
        "can_split": is_open and is_splittable(scope),
        "split_inputs": [form[name] for name in unique_columns(scope) if name in form.names],
        "has_history": versioned is not None
        and is_editable
        and events_of(scope.definition.model) is not None,
    }


def origin_words(scope: Scope, versioned: VersionedRow) -> str:
    """Say where a row comes from: its last write in place, or the import; empty for who may not edit it."""
    if not versioned.is_editable or events_of(scope.definition.model) is None:
        return ""
    last = origins(scope, [versioned.row.pk]).get(versioned.row.pk)
    if last is None:
        return _("Telle que le dernier import l’a donnée.")
    if not last.author:
        return _("Écrite le %(at)s.") % {"at": instant(last.at)}
    road = road_words(last)
    parts = {"at": instant(last.at), "author": last.author, "road": f", {road}" if road else ""}
    return _("Écrite le %(at)s par %(author)s%(road)s.") % parts


def row_initial(scope: Scope, versioned: VersionedRow) -> dict[str, Any]:
    """Return what the form of a row begins with."""
    values = initial_values(writable_columns(scope), versioned.row)
    inputs = row_inputs(scope)
    texts = {name: raw_text(inputs[name], value) for name, value in values.items() if name in inputs}
    geometry = {GEOMETRY: geometry_text(versioned.row.geom)} if scope.definition.geometry.is_located else {}
    return texts | geometry | {VERSION: versioned.version, EVENT: versioned.event}


def new_initial(scope: Scope) -> dict[str, Any]:
    """Return what the form of a new row begins with: the defaults of the layer."""
    inputs = row_inputs(scope)
    return {
        name: raw_text(inputs[name], column.get_default())
        for name, column in writable_columns(scope).items()
        if name in inputs and column.has_default()
    }


def leaving(scope: Scope, row: Any) -> list[tuple[str, int]]:
    """Return what is deleted with a row: the titles of its relations and how many records each has."""
    counts = (
        (str(relation.title), related_rows(scope, relation, [row.pk]).count()) for relation in scope.relations
    )
    return [(title, count) for title, count in counts if count]


def returned_words(count: int) -> str:
    """Say how many records came back with deleted rows."""
    return ngettext("%d fiche liée est revenue aussi.", "%d fiches liées sont revenues aussi.", count) % count


def editing_link(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the page where the rows of a layer are edited, for the page of the layer."""
    if visitor.is_anonymous or not isinstance(subject, Scope) or not is_writable(subject):
        return None
    return PagePart(
        "explorer/row_editing/link.html", {"address": reverse("explorer:rows", args=[subject.slug])}
    )


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A field before and after in words; ``is_restorable`` where the visitor may write the former value again."""

    name: str
    title: str
    before: str
    after: str
    is_restorable: bool


@dataclass(frozen=True, slots=True)
class RowChange:
    """A change of a row, with the words for the road by which it came."""

    change: Change
    road: str
    values: tuple[ValueChange, ...]


# How a write came, by the beginning of the address that it was sent to.
_ROADS = (
    ("/wfs", gettext_lazy("par WFS")),
    ("/api/", gettext_lazy("par l’API")),
    ("/catalogue/", gettext_lazy("par une page")),
    ("/administration/", gettext_lazy("par l’administration")),
    ("/jeux/", gettext_lazy("par une livraison")),
)


def row_changes(scope: Scope, changes: Iterable[Change]) -> list[RowChange]:
    """Return the changes of a row in words."""
    columns = {column.field.name: column for column in columns_of(scope)}
    return [RowChange(change, road_words(change), _values(change, columns)) for change in changes]


def road_words(change: Event) -> str:
    """Return by which road a change came; empty where it is not recorded."""
    return next((str(words) for start, words in _ROADS if change.address.startswith(start)), "")


def _values(change: Change, columns: dict[str, Column]) -> tuple[ValueChange, ...]:
    values = []
    for each in change.fields:
        column = columns.get(
            each.field.name, Column(each.field, column_title(each.field), None, is_number=False)
        )
        write = value_writer(column)
        before, after = write(each.before)[0], write(each.after)[0]
        is_restorable = column.input is not None and change.event is not None
        values.append(ValueChange(each.field.name, column.title, before, after, is_restorable))
    return tuple(values)
