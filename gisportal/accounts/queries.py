"""Who sends a request: a token or a session with its account and groups, by one prepared read each.

Django writes such a statement for longer than PostgreSQL runs it, and each is a round trip: a token with its account
and groups took two, a session three.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gisportal.accounts.models import Token, User
from gisportal.accounts.tokens import digest_of
from layers.sql.prepared import prepared_rows

_GROUPS_OF_ACCOUNT = "SELECT group_id FROM accounts_user_groups WHERE user_id = %s"
_GROUPS = "ARRAY(SELECT group_id FROM accounts_user_groups WHERE user_id = account.id)"
_SESSION = """
SELECT session.session_key, session.session_data, session.expire_date, {columns}
FROM django_session AS session LEFT JOIN accounts_user AS account ON account.id = %s
WHERE session.session_key = %s AND session.expire_date > %s
"""
_ACCOUNT = "SELECT {columns} FROM accounts_user AS account WHERE account.id = %s"
_BY_DIGEST = """
SELECT {columns}
FROM accounts_token AS token JOIN accounts_user AS account ON account.id = token.user_id
WHERE token.digest = %s
"""


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """A token, whose ``user`` is read with it, and the groups of that account."""

    token: Token
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class AccountWithGroups:
    """An account, closed or not, and its groups, read together."""

    user: User
    groups: frozenset[int]


def account_with_groups(user_id: int) -> AccountWithGroups | None:
    """Return an account with its groups, now; None where there is none."""
    statement = _ACCOUNT.format(columns=_columns(account=User))
    return next((_account(row) for row in prepared_rows(statement, [user_id])), None)


def session_row(
    key: str, at: dt.datetime, user_id: int | None
) -> tuple[Sequence[Any], AccountWithGroups | None] | None:
    """Return the columns of a session that has not expired at an instant: its key, its data, when it expires.

    The account ``user_id``, which the session is believed to be of, is read with it. None without such a session.
    """
    statement = _SESSION.format(columns=_columns(account=User))
    for row in prepared_rows(statement, [user_id, key, at]):
        account = row[3:]
        return row[:3], None if account[0] is None else _account(account)
    return None


def _account(row: Sequence[Any]) -> AccountWithGroups:
    *values, groups = row
    return AccountWithGroups(User.from_db("default", _names(User), values), frozenset(groups))


def group_ids(user: User) -> frozenset[int]:
    """Return the groups of an account, now."""
    return frozenset(group for (group,) in prepared_rows(_GROUPS_OF_ACCOUNT, [user.pk]))


def token_of_text(text: str) -> TokenOwner | None:
    """Return the token whose text this is, dead or alive, with its account and the groups of that."""
    rows = prepared_rows(_BY_DIGEST.format(columns=_columns(token=Token, account=User)), [digest_of(text)])
    if not rows:
        return None
    names = _names(Token)
    token = Token.from_db("default", names, rows[0][: len(names)])
    account = _account(rows[0][len(names) :])
    token.user = account.user
    return TokenOwner(token, account.groups)


@cache
def _names(model: type[Token | User]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _columns(**models: type[Token | User]) -> str:
    """Return the columns of models, each by the alias of its table, and the groups of the account."""
    columns = (
        f'{alias}."{field.column}"'
        for alias, model in models.items()
        for field in model._meta.concrete_fields
    )
    return ", ".join((*columns, _GROUPS))
