"""An effective person for the requests of a manager's session: reading alone, for half an hour, with a reason.

The session stays that of the manager, and holds whom they view the portal as. Each request checks again that the person
may be viewed: rights that the person gains, or that the manager loses, end it. Tokens and passwords of machines are
never affected. The accounts' middleware puts the person on the request; see ``docs/adr/0068-view-as-and-links.md``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils import timezone

from dashboards.access import visible as visible_dashboards
from dashboards.models import Dashboard
from gisportal.accounts.access import manageable_accounts, managed_groups
from gisportal.accounts.models import User
from gisportal.accounts.queries import group_ids
from gisportal.accounts.sessions.services import rename_session
from layers.visitor import Credential, Visitor, open_account, visitor_of

DURATION = dt.timedelta(minutes=30)
REASON_MAX = 300
SESSION_KEY = "view_as"

# Sent with ``step`` (start, page, end, expiry), ``view_as`` and ``page``, the path of the page or nothing.
view_as_noted = Signal()


@dataclass(frozen=True, slots=True)
class ViewAs:
    """Who views the portal as whom, why, and until when (an aware instant, excluded)."""

    manager: User
    person: User
    reason: str
    until: dt.datetime


def viewable_accounts(visitor: Visitor) -> QuerySet[User]:
    """Select the accounts that a visitor may view the portal as: open ones that hold nothing the visitor does not.

    Never an administrator, nor the visitor; only members of their own groups for who is no administrator.
    """
    accounts = manageable_accounts(visitor).filter(open_account(visitor.instant), is_superuser=False)
    accounts = accounts.exclude(pk=visitor.user_id or 0)
    if visitor.is_administrator:
        return accounts
    members = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__in=managed_groups(visitor))
    other_dashboards = Dashboard.objects.exclude(pk__in=visible_dashboards(visitor).values("pk"))
    granted = Q(grants__person=OuterRef("pk")) | Q(grants__group__user=OuterRef("pk"))
    return accounts.filter(Exists(members), ~Exists(other_dashboards.filter(granted)))


def start_view_as(request: HttpRequest, *, person: User, reason: str) -> ViewAs:
    """View the portal as a person from the next request on; the caller checked ``viewable_accounts``."""
    manager, until = request.user, timezone.now() + DURATION
    assert isinstance(manager, User)
    view_as = ViewAs(manager, person, reason, until)
    with transaction.atomic():
        former = request.session.session_key or ""
        request.session.cycle_key()  # a key copied before opens nothing, neither as the person nor as the manager
        rename_session(former, request.session.session_key or "")
        request.session[SESSION_KEY] = {"person": person.pk, "reason": reason, "until": until.timestamp()}
        request.session.save()
        view_as_noted.send(ViewAs, step="start", view_as=view_as, page="")
    return view_as


def end_view_as(request: HttpRequest, *, step: str = "end") -> User | None:
    """Give a session back to its manager alone; return the person that it viewed the portal as, if it did."""
    stored = request.session.pop(SESSION_KEY, None)
    if stored is None:
        return None
    person = User.objects.filter(pk=stored["person"]).first()
    if person is not None and isinstance(request.user, User):
        view_as_noted.send(ViewAs, step=step, view_as=_view_as(request.user, person, stored), page="")
    return person


def observe(request: HttpRequest) -> ViewAs | None:
    """Make a request that of the person whom its session views the portal as; None for everybody else's requests.

    Replaces ``request.user`` and ``request.visitor``, which are the manager's before. What is over ends here.
    """
    manager, visitor = request.user, visitor_of(request)
    if visitor.credential is not Credential.SESSION or not isinstance(manager, User):
        return None
    stored = request.session.get(SESSION_KEY)
    if stored is None or getattr(request, "is_restricted", False):
        return None
    person = viewable_accounts(visitor).filter(pk=stored["person"]).first()
    if person is None or visitor.instant.timestamp() >= stored["until"]:
        end_view_as(request, step="expiry")
        return None
    view_as = _view_as(manager, person, stored)
    request.user = person
    request.view_as = view_as  # type: ignore[attr-defined]  # no typed place in Django
    request.visitor = Visitor(  # type: ignore[attr-defined]  # same
        instant=visitor.instant,
        user_id=person.pk,
        username=person.get_username(),
        groups=group_ids(person),
        portal=visitor.portal,
        credential=Credential.SESSION,
        is_observed=True,
        client_key=visitor.client_key,
    )
    return view_as


def view_as_of(request: object) -> ViewAs | None:
    """Return whom a request is viewed as, None when it is that of its own sender."""
    view_as = getattr(request, "view_as", None)
    return view_as if isinstance(view_as, ViewAs) else None


def note_page(view_as: ViewAs, page: str) -> None:
    """Record a page that was opened as a person."""
    view_as_noted.send(ViewAs, step="page", view_as=view_as, page=page)


def _view_as(manager: User, person: User, stored: dict[str, Any]) -> ViewAs:
    return ViewAs(manager, person, stored["reason"], dt.datetime.fromtimestamp(stored["until"], dt.UTC))


@receiver(user_logged_out, dispatch_uid="accounts.view_as.end")
def _end_with_session(request: HttpRequest | None, **_named: Any) -> None:
    """End with the session, by its owner or for lack of activity."""
    if request is not None and hasattr(request, "session"):
        end_view_as(request)
