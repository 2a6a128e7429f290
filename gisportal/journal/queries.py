"""What is read of the journal as a whole: whether its chain holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection


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
