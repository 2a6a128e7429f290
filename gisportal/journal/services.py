"""Write to the journal. An event of a request has its author and origin, by ``JournalMiddleware``.

An entry is in the transaction of its event. An entry of a failing request (a refused sign-in) waits for the end of
the request when a transaction is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from gisportal.accounts.models import User
from gisportal.accounts.view_as.services import view_as_of
from gisportal.client_address import client_address
from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from layers.visitor import Visitor

_SUBJECT_LENGTH = 200
_ADDRESS_LENGTH = 45


@dataclass(slots=True)
class _Origin:
    """The request that things happen in, what waits for its end, and what was recorded about: subjects."""

    request: HttpRequest
    waiting: list[JournalEntry] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)


_origin: ContextVar[_Origin | None] = ContextVar("journal_origin", default=None)


@contextmanager
def origin(request: HttpRequest) -> Iterator[None]:
    """Give the entries of this block the author and the address of a request; write at the end those that wait."""
    current = _Origin(request)
    before = _origin.set(current)
    try:
        yield
    finally:
        _origin.reset(before)
        for entry in current.waiting:
            entry.save(force_insert=True)


def record(
    event: Event,
    *,
    subject: str = "",
    user: User | None = None,
    survives_rollback: bool = False,
    **detail: Any,
) -> None:
    """Write what happened to the journal.

    ``user`` is who did it, by default who asks; ``survives_rollback`` lets the entry stay when the transaction fails.
    """
    current = _origin.get()
    if current is not None:
        current.subjects.add(subject)
    request = current.request if current else None
    visitor = getattr(request, "visitor", None)
    entry = JournalEntry(
        event=event,
        subject=subject[:_SUBJECT_LENGTH],
        detail=detail,
        address=client_address(request)[:_ADDRESS_LENGTH] if request else "",
        portal=visitor.portal if isinstance(visitor, Visitor) else "",
    )
    view_as = view_as_of(request)
    if view_as is not None:  # both names: who acts, and as whom
        user, entry.detail["viewed_as"] = view_as.manager, view_as.person.get_username()
    entry.actor_id, entry.actor_name = _actor(user, request)
    if survives_rollback and current is not None and connection.in_atomic_block:
        current.waiting.append(entry)
    else:
        entry.save(force_insert=True)


def purge(*, months: int) -> int:
    """Remove the entries older than ``months`` (six at least, which the database sees to); return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_purge(make_interval(months => %s))", [months])
        return int(cursor.fetchone()[0])


def name_digest(name: str) -> str:
    """Return the digest stored for an unknown name, which may be a password typed in the wrong place."""
    return salted_hmac("gisportal.journal.name", name.strip().casefold(), algorithm="sha256").hexdigest()[:32]


def is_recorded(subject: str) -> bool:
    """Whether an entry about this subject was recorded in the request that things happen in."""
    current = _origin.get()
    return current is not None and subject in current.subjects


def current_request() -> HttpRequest | None:
    """Return the request that things happen in, None in a command or a task."""
    current = _origin.get()
    return current.request if current else None


def _actor(user: User | None, request: HttpRequest | None) -> tuple[int | None, str]:
    actor = user or getattr(request, "user", None)
    if isinstance(actor, User) and actor.pk is not None:
        return actor.pk, actor.get_username()
    return None, ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The state of the chain: how many entries, the last one, and the first that is broken (0 and empty for none).

    ``fault`` is ``changed``, ``missing before`` or ``replaced before``.
    """

    entries: int
    last: int
    digest: str
    broken: int = 0
    fault: str = ""


def chain() -> Chain:
    """Verify every entry against its digest and the one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, fault FROM journal_first_broken()")
        broken, fault = cursor.fetchone() or (0, "")
        cursor.execute(
            "SELECT (SELECT count(*) FROM journal_journalentry WHERE number IS NOT NULL), number, digest"
            " FROM journal_journalentry WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1"
        )
        entries, last, digest = cursor.fetchone() or (0, 0, "")
    return Chain(entries, last, digest, broken, fault)
