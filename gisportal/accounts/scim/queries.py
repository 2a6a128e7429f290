"""Which accounts and groups a directory sees, and its filters (RFC 7644 §3.4.2.2): ``eq`` joined by ``and``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet
from scim2_models import InvalidFilterException

from gisportal.accounts.models import DirectoryAccount, DirectoryGroup, DirectoryToken, User
from gisportal.accounts.people.team import administering_groups
from gisportal.accounts.vocabulary import MAX_FILTER, AccountKind

_CONDITION = re.compile(
    r"""\s*(?P<name>[A-Za-z$][\w.:$-]*(?:\[\s*type\s+eq\s+"work"\s*\](?:\.value)?)?)\s+"""
    r"""(?P<operator>[A-Za-z]{2})\s+(?P<value>"(?:[^"\\]|\\.)*"|true|false)\s*""",
    re.IGNORECASE,
)
_AND = re.compile(r"and\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)")
_EMAILS = frozenset({"emails", "emails.value", 'emails[type eq "work"].value'})


def accounts_of(token: DirectoryToken) -> QuerySet[User]:
    """Select the accounts that a directory sees: agents and those it made, without those that administer.

    Elected people, towns and partners do not come from the directory of the authority. An account that it deleted is
    absent for it.
    """
    links = DirectoryAccount.objects.filter(token=token, user=OuterRef("pk"))
    administering = User.groups.through.objects.filter(
        user_id=OuterRef("pk"), group_id__in=administering_groups().values("pk")
    )
    permissions = User.user_permissions.through.objects.filter(user_id=OuterRef("pk"))
    return User.objects.filter(
        Q(kind=AccountKind.AGENT) | Exists(links),
        ~Exists(links.filter(removed_at__isnull=False)),
        ~Exists(administering),
        ~Exists(permissions),
        is_superuser=False,
    ).order_by("pk")


def groups_of(token: DirectoryToken) -> QuerySet[Group]:
    """Select the groups that are named to a directory and do not administer."""
    return token.groups.exclude(pk__in=administering_groups().values("pk")).order_by("pk")


def filter_accounts(token: DirectoryToken, text: str) -> QuerySet[User]:
    """Select the accounts of a directory that meet a filter.

    Raises:
        InvalidFilterException: the filter is not one of ``eq`` and ``and``, or names another attribute.
    """
    rows = accounts_of(token)
    for name, value in _conditions(text):
        if name == "username":
            rows = rows.filter(username__iexact=value)
        elif name == "id":
            rows = rows.filter(pk=_number(value))
        elif name == "externalid":
            rows = rows.filter(
                Exists(DirectoryAccount.objects.filter(token=token, user=OuterRef("pk"), external_id=value))
            )
        elif name in _EMAILS:
            rows = rows.filter(email__iexact=value)
        elif name == "active" and value in {"true", "false"}:
            rows = rows.filter(is_active=value == "true")
        else:
            raise InvalidFilterException(detail=f"{name} is no attribute that a filter may name")
    return rows


def filter_groups(token: DirectoryToken, text: str) -> QuerySet[Group]:
    """Select the groups of a directory that meet a filter.

    Raises:
        InvalidFilterException: as for accounts.
    """
    rows = groups_of(token)
    for name, value in _conditions(text):
        if name == "displayname":
            rows = rows.filter(name__iexact=value)
        elif name == "id":
            rows = rows.filter(pk=_number(value))
        elif name == "externalid":
            rows = rows.filter(
                Exists(DirectoryGroup.objects.filter(token=token, group=OuterRef("pk"), external_id=value))
            )
        elif name in {"members", "members.value"}:
            rows = rows.filter(user__pk=_number(value))
        else:
            raise InvalidFilterException(detail=f"{name} is no attribute that a filter may name")
    return rows


def _number(value: str) -> int:
    """Return the number of an object; 0, which is that of none, when the text is no number."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _conditions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the conditions of a filter: the attribute in lower case without its schema, and the value."""
    rest = text
    if len(text) > MAX_FILTER or "\x00" in text:
        raise InvalidFilterException(detail=f"a filter has at most {MAX_FILTER} characters, and no NUL")
    while rest.strip():
        match = _CONDITION.match(rest)
        if match is None:
            raise InvalidFilterException(detail=f"not a condition: {rest[:80]}")
        if match["operator"].lower() != "eq":
            raise InvalidFilterException(detail=f"the operator {match['operator']} is not supported: eq is")
        name = re.sub(r"\s+", " ", match["name"].lower()).rpartition(":")[2]
        value = match["value"]
        yield name, _ESCAPE.sub(r"\1", value[1:-1]) if value.startswith('"') else value.lower()
        rest = rest[match.end() :]
        if rest.strip():
            joined = _AND.match(rest)
            if joined is None or not rest[joined.end() :].strip():
                raise InvalidFilterException(detail=f"conditions are joined by and: {rest[:80]}")
            rest = rest[joined.end() :]
