"""A layer by commune and by field: how many rows of each commune each recipient reads, and who reads each part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _

from dashboards.publication.audience import member_counts
from gisportal.accounts.access import managed_groups
from interface.territory import visible_communes
from layers import access
from layers.access import RowCount, Scope
from layers.definitions import Field, Relation
from layers.models import Grant, Layer
from layers.services.features import stored_columns
from layers.visitor import Visitor, public_of
from layers.vocabulary import GrantState
from management.rights.presenters import ALL, NONE, PART, labelled, recipient_words, writing_words
from management.rights.queries import layer_grants, layer_readers

_NO_ROWS = RowCount(0, {})


@dataclass(frozen=True, slots=True)
class CommuneCount:
    """Rows that are read of a commune: ``state`` is one of ``ALL``, ``PART`` and ``NONE`` of what it has.

    ``changed`` is how many of them may be changed, whoever wrote them.
    """

    commune: str
    count: int
    state: str
    changed: int = 0


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """Who reads rows, what it is (« groupe, 3 personnes »), and how many in all and in each commune.

    ``writing`` says, grant by grant, what they do on which rows, margins around communes included.
    """

    who: str
    detail: str
    total: int
    counts: tuple[CommuneCount, ...]
    is_group: bool = True
    changed: int = 0
    writing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommuneTable:
    """Recipients × communes: ``communes`` are the names of the columns, ``every`` the rows there are."""

    communes: tuple[str, ...]
    every: CommuneLine
    lines: tuple[CommuneLine, ...]


def commune_table(visitor: Visitor, scope: Scope) -> CommuneTable:
    """Count the rows of each commune that the public and each recipient of a grant in force read, in one statement.

    Those that a recipient changes, whoever wrote them, are counted too. The grants of a recipient count together. A
    manager counts among the rows that they read themselves, and sees the recipients that they manage.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    by_recipient: dict[tuple[int | None, int | None], list[Grant]] = {}
    for grant in _grants_in_force(visitor, scope.layer):
        by_recipient.setdefault((grant.group_id, grant.person_id), []).append(grant)
    public = access.scopes_of_visitors(scope.slug, [public_of(visitor)])[0]
    # An open layer is read as a whole, whatever the grants: a condition without one is every row.
    conditions = [Q() if public else access.rows_of_grants(scope, grants) for grants in by_recipient.values()]
    changed = [access.changed_rows(scope, grants) for grants in by_recipient.values()]
    every, of_public, *counts = access.row_counts(
        scope, [Q(), Q() if public else Q(pk__in=[]), *conditions, *changed]
    )
    columns = _columns(visitor, every)
    members, words = member_counts(), labelled(scope)
    lines = [_line(_("Tout le monde"), _("visiteurs sans compte"), of_public, every, columns)]
    read, written = counts[: len(conditions)], counts[len(conditions) :]
    for grants, count, changes in zip(by_recipient.values(), read, written, strict=True):
        who, detail = recipient_words(grants[0], members)
        line = _line(who, detail, count, every, columns, changes, is_group=grants[0].group_id is not None)
        lines.append(replace(line, writing=tuple(writing_words(visitor, words, grants))))
    return CommuneTable(tuple(columns.values()), _line(_("Lignes"), "", every, every, columns), tuple(lines))


def _grants_in_force(visitor: Visitor, layer: Layer) -> Iterable[Grant]:
    grants = layer_grants(visitor).filter(Q(layer=layer) | Q(theme=layer.theme_id))
    current = grants.in_state(GrantState.IN_FORCE, at=visitor.instant)  # type: ignore[attr-defined]  # GrantQuerySet
    rows: Iterable[Grant] = current.order_by("group__name", "person__username", "pk")
    return rows


def _columns(visitor: Visitor, every: RowCount) -> dict[str, str]:
    """Return the names of the communes that have rows, by code, and of no commune last."""
    names = {shape.code: shape.name for shape in visible_communes(visitor)}
    ordered = sorted(every.by_commune, key=lambda code: (not code, names.get(code, code)))
    return {code: names.get(code, code) if code else _("hors commune") for code in ordered}


def _line(
    who: str,
    detail: str,
    rows: RowCount,
    every: RowCount,
    columns: Mapping[str, str],
    changes: RowCount = _NO_ROWS,
    *,
    is_group: bool = True,
) -> CommuneLine:
    counts = tuple(
        CommuneCount(
            name,
            count,
            NONE if not count else ALL if count == every.by_commune[code] else PART,
            changes.by_commune.get(code, 0),
        )
        for code, name in columns.items()
        for count in (rows.by_commune.get(code, 0),)
    )
    return CommuneLine(who, detail, rows.total, counts, is_group, changes.total)


@dataclass(frozen=True, slots=True)
class FieldReader:
    """A group or a person who reads a protected part, and whether by a grant that opens it."""

    name: str
    is_by_grant: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field or a relation: what protects it, in words, empty for nothing; who reads it, and how many accounts.

    ``writers`` are who has a grant in force that lets write it on some rows. ``name`` is what is reserved or opened to
    change its readers: the relation that a field is computed from.
    """

    name: str
    title: str
    is_relation: bool
    protection: str
    readers: tuple[FieldReader, ...]
    accounts: int
    writers: tuple[str, ...] = ()


def field_lines(visitor: Visitor, scope: Scope) -> list[FieldLine]:
    """Return the fields and relations of a layer that its manager reads, with their readers.

    Raises:
        TooSlow, TooCostly, Busy: the rows of the readers cannot be counted now.
    """
    own_groups = set(managed_groups(visitor).values_list("pk", flat=True))
    entries: dict[str, list[Group]] = {
        entry.name: sorted(entry.groups.all(), key=lambda group: group.name)
        for entry in scope.layer.protected.prefetch_related("groups")
    }
    opening: dict[str, list[FieldReader]] = {}
    writers: dict[str, list[str]] = {}
    written = {*stored_columns(scope), *(each.name for each in scope.relations)}
    for grant in _grants_in_force(visitor, scope.layer):
        who = recipient_words(grant, {})[0]
        for name in grant.fields:
            opening.setdefault(name, []).append(FieldReader(who, True))
        for name in written.intersection(grant.written_fields or written) if grant.writes else ():
            writers.setdefault(name, []).append(who)
    accounts = [reader.scope.readable_names for reader in layer_readers(visitor, scope.slug).readers]
    lines = []
    for part in scope.parts:
        guards = access.protections(scope.definition, part, dict.fromkeys(entries, frozenset()))
        groups = [
            FieldReader(group.name, False)
            for guard in guards
            for group in entries.get(guard.name, ())
            if visitor.is_administrator or group.pk in own_groups
        ]
        lines.append(
            FieldLine(
                name=next((guard.name for guard in guards), part.name),
                title=str(part.title),
                is_relation=isinstance(part, Relation),
                protection=_protection(part, guards, entries),
                readers=tuple(
                    dict.fromkeys([*groups, *(r for guard in guards for r in opening.get(guard.name, ()))])
                ),
                accounts=sum(part.name in names for names in accounts),
                writers=tuple(dict.fromkeys(writers.get(part.name, ()))),
            )
        )
    return lines


def _protection(
    part: Field | Relation, guards: Iterable[Field | Relation], entries: Mapping[str, object]
) -> str:
    """Say what protects a part: this page, the definition of the layer, or the relation that it is computed from."""
    words = []
    for guard in guards:
        if guard.name != part.name:
            words.append(_("calculé sur « %s », qui est réservé") % guard.title)
        elif guard.name in entries:
            words.append(_("réservé ici"))
        else:
            words.append(_("réservé par la couche elle-même"))
    return ", ".join(words)
