"""Personal tokens, and the ways a tool sends one."""

from __future__ import annotations

import base64
from collections.abc import Callable

from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from tests.people import PLANNER, Person
from tests.protocols import Answer, get

Way = Callable[[str, str], Answer]


def made(person: Person, scope: TokenScope = TokenScope.READ, name: str = "essai") -> str:
    """Return the text of a new token."""
    return create_token(user=person.account(), name=name, scope=scope, days=30)[1]


def pair(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def by_bearer(path: str, text: str) -> Answer:
    return get(path, authorization=f"Bearer {text}")


def by_basic(path: str, text: str) -> Answer:
    return get(path, authorization=pair(PLANNER.name, text))


def by_name(path: str, text: str) -> Answer:
    return get(path, authorization=pair(text, ""))


def by_address(path: str, text: str) -> Answer:
    return get(f"{path}{'&' if '?' in path else '?'}token={text}")
