"""Selections and aggregates for tests, asked by a person with the parameters of a request."""

from __future__ import annotations

from django.utils import timezone

from layers import access, queries
from layers.aggregates import AggregateResult, aggregate
from layers.parsing import parse_query
from layers.parsing.aggregates import parse_aggregate
from layers.queries import Selection
from layers.visitor import Visitor
from tests.people import PUBLIC, Person


def visitor(person: Person = PUBLIC, *, portal: str = "") -> Visitor:
    """Return the visitor that a person is."""
    if person.is_anonymous:
        return Visitor(instant=timezone.now(), portal=portal)
    account = person.account()
    return Visitor(
        instant=timezone.now(),
        user_id=account.pk,
        username=account.get_username(),
        groups=frozenset(account.groups.values_list("pk", flat=True)),
        is_administrator=person.is_administrator,
        portal=portal,
    )


def selected(slug: str, person: Person = PUBLIC, *, portal: str = "", **parameters: str) -> Selection:
    """Return what a person is answered."""
    scope = access.scope(visitor(person, portal=portal), slug)
    return queries.select(scope, parse_query({name: [value] for name, value in parameters.items()}))


def aggregated(slug: str, person: Person = PUBLIC, *, portal: str = "", **parameters: str) -> AggregateResult:
    """Return the aggregate that a person is answered."""
    selecting, asked = parse_aggregate({name: [value] for name, value in parameters.items()})
    return aggregate(queries.select(access.scope(visitor(person, portal=portal), slug), selecting), asked)
