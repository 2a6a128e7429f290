"""Rights as they stood at an instant: the changes that the journal recorded since are undone in a savepoint.

Rows, panels and names are those of today: the journal is about rights. What it cannot undo is said by ``PastRights``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Min
from django.utils.translation import gettext as _

from dashboards.models import Dashboard, DashboardGrant
from gisportal.accounts.models import User
from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from interface import wording
from layers.errors import TooCostly
from layers.models import Grant, Layer, ProtectedField, Theme
from management.rights.services import current_columns
from management.rights.trials import delete_rows, discarded

MAX_ENTRIES = 5_000
_INSTANTS = ("valid_from", "valid_until")
_EVENTS = (Event.GRANT, Event.MEMBERSHIP, Event.PROTECTED_FIELD, Event.LAYER, Event.ACCOUNT, Event.DASHBOARD)


@dataclass(frozen=True, slots=True)
class PastRights:
    """Rights of an aware instant: ``begins`` is that of the first entry of the journal, ``gaps`` are in words."""

    instant: dt.datetime
    begins: dt.datetime | None
    gaps: tuple[str, ...]

    @property
    def is_before_journal(self) -> bool:
        """Whether the journal says nothing of the instant."""
        return self.begins is None or self.instant < self.begins


@contextmanager
def rights_at(instant: dt.datetime) -> Iterator[PastRights]:
    """Make rights those of an instant for the statements of a block alone. Give its visitors the same instant.

    Raises:
        TooCostly: too much has changed since.
    """
    entries = JournalEntry.objects.filter(at__gt=instant, event__in=_EVENTS).order_by("-at", "-pk")
    changes = list(entries[: MAX_ENTRIES + 1])
    if len(changes) > MAX_ENTRIES:
        raise TooCostly(_("Trop de droits ont changé depuis : choisissez une date plus proche."))
    begins = JournalEntry.objects.aggregate(begins=Min("at"))["begins"]
    with discarded():
        gaps = dict.fromkeys(gap for entry in changes if (gap := _undo(entry)))
        yield PastRights(instant, begins, tuple(gaps))


def _undo(entry: JournalEntry) -> str:
    """Undo one change; return in words what of it cannot be."""
    detail = entry.detail
    if "after" in detail:
        undo = _ROWS.get(Event(entry.event))
        return undo(entry, detail) if undo else ""
    return _undo_relation(entry, detail)


def _undo_row(table: type[Any], columns: frozenset[str]) -> Callable[[JournalEntry, Mapping[str, Any]], str]:
    """Return what gives rows of a table their former values, of columns that are rights; those that left stay away."""

    def undo(_entry: JournalEntry, detail: Mapping[str, Any]) -> str:
        before = {name: each for name, each in (detail["before"] or {}).items() if name in columns}
        if before and detail["after"] is not None:
            table.objects.filter(pk=detail["id"]).update(**before)
        return ""

    return undo


def _undo_account(entry: JournalEntry, detail: Mapping[str, Any]) -> str:
    if detail["after"] is not None and not detail["before"]:  # it did not exist
        User.objects.filter(pk=detail["id"]).update(is_active=False)
        return ""
    return _undo_row(User, frozenset({"is_active", "is_superuser"}))(entry, detail)


def _undo_grant(entry: JournalEntry, detail: Mapping[str, Any]) -> str:
    kind, _space, slug = entry.subject.partition(" ")
    table: type[Any] = DashboardGrant if kind == "dashboard" else Grant
    before = current_columns(detail["before"] or {})
    for name in _INSTANTS:
        if before.get(name):
            before[name] = dt.datetime.fromisoformat(before[name])
    if detail["after"] is None:
        return _restore_grant(table, kind, slug, detail["id"], before)
    if not before:
        delete_rows(table.objects.filter(pk=detail["id"]))
    else:
        table.objects.filter(pk=detail["id"]).update(**before)
    return ""


def _restore_grant(table: type[Any], kind: str, slug: str, pk: int, columns: dict[str, Any]) -> str:
    subjects: dict[str, type[Any]] = {"dashboard": Dashboard, "theme": Theme, "layer": Layer}
    subject = subjects[kind].objects.filter(slug=slug).first()
    group, person = columns.get("group_id"), columns.get("person_id") or 0
    recipients: Any = Group.objects.filter(pk=group) if group else User.objects.filter(pk=person)
    if subject is None or not recipients.exists():
        return _("un accès retiré depuis, dont le groupe, la personne ou l’objet n’existe plus")
    delete_rows(table.objects.filter(pk=pk))
    table.objects.bulk_create([table(pk=pk, **columns | {f"{kind}_id": subject.pk})])
    return ""


def _undo_protection(entry: JournalEntry, detail: Mapping[str, Any]) -> str:
    if detail["after"] is None:
        layer = Layer.objects.filter(slug=entry.subject.partition(" ")[2]).first()
        if layer is not None:
            ProtectedField.objects.bulk_create(
                [ProtectedField(pk=detail["id"], layer=layer, name=detail["before"]["name"])]
            )
    elif not detail["before"]:
        through: Any = ProtectedField.groups.through
        delete_rows(through.objects.filter(protectedfield_id=detail["id"]))
        delete_rows(ProtectedField.objects.filter(pk=detail["id"]))
    return ""


def _undo_relation(entry: JournalEntry, detail: Mapping[str, Any]) -> str:
    rows, own, other = _relation(entry, detail)
    if rows is None:
        return str(own)
    added, removed = detail.get("added_ids", ()), detail.get("removed_ids", ())
    (name, pk), through = own, rows.model
    links = rows.filter(**{name: pk})
    delete_rows(links.filter(**{f"{other}__in": list(added)}))
    missing = set(removed) - set(links.values_list(other, flat=True))
    others = _existing(through, other, missing) if _existing(through, name, {pk}) else []
    smallest = min(0, through.objects.aggregate(smallest=Min("pk"))["smallest"] or 0)
    through.objects.bulk_create(
        through(pk=smallest - at, **{name: pk, other: each}) for at, each in enumerate(others, 1)
    )
    return ""


def _relation(entry: JournalEntry, detail: Mapping[str, Any]) -> tuple[Any, Any, str]:
    """Return the rows of a relation, the column and id of the entry's own end, and the column of the other.

    Those of the readers of a dashboard are its undated grants: entries from before it had grants name a relation.

    Of one that the journal does not tell: None, and what is lost in words.
    """
    kind, _space, key = entry.subject.partition(" ")
    if entry.event == Event.MEMBERSHIP:
        own, other = ("user_id", "group_id") if kind == "account" else ("group_id", "user_id")
        return User.groups.through.objects.all(), (own, int(key)), other
    if entry.event == Event.PROTECTED_FIELD and "id" in detail:
        return ProtectedField.groups.through.objects.all(), ("protectedfield_id", detail["id"]), "group_id"
    if entry.event == Event.PROTECTED_FIELD:
        return (
            None,
            _("les groupes qui lisent un champ réservé, d’une entrée qui ne dit pas de quel champ"),
            "",
        )
    board = Dashboard.objects.filter(slug=key).first() if kind == "dashboard" else None
    if board is None or "relation" not in detail:
        words = _(
            "les lecteurs d’un tableau de bord, d’une entrée qui ne dit pas s’ils sont groupes ou personnes"
        )
        return None, words, ""
    other = "group_id" if detail["relation"] == "groups" else "person_id"
    return DashboardGrant.objects.undated(), ("dashboard_id", board.pk), other


def _existing(through: Any, column: str, pks: Iterable[int]) -> list[int]:
    """Return which of some ids still exist, of the table that a column of a relation refers to."""
    table = through._meta.get_field(column.removesuffix("_id")).related_model
    return sorted(table.objects.filter(pk__in=list(pks)).values_list("pk", flat=True))


_ROWS: Mapping[Event, Callable[[JournalEntry, Mapping[str, Any]], str]] = {
    Event.GRANT: _undo_grant,
    Event.PROTECTED_FIELD: _undo_protection,
    Event.ACCOUNT: _undo_account,
    Event.LAYER: _undo_row(Layer, frozenset({"visibility", "state", "producer_id"})),
    Event.DASHBOARD: _undo_row(Dashboard, frozenset({"is_public", "producer_id", "portal_id"})),
}


def past_words(past: PastRights) -> list[str]:
    """Say what is exact of past rights, and what is not."""
    words = [_("Les lignes, les panneaux et les noms sont ceux d’aujourd’hui.")]
    if past.begins is not None and past.is_before_journal:
        words.append(
            _("Le journal ne commence que le %s : les droits affichés sont ceux de ce jour-là.")
            % wording.instant(past.begins)
        )
    elif past.begins is not None and not past.gaps:
        words.append(_("Exact : le journal dit tout depuis le %s.") % wording.instant(past.begins))
    if past.gaps:
        words.append(_("Le journal ne permet pas de rétablir : %s.") % ", ".join(past.gaps))
    return words
