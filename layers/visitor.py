"""The visitor: the value that every access decision starts from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum

from django.db.models import Q
from django.utils import timezone


def open_account(at: dt.datetime, *, path: str = "") -> Q:
    """Return the condition of accounts that open something at an instant: not closed, and not ended (end excluded).

    ``path`` leads to the account from another model: "author__".
    """
    is_unended = Q((f"{path}ends_at", None)) | Q((f"{path}ends_at__gt", at))
    return Q((f"{path}is_active", True)) & is_unended


class Credential(Enum):
    """How the visitor proved who they are."""

    NONE = "none"
    SESSION = "session"
    BASIC = "basic"
    LINK = "link"
    TOKEN = "token"  # noqa: S105  (the name of a way in, not a secret)
    SYSTEM = "system"


# The parameter of an address that may hold a personal token. It is taken off the request before any protocol reads it.
TOKEN_PARAMETER = "token"  # noqa: S105  (a parameter's name)

# The parameter of an address that says at which day plans are read. It is taken off the parameters as the token is.
PLAN_DATE_PARAMETER = "plan-date"


@dataclass(frozen=True, slots=True)
class PlanDay:
    """The day at which layers with versions in time are read.

    ``versions`` are the ids of the versions in force on it, empty where those are online: the rows of every day answer.
    """

    day: dt.date
    versions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkRights:
    """What a link without an account opens beside what is public: some layers, with the present rights of its author.

    ``author`` may not write. ``layers`` are slugs, ``dashboard`` that of the dashboard that the link opens, or empty.
    """

    author: Visitor
    layers: frozenset[str]
    dashboard: str = ""

    @property
    def key(self) -> tuple[Hashable, ...]:
        """All that these rights depend on, but the instant."""
        return (
            self.author.user_id,
            self.author.groups,
            self.author.is_administrator,
            self.layers,
            self.dashboard,
        )


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person or a machine at one instant.

    ``groups`` are ids of ``auth.Group``; ``portal`` is the INSEE code of the commune whose portal is asked, empty
    for the whole territory; ``instant`` is timezone-aware and decides which grants are in force. ``may_write`` is what
    the credential allows, whatever the rights of the account: a token may be for reading alone. ``link_token`` is the
    token that came in the address: links in the answer carry it, since such a client has no other way to send it.
    ``is_observed``: somebody who manages the portal looks at it as this person, who is not there: nothing is written
    for them, and what is theirs alone stays closed. ``client_key`` is what work is counted by: "token 3", "account 12",
    else the network of the client; empty when the work is nobody's. ``link``: what a visitor of the public reads beside
    by a link that they hold. ``plan``: the day at which they read plans, and write nothing; None for
    what is online.
    """

    instant: dt.datetime
    user_id: int | None = None
    username: str = ""
    groups: frozenset[int] = field(default_factory=frozenset)
    is_administrator: bool = False
    portal: str = ""
    credential: Credential = Credential.NONE
    may_write: bool = True
    link_token: str = field(default="", repr=False)
    is_observed: bool = field(default=False, compare=False)
    client_key: str = field(default="", repr=False, compare=False)
    link: LinkRights | None = None
    plan: PlanDay | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether the visitor did not sign in."""
        return self.user_id is None and not self.is_system

    @property
    def plan_parameters(self) -> dict[str, list[str]]:
        """The day of plans as a parameter of an address; nothing without one."""
        return {PLAN_DATE_PARAMETER: [self.plan.day.isoformat()]} if self.plan else {}

    @property
    def carried(self) -> dict[str, str]:
        """The parameters that links of an answer repeat: a token that came in the address, and the day of plans."""
        token = {TOKEN_PARAMETER: self.link_token} if self.link_token else {}
        return token | {name: values[0] for name, values in self.plan_parameters.items()}

    @property
    def is_system(self) -> bool:
        """Whether the portal itself acts: see ``system_visitor``."""
        return self.credential is Credential.SYSTEM


def system_visitor(instant: dt.datetime | None = None) -> Visitor:
    """Return the portal itself: a command typed on the server, a scheduled job, the demonstration.

    It may do what an administrator may, on the whole territory, and signs nothing: what it writes has no author.
    ``instant`` is timezone-aware; by default, now.
    """
    return Visitor(instant=instant or timezone.now(), is_administrator=True, credential=Credential.SYSTEM)


def public_of(visitor: Visitor) -> Visitor:
    """Return the public on the portal of a visitor, for pages framed by another site."""
    return Visitor(
        instant=visitor.instant, portal=visitor.portal, client_key=visitor.client_key, plan=visitor.plan
    )


def visitor_of(request: object) -> Visitor:
    """Return the visitor that the accounts' middleware put on a request, whatever the request's class.

    Raises:
        TypeError: there is none, or it is the system, which no request is.
    """
    visitor = getattr(request, "visitor", None)
    if not isinstance(visitor, Visitor) or visitor.is_system:
        raise TypeError("the request has no visitor: VisitorMiddleware did not run")
    return visitor
