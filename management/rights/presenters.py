"""Grants in words and on small maps: who, which rows, what they may do there, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.models import DashboardGrant
from explorer.filters.expressions import expression_words
from explorer.sketch.territory import Projection
from gisportal.accounts.models import User
from interface import wording
from interface.territory import CommuneShape, label_communes
from layers.access import RowCount, Scope
from layers.models import Grant
from layers.visitor import Visitor
from management.rights.services import AnyGrant, kind_of

COUNTDOWN_DAYS = 60
"""An end is counted down from so many days before it."""
_COARSE = 0.0008
# What a small map shows of a commune: all its rows are read, some, or none.
ALL, PART, NONE = "all", "part", "none"


@dataclass(frozen=True, slots=True)
class CommunePath:
    """The outline of a commune on small maps."""

    code: str
    name: str
    d: str


@dataclass(frozen=True, slots=True)
class SmallMap:
    """The communes as a drawing that each line of a page refers to."""

    view_box: str
    paths: tuple[CommunePath, ...]


@dataclass(frozen=True, slots=True)
class CommuneState:
    """A commune on the map of one grant: ``state`` is one of ``ALL``, ``PART`` and ``NONE``."""

    code: str
    name: str
    state: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The end of a grant: the day in words, and how far it is when it is near or over."""

    words: str
    countdown: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant as tables show it: ``count`` is None where its rows were not counted.

    ``filter`` is its CQL2, empty for who may not read it.
    """

    grant: AnyGrant
    kind: str
    who: str
    detail: str
    is_group: bool
    subject: str
    rows: str
    filter: str
    can: str
    fields: str
    end: End
    begins: str
    count: int | None = None
    communes: tuple[CommuneState, ...] = ()


def small_map(shapes: Sequence[CommuneShape]) -> SmallMap | None:
    """Draw the communes coarsely; None where the visitor sees none."""
    if not shapes:
        return None
    ground = Projection(shapes)
    paths = (
        CommunePath(
            each.code,
            each.name,
            ground.outline(each.multipolygon.simplify(_COARSE, preserve_topology=True).coords),
        )
        for each in shapes
    )
    return SmallMap(ground.view_box, tuple(paths))


def commune_states(
    ground: SmallMap | None, rows: RowCount, every: RowCount, before: RowCount | None = None
) -> tuple[CommuneState, ...]:
    """Say of each commune whether all of its rows are read, some or none; new are those with more than ``before``."""
    if ground is None or not every.by_commune.keys() - {""}:
        return ()
    states = []
    for path in ground.paths:
        count, total = rows.by_commune.get(path.code, 0), every.by_commune.get(path.code, 0)
        state = NONE if not count else ALL if count == total else PART
        is_new = before is not None and count > before.by_commune.get(path.code, 0)
        states.append(CommuneState(path.code, path.name, state, is_new))
    return tuple(states)


def labelled(scope: Scope) -> Scope:
    """Return a scope whose commune field has the names of communes as labels."""
    return replace(scope, fields=label_communes(scope.fields))


def rows_words(visitor: Visitor, scope: Scope | None, grant: Grant) -> str:
    """Word the rows of a grant for who reads ``scope``; a field that they do not read is not named to them."""
    if grant.has_every_row:
        return _("toutes les lignes")
    words = _filter_words(visitor, scope, grant.rows)
    return wording.with_margin(
        _("les lignes où %s") % words if words else _("certaines lignes"), grant.margin_m
    )


def _filter_words(visitor: Visitor, scope: Scope | None, text: str) -> str:
    """Return a filter in words, or as it is written to an administrator; empty where words may not be given."""
    words = expression_words(scope, text) if scope is not None else text
    return words if words != text or visitor.is_administrator else ""


def can_words(grant: AnyGrant, scope: Scope | None = None) -> str:
    """Say what a grant lets its recipient do; the fields that it lets write, of those that ``scope`` reads."""
    words = [_("lit")]
    if isinstance(grant, Grant):
        words += [_("télécharge")] if grant.can_download else []
        words += _deeds(grant)
        words += [_("approuve")] if grant.can_approve else []
        words += _field_limits(grant, scope)
    return ", ".join(words)


def writing_words(visitor: Visitor, scope: Scope | None, grants: Iterable[Grant]) -> Iterator[str]:
    """Yield what each grant that writes lets do on which rows: « ajoute, modifie : les lignes où… »."""
    for grant in grants:
        if grant.writes:
            words = ", ".join([*_deeds(grant), *_field_limits(grant, scope)])
            yield _("%(title)s : %(text)s") % {"title": words, "text": rows_words(visitor, scope, grant)}


def _deeds(grant: Grant) -> list[str]:
    """Return what a grant lets write of single rows, in words."""
    own_rows = grant.can_change_own and not grant.can_change
    flags = (
        (grant.can_add, _("ajoute")),
        (grant.can_change, _("modifie")),
        (own_rows, _("modifie ses propres lignes")),
        (grant.can_delete and not own_rows, _("supprime")),
        (grant.can_delete and own_rows, _("supprime ses propres lignes")),
    )
    return [word for is_set, word in flags if is_set]


def _field_limits(grant: Grant, scope: Scope | None) -> list[str]:
    """Return the only fields that a grant lets write, in words, of those that ``scope`` reads; none for all fields."""
    if not grant.written_fields:
        return []
    titles = wording.written_titles(scope.parts if scope else (), grant.written_fields)
    named = ", ".join(titles) if len(titles) == len(grant.written_fields) else ""
    return [_("n’écrit que : %s") % named if named else _("n’écrit que certains champs")]


def field_titles(scope: Scope | None, names: Iterable[str]) -> list[str]:
    """Return the titles of the fields and relations that a grant opens, of those that ``scope`` reads."""
    if scope is None:
        return []
    titles = {part.name: str(part.title) for part in scope.parts}
    return [titles[name] for name in names if name in titles]


def end_words(valid_until: dt.datetime | None, *, at: dt.datetime) -> End:
    """Word the end of a grant, seen at an instant."""
    if valid_until is None:
        return End(_("sans limite"))
    last, today = wording.last_day(valid_until), timezone.localdate(at)
    if valid_until <= at:
        return End(_("terminé le %s") % wording.day(timezone.localdate(valid_until)), is_over=True)
    days = (last - today).days
    countdown = wording.days_away(days) if days <= COUNTDOWN_DAYS else ""
    return End(wording.day(last), _("finit %s") % countdown if countdown else "")


def recipient_words(grant: AnyGrant, members: Mapping[int, int]) -> tuple[str, str]:
    """Return the name of the recipient, and what it is."""
    if isinstance(grant.recipient, Group):
        count = members.get(grant.recipient.pk, 0)
        persons = ngettext("%(n)d personne", "%(n)d personnes", count) % {"n": count}
        return grant.recipient.name, _("groupe, %s") % persons
    person = grant.recipient
    return person_name(person) if isinstance(person, User) else "", _("une personne")


def person_name(person: User) -> str:
    """Return the name of a person: that of their account where they gave none."""
    return person.get_full_name() or person.get_username()


def grant_line(
    grant: AnyGrant,
    *,
    visitor: Visitor,
    scope: Scope | None,
    members: Mapping[int, int],
    count: int | None = None,
    communes: tuple[CommuneState, ...] = (),
) -> GrantLine:
    """Return a grant as tables show it, in the words of who reads ``scope``."""
    who, detail = recipient_words(grant, members)
    at, text = visitor.instant, grant.rows if isinstance(grant, Grant) else ""
    is_begun = grant.valid_from is None or grant.valid_from <= at
    return GrantLine(
        grant=grant,
        kind=kind_of(grant),
        who=who,
        detail=detail,
        is_group=grant.group_id is not None,
        subject=subject_words(grant),
        rows="" if isinstance(grant, DashboardGrant) else rows_words(visitor, scope, grant),
        filter=text if text.strip() and _filter_words(visitor, scope, text) else "",
        can=can_words(grant, scope),
        fields=", ".join(field_titles(scope, grant.fields)) if isinstance(grant, Grant) else "",
        end=end_words(grant.valid_until, at=at),
        begins="" if is_begun or grant.valid_from is None else wording.day(grant.valid_from),
        count=count,
        communes=communes,
    )


def subject_words(grant: AnyGrant) -> str:
    """Name what a grant opens."""
    if isinstance(grant, DashboardGrant):
        return _("Tableau de bord « %s »") % grant.dashboard
    if grant.theme is not None:
        return _("Thème « %s »") % grant.theme
    return str(grant.layer)
