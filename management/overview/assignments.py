"""Who takes care of what waits: taken, released, each journaled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from layers.errors import InvalidParameter
from layers.visitor import Visitor
from management.models import Assignment


@dataclass(frozen=True, slots=True)
class Assignee:
    """A person who takes care of a row: their name, its first letter, and whether it is the visitor."""

    user_id: int
    name: str

    @property
    def letter(self) -> str:
        """The first letter of the name."""
        return self.name[:1].upper()


def assignees(subjects: Iterable[str]) -> dict[str, Assignee]:
    """Return who takes care of rows, by subject; one statement."""
    rows = Assignment.objects.filter(subject__in=list(subjects)).select_related("user")
    return {
        row.subject: Assignee(row.user_id, row.user.get_short_name() or row.user.get_username())
        for row in rows
    }


@transaction.atomic
def assign(visitor: Visitor, subject: str) -> Assignee | None:
    """Have a visitor take care of a row; return who does already, None when nobody did."""
    row, is_new = Assignment.objects.select_related("user").get_or_create(
        subject=subject, defaults={"user_id": visitor.user_id or 0}
    )
    if is_new:
        record(Event.ADMINISTRATION, subject=subject, action="assigned")
        return None
    return Assignee(row.user_id, row.user.get_short_name() or row.user.get_username())


@transaction.atomic
def release(visitor: Visitor, subject: str) -> None:
    """Release a row, by who takes care of it or by an administrator.

    Raises:
        InvalidParameter: nobody does, or somebody else.
    """
    rows = Assignment.objects.filter(subject=subject)
    own = rows if visitor.is_administrator else rows.filter(user_id=visitor.user_id or 0)
    if not own.delete()[0]:
        raise InvalidParameter(_("Vous ne vous occupez pas de cela."), parameter="sujet")
    record(Event.ADMINISTRATION, subject=subject, action="released")
