"""The index of the search in tests, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from explorer.search.queries import PAGE, search
from explorer.search.results import Results, parse_search
from layers.services.search_index import refresh_search
from tests.people import PUBLIC, Person


def index() -> list[str]:
    """Bring the index up to date, as the worker does, and return the layers that were indexed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come takes no trigger
    return refresh_search()


def results(text: str, person: Person = PUBLIC, *, portal: str = "") -> Results:
    """Search as a person."""
    return search(person.visitor(portal=portal), parse_search({"q": [text]}), PAGE)


def names(text: str, person: Person = PUBLIC, *, portal: str = "") -> list[str]:
    """Return the names of the features that a person finds, in their order."""
    found = results(text, person, portal=portal)
    return [hit.title for group in found.features for hit in group.hits]


def ids(found: Results) -> Iterable[int]:
    """Return the ids of the features that are listed."""
    return [hit.pk for group in found.features for hit in group.hits]
