"""Make a version what is online, or the one before it again: rows by set, in the transaction of the caller.

The version online has its rows in the tables of versions too, as they are online: they are copied before anything
changes, since rows can be edited in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils.translation import gettext as _

from layers.errors import Busy
from layers.models import Commune
from layers.services.search_index import mark_stale
from layers.sql.advisory_locks import number_of
from layers.sql.limits import work_limit
from layers.visitor import Visitor
from plui.loading import sql
from plui.loading.access import plan_layers
from plui.loading.errors import VersionRefused
from plui.loading.queries import documents_online, online_version
from plui.loading.services.findings import plan_changed
from plui.models import TABLES, DocUrba, DocUrbaCom, PlanVersion
from plui.vocabulary import PlanState, PlanStep

_LOCK = "SELECT pg_try_advisory_xact_lock(%s, %s)"
_MOST_PASSES = 20


@contextmanager
def _writing_online(partition: str, visitor: Visitor, reason: str) -> Iterator[None]:
    """Write rows online under the name of the visitor, alone: another writer of the partition is refused.

    Raises:
        Busy: another version of the document is being put online.
    """
    author = {
        "user": visitor.user_id,
        "username": visitor.username,
        "credential": visitor.credential.value,
        "reason": reason,
    }
    with pghistory.context(**author), transaction.atomic(), work_limit("import"):
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [number_of("plui.loading"), number_of(partition)])
            if not cursor.fetchone()[0]:
                raise Busy(
                    _(
                        "Une autre version de ce document est mise en ligne en ce moment : recommencez ensuite."
                    ),
                    retry_after=10,
                )
        yield


def match_rows(version: PlanVersion) -> None:
    """Match the rows of a staged version with those online, which they will keep the identifiers of."""
    parameters = {"version": version.pk, "documents": documents_online(version.partition)}
    for live, twin in TABLES.values():
        sql.run(sql.forget_matches(twin), parameters)
        for step in sql.matching_steps(live, twin):
            for _pass in range(_MOST_PASSES):
                if not sql.run(step, parameters):
                    break


@transaction.atomic
def snapshot_online(*, partition: str, visitor: Visitor) -> PlanVersion | None:
    """Return the version online of a partition, its rows as they are online; None when nothing is.

    What was online before any package becomes a version.
    """
    documents = documents_online(partition)
    version = online_version(partition)
    if version is None:
        document = DocUrba.objects.filter(idurba__in=documents).order_by("datappro").last()
        if document is None:
            return None
        version = _first_version(document, partition)
    parameters = {"version": version.pk, "documents": documents}
    for live, twin in TABLES.values():
        for statement in sql.snapshot_steps(live, twin):
            sql.run(statement, parameters)
    return version


def _first_version(document: DocUrba, partition: str) -> PlanVersion:
    attributes = {
        field.name: str(getattr(document, field.attname))
        for field in DocUrba._meta.concrete_fields
        if field.name != "id"
    }
    return PlanVersion.objects.create(
        partition=partition,
        idurba=document.idurba,
        nomproc=document.nomproc,
        title=_("Document en ligne avant le premier paquet"),
        datappro=document.datappro,
        in_force_from=_day(document.datappro),
        state=PlanState.ONLINE,
        document=attributes,
        communes=sorted(DocUrbaCom.objects.filter(idurba=document).values_list("insee_id", flat=True)),
    )


def _day(c8: str) -> dt.date:
    """Return the first day that a C8 text may name; the first of the last century when it names none."""
    year, month, day = int(c8[:4]), int(c8[4:6]) or 1, int(c8[6:]) or 1
    try:
        return dt.date(year, month, day)
    except ValueError:
        return dt.date(1900, 1, 1)


def put_online(*, version: PlanVersion, visitor: Visitor) -> None:
    """Make a staged version what is online; the one that it replaces becomes a former one.

    Raises:
        VersionRefused: it is not staged, has no first day, or one before that of the version online.
        Busy: another version of the document is being put online.
    """
    with _writing_online(version.partition, visitor, _("Mise en ligne : %s") % version.title):
        locked = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if locked.state != PlanState.STAGED:
            raise VersionRefused(
                _("« %(title)s » ne peut pas être mise en ligne : elle est « %(state)s ».")
                % {"title": locked.title, "state": locked.get_state_display()}
            )
        base = snapshot_online(partition=locked.partition, visitor=visitor)
        start = version.in_force_from or visitor.instant.date()
        if base is not None and base.in_force_from is not None and start < base.in_force_from:
            raise VersionRefused(
                _("La version en ligne est en vigueur depuis le %(day)s : celle-ci ne peut pas l’être avant.")
                % {"day": base.in_force_from.strftime("%d/%m/%Y")},
                parameter="in_force_from",
            )
        if base is not None:
            base.state, base.in_force_until = PlanState.FORMER, start
            base.save(update_fields=["state", "in_force_until"])
        match_rows(locked)
        _write_online(locked)
        locked.state, locked.replaces, locked.published_at = PlanState.ONLINE, base, visitor.instant
        locked.in_force_from, locked.in_force_until = start, None
        locked.save(update_fields=["state", "replaces", "published_at", "in_force_from", "in_force_until"])
        _signal(locked, PlanStep.ONLINE, visitor)
    version.refresh_from_db()


def take_back(*, version: PlanVersion, visitor: Visitor) -> None:
    """Undo the publication of a version: the one before it is online again, without a last day; none, nothing is.

    What was edited in place since is in the rows of the undone version, and leaves with it.

    Raises:
        VersionRefused: it is not online.
        Busy: another version of the document is being put online.
    """
    with _writing_online(version.partition, visitor, _("Retour en arrière : %s") % version.title):
        locked = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if locked.state != PlanState.ONLINE:
            raise VersionRefused(
                _("« %(title)s » ne peut pas être annulée : elle est « %(state)s ».")
                % {"title": locked.title, "state": locked.get_state_display()}
            )
        snapshot_online(partition=locked.partition, visitor=visitor)
        former = locked.replaces
        if former is not None and former.state != PlanState.FORMER:
            former = None
        locked.state = PlanState.WITHDRAWN
        locked.save(update_fields=["state"])
        if former is None:
            _remove_online(locked.partition)
        else:
            _write_online(former)
            former.state, former.in_force_until = PlanState.ONLINE, None
            former.save(update_fields=["state", "in_force_until"])
        _signal(locked, PlanStep.UNDONE, visitor)
    version.refresh_from_db()


def _write_online(version: PlanVersion) -> None:
    """Make the rows online of a partition those of a version, with its document and its communes."""
    documents = documents_online(version.partition)
    _write_document(version)
    parameters: dict[str, Any] = {
        "version": version.pk,
        "documents": sorted({*documents, version.idurba}),
    }
    for live, twin in TABLES.values():
        sql.run(sql.numbering(live, twin), parameters | {"table": live._meta.db_table})
        for statement in sql.publication_steps(live, twin):
            sql.run(statement, parameters)
    _remove_documents([idurba for idurba in documents if idurba != version.idurba])
    _mark_layers()


def _write_document(version: PlanVersion) -> None:
    names = {field.name for field in DocUrba._meta.concrete_fields} - {"id", "idurba"}
    attributes = {name: value for name, value in version.document.items() if name in names}
    document = DocUrba.objects.filter(idurba=version.idurba).first() or DocUrba(idurba=version.idurba)
    if document.pk is None or any(getattr(document, name) != value for name, value in attributes.items()):
        for name, value in attributes.items():
            setattr(document, name, value)
        document.save()
    known = set(Commune.objects.filter(code__in=version.communes).values_list("code", flat=True))
    covered = set(DocUrbaCom.objects.filter(idurba=document).values_list("insee_id", flat=True))
    if covered - known:
        DocUrbaCom.objects.filter(idurba=document, insee__in=covered - known).delete()
    DocUrbaCom.objects.bulk_create(
        [DocUrbaCom(idurba=document, insee_id=code) for code in sorted(known - covered)]
    )


def _remove_documents(documents: list[str]) -> None:
    """Delete documents without rows: what is not online is a version."""
    DocUrbaCom.objects.filter(idurba__idurba__in=documents).delete()
    DocUrba.objects.filter(idurba__in=documents).delete()


def _remove_online(partition: str) -> None:
    documents = documents_online(partition)
    for live, _twin in TABLES.values():
        sql.run(sql.removal(live), {"documents": documents})
    _remove_documents(documents)
    _mark_layers()


def _mark_layers() -> None:
    for layer in plan_layers():
        mark_stale(layer.pk)


def _signal(version: PlanVersion, step: PlanStep, visitor: Visitor) -> None:
    detail = {"idurba": version.idurba, "in_force_from": str(version.in_force_from or "")}
    plan_changed.send(sender=PlanVersion, version=version, step=step, visitor=visitor, detail=detail)
