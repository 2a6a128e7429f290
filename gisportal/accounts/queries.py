"""Who sends a request: the token of a text with its account, and the groups of an account, by one prepared read each.

Django writes such a statement for longer than PostgreSQL runs it, and each is a round trip: a token with its account
and groups took two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gisportal.accounts.models import Token, User
from gisportal.accounts.tokens import digest_of
from layers.sql.prepared import prepared_rows

_GROUPS_OF_ACCOUNT = "SELECT group_id FROM accounts_user_groups WHERE user_id = %s"
_BY_DIGEST = """
SELECT {columns}, ARRAY(SELECT group_id FROM accounts_user_groups WHERE user_id = account.id)
FROM accounts_token AS token JOIN accounts_user AS account ON account.id = token.user_id
WHERE token.digest = %s
"""


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """A token, whose ``user`` is read with it, and the groups of that account."""

    token: Token
    groups: frozenset[int]


def group_ids(user: User) -> frozenset[int]:
    """Return the groups of an account, now."""
    return frozenset(group for (group,) in prepared_rows(_GROUPS_OF_ACCOUNT, [user.pk]))


def token_of_text(text: str) -> TokenOwner | None:
    """Return the token whose text this is, dead or alive, with its account and the groups of that."""
    rows = prepared_rows(_token_statement(), [digest_of(text)])
    if not rows:
        return None
    *values, groups = rows[0]
    names, names_of_account = _names(Token), _names(User)
    token = Token.from_db("default", names, values[: len(names)])
    token.user = User.from_db("default", names_of_account, values[len(names) :])
    return TokenOwner(token, frozenset(groups))


@cache
def _names(model: type[Token | User]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _token_statement() -> str:
    columns = [
        f'{alias}."{field.column}"'
        for alias, model in (("token", Token), ("account", User))
        for field in model._meta.concrete_fields
    ]
    return _BY_DIGEST.format(columns=", ".join(columns))
