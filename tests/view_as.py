"""A manager who views the portal as somebody, in a browser of the tests."""

from __future__ import annotations

import re

from django.test import Client

from tests.people import ADMINISTRATOR, Person

REASON = "ne voit pas le panneau des aires"
# What differs between two answers alike: the banner, the token of forms, the instant of an answer.
_VARIES = (
    re.compile(r'<section class="view-as".*?</section>', re.DOTALL),
    re.compile(r'name="csrfmiddlewaretoken" value="\w*"'),
    re.compile(r'"?timeStamp"?[=:]\s*"[^"]*"'),
)


def browser(person: Person, host: str = "localhost") -> Client:
    """Return the browser of somebody, signed in."""
    client = Client(headers={"host": host})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def view_as(person: Person, manager: Person = ADMINISTRATOR) -> Client:
    """Return the browser of a manager who views the portal as a person."""
    client = browser(manager)
    response = client.post(f"/gestion/personnes/{person.account().pk}/voir-comme/", {"reason": REASON})
    assert response.status_code == 302, response.status_code
    return client


def comparable(body: str) -> list[str]:
    """Return the lines of an answer without what differs between two requests of the same person."""
    for pattern in _VARIES:
        body = pattern.sub("", body)
    return [line for line in body.splitlines() if line.strip()]
