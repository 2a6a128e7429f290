"""The list of people: what is searched and filtered, its counts, and its pages by key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from gisportal.accounts.access import managed_groups
from gisportal.accounts.models import User
from gisportal.accounts.people.team import team
from gisportal.accounts.vocabulary import AccountKind
from layers.errors import InvalidParameter
from layers.models import Grant
from layers.visitor import Visitor, open_account

PAGE_ROWS = 50
MAX_SEARCH = 100
ENDING_DAYS, ASLEEP_DAYS = 60, 90
STATES = ("actifs", "invites", "endormis", "finissent", "desactives")
SIGN_INS = ("semaine", "mois", "trimestre", "avant", "jamais")
FACTORS = ("aucun", "application", "cle", "fournisseur")
# When accounts end: within so many days, over already, never.
ENDS = ("semaine", "mois", "trimestre", "passee", "sans")
_DAYS = {"semaine": 7, "mois": 31, "trimestre": 92}
# Parameters of the list, and of its file.
PARAMETERS = ("q", "groupe", "type", "organisme", "etat", "venue", "facteur", "fin")


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the list is narrowed to; an empty text or None narrows nothing."""

    text: str = ""
    group: int | None = None
    kind: str = ""
    organisation: str = ""
    state: str = ""
    sign_in: str = ""
    factor: str = ""
    end: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == PeopleFilters()


def parse_filters(values: Mapping[str, str]) -> PeopleFilters:
    """Return the filters of an address.

    Raises:
        InvalidParameter: a value is none of its list; ``parameter`` names it.
    """
    group = values.get("groupe", "")
    if group and not (group.isdecimal() and len(group) < 10):
        raise InvalidParameter(_("Aucun groupe n’a ce numéro."), parameter="groupe")
    text = values.get("q", "").strip()
    if len(text) > MAX_SEARCH or "\x00" in text:
        raise InvalidParameter(_("La recherche a au plus %d caractères.") % MAX_SEARCH, parameter="q")
    return PeopleFilters(
        text=text,
        group=int(group) if group else None,
        kind=_one_of(values, "type", AccountKind.values),
        organisation=values.get("organisme", "").replace("\x00", ""),
        state=_one_of(values, "etat", STATES),
        sign_in=_one_of(values, "venue", SIGN_INS),
        factor=_one_of(values, "facteur", FACTORS),
        end=_one_of(values, "fin", ENDS),
    )


def _one_of(values: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    value = values.get(name, "")
    if value and value not in choices:
        words = {"value": value[:40], "choices": ", ".join(choices)}
        raise InvalidParameter(_("« %(value)s » n’est aucun de : %(choices)s.") % words, parameter=name)
    return value


def people(visitor: Visitor, filters: PeopleFilters) -> QuerySet[User]:
    """Select the accounts that a visitor manages and that meet the filters, by name.

    Each has ``next_end``, the next end of the account or of one of its rights, ``has_app``, ``has_key``,
    ``has_provider``.
    """
    now = visitor.instant
    rows = _annotated(team(visitor), now)
    for word in filters.text.split():
        rows = rows.filter(_matches(word))
    if filters.group is not None:
        rows = rows.filter(Exists(_links(managed_groups(visitor).filter(pk=filters.group))))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.organisation:
        rows = rows.filter(organisation=filters.organisation)
    if filters.state:
        rows = rows.filter(_state(filters.state, now))
    rows = rows.filter(_sign_in(filters.sign_in, now), _factor(filters.factor), _end(filters.end, now))
    return rows.order_by("last_name", "first_name", "pk")


def _annotated(rows: QuerySet[User], now: dt.datetime) -> QuerySet[User]:
    ends = Grant.objects.filter(valid_until__gt=now).order_by("valid_until").values("valid_until")
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    return rows.annotate(
        # One index each: with both conditions in one subquery, every grant is read for every account.
        next_end=Least(
            "ends_at",
            Subquery(ends.filter(person=OuterRef("pk"))[:1]),
            Subquery(ends.filter(group__user=OuterRef("pk"))[:1]),
        ),
        has_app=Exists(factors.filter(type=Authenticator.Type.TOTP)),
        has_key=Exists(factors.filter(type=Authenticator.Type.WEBAUTHN)),
        has_provider=Exists(SocialAccount.objects.filter(user=OuterRef("pk"))),
    )


def _links(groups: QuerySet[Group]) -> QuerySet[Any]:
    links: QuerySet[Any] = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__in=groups)
    return links


def _matches(word: str) -> Q:
    """Return what a word of the search is looked for in: names, addresses, organisation and groups."""
    groups = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__name__icontains=word)
    return (
        Q(first_name__icontains=word)
        | Q(last_name__icontains=word)
        | Q(email__icontains=word)
        | Q(username__icontains=word)
        | Q(organisation__icontains=word)
        | Q(Exists(groups))
    )


def _state(name: str, now: dt.datetime) -> Q:
    """Return the condition of a state; an invited account has not chosen its password."""
    is_invited = Q(invited_at__isnull=False, last_login=None, is_active=True)
    return {
        "actifs": Q(is_active=True, last_login__isnull=False),
        "invites": is_invited,
        "endormis": Q(is_active=True, last_login__lt=now - dt.timedelta(days=ASLEEP_DAYS)),
        "finissent": _ending(now, before=now + dt.timedelta(days=ENDING_DAYS)),
        "desactives": Q(is_active=False),
    }[name]


def _ending(now: dt.datetime, *, before: dt.datetime) -> Q:
    """Return the condition of the open accounts whose ``next_end`` is before an instant."""
    grants = Grant.objects.filter(valid_until__gt=now, valid_until__lt=before)
    groups = grants.filter(group__isnull=False).values("group")
    members = User.groups.through.objects.filter(group__in=groups).values("user")
    of_grants = Q(pk__in=grants.filter(person__isnull=False).values("person")) | Q(pk__in=members)
    return open_account(now) & (Q(ends_at__lt=before) | of_grants)


def _sign_in(name: str, now: dt.datetime) -> Q:
    if not name:
        return Q()
    if name == "jamais":
        return Q(last_login=None)
    if name == "avant":
        return Q(last_login__lt=now - dt.timedelta(days=_DAYS["trimestre"]))
    return Q(last_login__gte=now - dt.timedelta(days=_DAYS[name]))


def _end(name: str, now: dt.datetime) -> Q:
    """Return the condition of an end of the account itself, not of its rights; none without a name."""
    if not name:
        return Q()
    if name == "sans":
        return Q(ends_at=None)
    if name == "passee":
        return Q(ends_at__lte=now)
    return Q(ends_at__gt=now, ends_at__lte=now + dt.timedelta(days=_DAYS[name]))


def _factor(name: str) -> Q:
    if not name:
        return Q()
    flags = {"application": Q(has_app=True), "cle": Q(has_key=True), "fournisseur": Q(has_provider=True)}
    return flags.get(name, Q(has_app=False, has_key=False, has_provider=False))


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list: its rows with their groups, how many there are in all, and the key of the next page."""

    rows: list[User]
    total: int
    next_key: int | None


def page_of_people(rows: QuerySet[User], *, after: str) -> PeoplePage:
    """Return the page that follows the account whose number is ``after``, the first one when it is empty.

    Raises:
        InvalidParameter: ``after`` is the number of no account of the list.
    """
    total = rows.count()
    if after:
        last = rows.filter(pk=after).first() if after.isdecimal() and len(after) < 10 else None
        if last is None:
            raise InvalidParameter(
                _("La page commence après un compte qui n’est plus dans la liste."), parameter="apres"
            )
        same_name = Q(last_name=last.last_name, first_name=last.first_name, pk__gt=last.pk)
        same_family = Q(last_name=last.last_name, first_name__gt=last.first_name)
        rows = rows.filter(Q(last_name__gt=last.last_name) | same_family | same_name)
    page = list(rows.prefetch_related("groups")[: PAGE_ROWS + 1])
    has_more = len(page) > PAGE_ROWS
    return PeoplePage(page[:PAGE_ROWS], total, page[PAGE_ROWS - 1].pk if has_more else None)


def state_counts(visitor: Visitor) -> dict[str, int]:
    """Return how many of the accounts that a visitor manages are in each state, and all of them as ``tous``."""
    now = visitor.instant
    counts = {name: Count("pk", filter=_state(name, now)) for name in STATES}
    counted: dict[str, int] = _annotated(team(visitor), now).aggregate(tous=Count("pk"), **counts)
    return counted


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group with how many of its members the visitor manages."""

    pk: int
    name: str
    members: int


def group_counts(visitor: Visitor) -> list[GroupCount]:
    """Return the groups that a visitor manages, by name."""
    links = User.groups.through.objects.filter(user_id__in=team(visitor).values("pk"))
    members = dict(links.values_list("group").annotate(Count("pk")))
    groups = managed_groups(visitor).order_by("name").values_list("pk", "name")
    return [GroupCount(pk, name, members.get(pk, 0)) for pk, name in groups]


def organisations(visitor: Visitor) -> list[str]:
    """Return the organisations of the accounts that a visitor manages."""
    names = team(visitor).exclude(organisation="").values_list("organisation", flat=True)
    return sorted(set(names))
