"""Members of staff: people of the tests who enter the administration, with Django's permissions of their own."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from tests.people import Person

SITE = "/administration/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def permissions(*names: str) -> list[Permission]:
    """Return Django's permissions, each named as ``application.codename`` or ``application.*``."""
    found: list[Permission] = []
    for name in names:
        application, _dot, codename = name.partition(".")
        given = Permission.objects.filter(content_type__app_label=application)
        found += given if codename == "*" else given.filter(codename=codename)
    return found


def staff(person: Person, *names: str) -> Client:
    """Make somebody a member of staff who holds these permissions, and return their browser, signed in."""
    account = person.account()
    account.is_staff = True
    account.save()
    account.user_permissions.set(permissions(*names))
    return signed_in(person)


def signed_in(person: Person) -> Client:
    """Return the browser of somebody who signed in."""
    client = Client()
    client.force_login(person.account(), backend=BACKEND)
    return client


def text(response: Any) -> str:
    """Return the page of an answer."""
    return str(response.content, "utf-8")


def comparable(response: Any, *numbers: int) -> str:
    """Return the page of an answer without what differs at each visit, nor these numbers of objects."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(response))
    for number in numbers:
        page = page.replace(str(number), "")
    return page


def results(response: Any) -> set[str]:
    """Return the objects that a list of the administration holds, as they say themselves."""
    return {str(found) for found in response.context["cl"].result_list}


def blank(*prefixes: str) -> dict[str, str]:
    """Return the fields that say that the tables of a form hold nothing."""
    counts = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {f"{prefix}-{count}": "0" for prefix in prefixes for count in counts}


def told(response: Any) -> dict[str, list[str]]:
    """Return the errors of the form of a page, by field."""
    form = response.context["adminform"].form
    return {name: list(errors) for name, errors in form.errors.items()}
