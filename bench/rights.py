"""``./portal bench rights``: pages of access with 500 layers, 200 groups, 5,000 accounts and 20,000 grants.

Times are those of answers, with the database, in this process; each person of the catalogue asks once, so that nothing
of their rights is cached. The processor is what both processes took, whoever shares the cores.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from statistics import median

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.sql import SQL

from bench.catalogue import GROUND, TERRITORY, THEME
from bench.creation import create, publish_files
from bench.figures import Figure, by_length, in_time, part
from bench.processor_times import processor_ms
from bench.search import data as rows
from bench.search.data import LAYERS
from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.models import User
from gisportal.warm_up import load_libraries, warm_up
from layers import access
from layers.cache import clear_caches
from layers.models import Grant, Layer, ProtectedField, Theme
from layers.services.catalogue import ThemeEntry, publish_layers
from layers.visitor import Visitor
from layers.vocabulary import Visibility

GROUPS, ACCOUNTS, GRANTS, OPEN_LAYERS, THEMES = 200, 5_000, 20_000, 100, 20
_PROTECTED = 150
_TURNS, _BRIEF_TURNS, _WARM = 25, 9, 2
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_ROWS = ("", "", "", "commune_id = '92048'", "commune_id IN ('92012', '92072')", "remarque LIKE '%public%'")
_SEEDED = f"searched layers, {GROUPS} {ACCOUNTS} {GRANTS} {OPEN_LAYERS} {THEMES} {_PROTECTED} {_ROWS}"
# Milliseconds at most, by page of the team; {layer} is internal, {person} has grants.
PAGES = {
    "Who reads a layer (Qui lit)": ("/gestion/acces/sur/{layer}/lecteurs/", 500),
    "What a person reads (Que lit)": ("/gestion/personnes/{person}/acces/", 300),
    "List of people": ("/gestion/personnes/", 300),
    "List of accesses": ("/gestion/acces/", 300),
    "First page of management": ("/gestion/", 500),
}
_CATALOGUE_MS, _SCOPE_MS, _SCOPE_STATEMENTS = 150, 5, 3


def prepare() -> None:
    """Fill the layers, then groups, accounts and grants, in a new database unless they are there."""
    create()
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('layers_grant'::regclass)")
        is_filled = cursor.fetchone()[0] == _SEEDED
    if not is_filled:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # that of PostgreSQL alone
        create(anew=True)
        call_command("migrate", verbosity=0)
    publish_layers(themes=[THEME, TERRITORY], definitions=(*GROUND.all(), *LAYERS.all()))
    if not is_filled:
        rows.fill()
        _fill()
    publish_files()


def _fill() -> None:
    chance, now = random.Random(35), timezone.now()  # noqa: S311  (names of a benchmark)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        groups = Group.objects.bulk_create(Group(name=f"Groupe {number:03}") for number in range(GROUPS))
        accounts = User.objects.bulk_create(
            User(
                username=f"compte-{number:04}",
                first_name="Prénom",
                last_name=chance.choice(rows.NAMES),
                email=f"compte-{number:04}@example.org",
            )
            for number in range(ACCOUNTS)
        )
        memberships = (
            (account, group) for account in accounts for group in chance.sample(groups, chance.randint(1, 4))
        )
        links = User.groups.through
        links.objects.bulk_create(
            links(user_id=account.pk, group_id=group.pk) for account, group in memberships
        )
        publish_layers(
            themes=[
                ThemeEntry(f"theme-{number:02}", f"Thème {number:02}", "t-territory", "map", 30 + number)
                for number in range(THEMES)
            ],
            definitions=(),
        )
        themes = list(Theme.objects.filter(slug__startswith="theme-"))
        layers = list(Layer.objects.filter(slug__startswith="bench-search").order_by("slug"))
        for number, layer in enumerate(layers):
            layer.theme = themes[number % THEMES]
            layer.visibility = Visibility.OPEN if number < OPEN_LAYERS else Visibility.INTERNAL
        Layer.objects.bulk_update(layers, ["theme", "visibility"])
        protected = ProtectedField.objects.bulk_create(
            ProtectedField(layer=layer, name="remarque") for layer in chance.sample(layers, _PROTECTED)
        )
        for entry in protected:
            entry.groups.set(chance.sample(groups, 3))
        Grant.objects.bulk_create(
            _grant(chance, number, now, groups, accounts, themes, layers) for number in range(GRANTS)
        )
        cursor.execute(SQL("COMMENT ON TABLE layers_grant IS {}").format(_SEEDED))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _grant(
    chance: random.Random,
    number: int,
    now: dt.datetime,
    groups: Sequence[Group],
    accounts: Sequence[User],
    themes: Sequence[Theme],
    layers: Sequence[Layer],
) -> Grant:
    """Return a grant: three in five of a group, one in a hundred on a theme, one in ten for a time."""
    is_of_group, is_on_theme = chance.random() < 0.6, number % 100 == 0
    begins = now - dt.timedelta(days=chance.randint(1, 300))
    is_dated = number % 10 == 0
    return Grant(
        group=chance.choice(groups) if is_of_group else None,
        person=None if is_of_group else chance.choice(accounts),
        theme=chance.choice(themes) if is_on_theme else None,
        layer=None if is_on_theme else chance.choice(layers),
        rows=chance.choice(_ROWS),
        fields=["remarque"] if not is_on_theme and number % 7 == 0 else [],
        can_add=number % 20 == 0,
        can_change=number % 20 == 0,
        can_delete=number % 20 == 0,
        valid_from=begins if is_dated else None,
        valid_until=begins + dt.timedelta(days=chance.randint(30, 600)) if is_dated else None,
    )


def measures() -> Iterator[Figure]:
    """Measure the catalogue and the scopes of persons, the pages of the team, and what a written grant costs."""
    warm_up()
    load_libraries()
    yield from part("catalogue", _catalogue)
    yield from part("scopes", _scopes)
    yield from part("pages", _pages)
    yield from part("writes", _writes)


def _people(count: int, *, after: int) -> list[User]:
    """Return accounts that have a grant of their own, each time others."""
    granted = Grant.objects.filter(person__isnull=False).values("person")
    return list(User.objects.filter(pk__in=granted).order_by("username")[after : after + count])


# The middleware is loaded once, as in a server: WhiteNoise lists every file.
_HANDLER = ClientHandler()


def _client(account: User | None = None) -> Client:
    client = Client(headers={"host": settings.PORTAL_AUTHORITIES[0]})
    client.handler = _HANDLER
    if account is not None:
        client.force_login(account, backend=_BACKEND)
    return client


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def _milliseconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000


def _figure(name: str, bound: float, asks: Sequence[Callable[[], object]]) -> Figure:
    """Measure each question once by the clock and by the processor: the next one of the same kind."""
    times = [_milliseconds(ask) for ask in asks[::2]]
    processor = [processor_ms(ask) for ask in asks[1::2]]
    with CaptureQueriesContext(connection) as captured:
        asks[0]()
    measured = f"{median(times):.0f} ms, at most {max(times):.0f}; processor {median(processor):.0f}"
    return Figure(
        name, f"≤ {bound:g} ms", f"{measured}; {len(captured)} statements", in_time(median(times), bound)
    )


def _catalogue() -> Iterator[Figure]:
    turns = by_length(_TURNS, _BRIEF_TURNS)
    clients = [_client(account) for account in _people(2 * turns + _WARM, after=0)]
    for client in clients[:_WARM]:
        _get(client, "/catalogue/")
    asks = [partial(_get, client, "/catalogue/") for client in clients[_WARM:]]
    yield _figure("Catalogue, first page of a person", _CATALOGUE_MS, asks)


def _scopes() -> Iterator[Figure]:
    accounts = User.objects.filter(pk__in=[each.pk for each in _people(60, after=200)])
    visitors = visitors_of_accounts(accounts, instant=timezone.now(), portal="")
    readable = [(visitor, slug) for visitor in visitors if (slug := _internal_layer(visitor))]
    with CaptureQueriesContext(connection) as captured:
        access.scope(*readable[0])
    times = [_milliseconds(partial(access.scope, *pair)) for pair in readable]
    yield Figure(
        "A scope",
        f"≤ {_SCOPE_MS} ms, ≤ {_SCOPE_STATEMENTS} statements",
        f"{median(times):.1f} ms, at most {max(times):.1f}; {len(captured)} statements",
        in_time(median(times), _SCOPE_MS, len(captured) <= _SCOPE_STATEMENTS),
    )


def _internal_layer(visitor: Visitor) -> str:
    """Return an internal layer that a visitor reads by a grant of their own, empty where there is none."""
    grants = Grant.objects.filter(person=visitor.user_id, layer__visibility=Visibility.INTERNAL)
    slugs = grants.in_force(at=visitor.instant).values_list("layer__slug", flat=True)
    return next(iter(slugs), "")


def _pages() -> Iterator[Figure]:
    administrator, _is_new = User.objects.get_or_create(
        username="producteur", is_superuser=True, is_staff=True
    )
    client, turns = _client(administrator), by_length(_TURNS, _BRIEF_TURNS)
    layers = list(
        Layer.objects.filter(visibility=Visibility.INTERNAL)
        .annotate(count=Count("grants"))
        .order_by("-count", "slug")
        .values_list("slug", flat=True)[: 2 * turns + _WARM]
    )
    people = _people(2 * turns + _WARM, after=400)
    for name, (address, bound) in PAGES.items():
        addresses = [
            address.format(layer=layer, person=person.pk)
            for layer, person in zip(layers, people, strict=True)
        ]
        for warm in islice(addresses, _WARM):
            _get(client, warm)
        asks = [partial(_get, client, path) for path in addresses[_WARM:]]
        yield _figure(name, bound, asks)


def _writes() -> Iterator[Figure]:
    """Measure pages of readers just before and just after a grant of a group, which is none of theirs, is written."""
    turns = by_length(_TURNS, _BRIEF_TURNS)
    accounts = _people(turns, after=600)
    own = set(User.groups.through.objects.filter(user__in=accounts).values_list("group_id", flat=True))
    clients = [_client(), *map(_client, accounts)]
    group, layer = Group.objects.create(name="Groupe sans membre"), Layer.objects.order_by("slug")[0]
    assert group.pk not in own
    clear_caches()
    for address in ("/", "/catalogue/"):
        for client in clients:
            _get(client, address)
        cached = [processor_ms(partial(_get, client, address)) for client in clients]
        written = _milliseconds(partial(Grant.objects.create, group=group, layer=layer))
        first, *others = (processor_ms(partial(_get, client, address)) for client in clients)
        again = [processor_ms(partial(_get, client, address)) for client in clients]
        yield Figure(
            f"After a grant is written ({written:.0f} ms), {address}, processor",
            "",
            f"public {first:.0f} ms, a person {median(others):.0f}; "
            f"cached {median(cached):.0f}, then {median(again):.0f}",
        )
    group.delete()
