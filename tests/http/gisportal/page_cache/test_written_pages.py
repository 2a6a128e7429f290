"""After each kind of write every cached page is what it would be without the cache, for everybody, at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from amenities.models import Playground
from dashboards.models import Dashboard, DashboardGrant, Favourite
from explorer.models import FeatureReport
from heritage.models import RemarkableTree
from layers.models import Commune, Grant, Layer, ProtectedField, Theme
from tests import factories
from tests.dashboards import dashboard
from tests.examples import is_thorough
from tests.people import ADMINISTRATOR, EVERYBODY, GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World, grant, protect

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
# Address, and host. The map is cached for the public alone.
Place = tuple[str, str]
HOME, HOME_OF_MEUDON = ("/", "localhost"), ("/", "meudon.localhost")
CATALOGUE, MAP = ("/catalogue/", "localhost"), ("/carte/", "localhost")
PAGE_OF_TREES, PAGE_OF_GARDENS = ((f"/catalogue/{slug}/", "localhost") for slug in (TREES, PLAYGROUNDS))
SHEET = ("SHEET", "localhost")
BOARDS, BOARD = ("/tableaux-de-bord/", "localhost"), ("/tableaux-de-bord/arbres/", "localhost")
PAGES = (HOME, HOME_OF_MEUDON, CATALOGUE, PAGE_OF_TREES, PAGE_OF_GARDENS, SHEET, MAP, BOARDS, BOARD)
ON_GARDENS = (HOME, CATALOGUE, PAGE_OF_GARDENS, SHEET)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# By no right, by a group, by a group that reads more fields, by every right; everybody under ``--thorough``.
OF_A_LAYER = (PUBLIC, PLANNER, GARDENER, ADMINISTRATOR)


@dataclass(frozen=True)
class Write:
    """What changes; ``prepare`` comes before the pages are cached, ``people`` are those who may see a difference.

    ``pages`` are those which differ: what a write does not change cannot be outdated by it, and is read under
    ``--thorough``.
    ``alike`` names a write of the same table, which the same trigger counts (``test_counters``): one of them is made,
    and all under ``--thorough``.
    """

    change: Callable[[World], object]
    people: tuple[Person, ...] = (PUBLIC, PLANNER)
    prepare: Callable[[World], object] | None = None
    later: dt.timedelta = dt.timedelta(0)
    alike: str = ""
    pages: tuple[Place, ...] = ON_GARDENS


def _layer(slug: str, **values: object) -> int:
    return Layer.objects.filter(slug=slug).update(**values)


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _protect_late(_world: World) -> None:
    ProtectedField.objects.get(layer__slug=TREES, name="matricule").groups.add(
        Group.objects.get(name="Urbanisme")
    )


def _report(world: World) -> None:
    pk = world.trees["Cedre-Meudon"].pk
    FeatureReport.objects.create(layer=TREES, feature=pk, category="danger", message="Branche cassée")


def _day_of_opening(world: World) -> None:
    """Let the planner read the playgrounds of the last days, of which one opened thirteen days ago."""
    Grant.objects.filter(group__name="Urbanisme").update(
        rows="T_INTERSECTS(date_ouverture, PERIOD('last-14-days'))"
    )
    day = timezone.localdate() - 13 * DAY
    Playground.objects.filter(pk=world.playgrounds["Jeux-Val"].pk).update(date_ouverture=day)


def _close_dashboard_to(person: Person) -> None:
    """Leave the dashboard to a person for an hour."""
    Dashboard.objects.update(is_public=False)
    DashboardGrant.objects.create(
        dashboard=Dashboard.objects.get(), person=person.account(), valid_until=timezone.now() + HOUR
    )


WRITES = {
    "row": Write(
        lambda world: RemarkableTree.objects.filter(pk=world.trees["Cedre-Meudon"].pk).update(
            nom_vernaculaire="Orme"
        ),
        pages=(HOME, HOME_OF_MEUDON, PAGE_OF_TREES, SHEET, MAP),
    ),
    "new row": Write(
        lambda _world: factories.tree("Tilleul"),
        alike="row",
        pages=(HOME, HOME_OF_MEUDON, PAGE_OF_TREES, SHEET, MAP),
    ),
    "row removed": Write(
        lambda world: world.trees["Platane-Boulogne"].delete(),
        alike="row",
        pages=(HOME, HOME_OF_MEUDON, PAGE_OF_TREES, SHEET, MAP),
    ),
    "right": Write(lambda _world: grant(OUTSIDER, PLAYGROUNDS), (OUTSIDER, PLANNER, PUBLIC)),
    "right removed": Write(
        lambda _world: Grant.objects.filter(layer__slug=PLAYGROUNDS).delete(), (PLANNER, TOWN_AGENT, PUBLIC)
    ),
    "rows of a right": Write(
        lambda _world: Grant.objects.filter(rows__contains="92048").update(rows="commune = '92012'"),
        (TOWN_AGENT, PLANNER),
        alike="right removed",
    ),
    "right that ends": Write(
        lambda _world: None,
        (PLANNER, TOWN_AGENT, PUBLIC),
        lambda _world: Grant.objects.filter(layer__slug=PLAYGROUNDS).update(
            valid_until=timezone.now() + HOUR, valid_from=None
        ),
        2 * HOUR,
    ),
    "right that begins": Write(
        lambda _world: None,
        (PUBLIC, OUTSIDER, PLANNER),
        lambda _world: grant(OUTSIDER, PLAYGROUNDS, valid_from=timezone.now() + HOUR),
        2 * HOUR,
    ),
    "right of a person": Write(
        lambda _world: Grant.objects.create(
            person=OUTSIDER.account(), layer=Layer.objects.get(slug=PLAYGROUNDS)
        ),
        (OUTSIDER, PUBLIC),
    ),
    "right on a dashboard that ends": Write(
        lambda _world: None,
        (OUTSIDER, PLANNER),
        lambda _world: _close_dashboard_to(OUTSIDER),
        2 * HOUR,
        pages=(HOME, BOARDS, BOARD),
    ),
    "next days": Write(lambda _world: None, (PLANNER, OUTSIDER), _day_of_opening, 2 * DAY),
    "protected field": Write(
        lambda _world: protect(TREES, "nom_vernaculaire", GARDENER),
        OF_A_LAYER,
        pages=(PAGE_OF_TREES, SHEET, MAP),
    ),
    "readers of a field": Write(_protect_late, (PLANNER, GARDENER), pages=(PAGE_OF_TREES, SHEET)),
    "membership": Write(
        lambda _world: OUTSIDER.account().groups.add(Group.objects.get(name="Urbanisme")), (OUTSIDER, PLANNER)
    ),
    "permission": Write(
        lambda _world: PLANNER.account().user_permissions.add(
            Permission.objects.get(codename="add_dashboard")
        ),
        (PLANNER, OUTSIDER),
        pages=(HOME, BOARDS, BOARD),
    ),
    "name of a group": Write(
        lambda _world: Group.objects.filter(name="Urbanisme").update(name="Urbanisme et patrimoine"),
        prepare=lambda _world: _layer(TREES, producer=Group.objects.get(name="Urbanisme")),
        pages=(CATALOGUE, PAGE_OF_TREES),
    ),
    "style": Write(
        lambda _world: _layer(TREES, style={"token": "#123456"}),
        alike="withdrawal",
        pages=(HOME, CATALOGUE, PAGE_OF_TREES, SHEET, MAP),
    ),
    "text of the catalogue": Write(
        lambda _world: _layer(TREES, title="Arbres choisis"),
        alike="plain SQL",
        pages=(HOME, CATALOGUE, PAGE_OF_TREES, SHEET, MAP),
    ),
    "theme": Write(
        lambda _world: Theme.objects.filter(slug="nature").update(title="Nature en ville"),
        pages=(HOME, CATALOGUE, PAGE_OF_TREES),
    ),
    "withdrawal": Write(
        lambda _world: _layer(TREES, state="archived"),
        OF_A_LAYER,
        pages=(HOME, CATALOGUE, PAGE_OF_TREES, SHEET, MAP),
    ),
    "visibility": Write(lambda _world: _layer(PLAYGROUNDS, visibility="open"), OF_A_LAYER),
    "portal": Write(
        lambda _world: Commune.objects.filter(code="92048").update(nom="Meudon-la-Forêt"),
        pages=(HOME_OF_MEUDON, CATALOGUE),
    ),
    "dashboard": Write(
        lambda _world: Dashboard.objects.update(title="Arbres de la ville"),
        alike="dashboard withdrawn",
        pages=(BOARDS,),
    ),
    "dashboard withdrawn": Write(
        lambda _world: Dashboard.objects.update(published=None), pages=(BOARDS, BOARD)
    ),
    "dashboard of a person": Write(
        lambda _world: Dashboard.objects.get().grants.create(person=PLANNER.account()),
        (PLANNER, OUTSIDER),
        lambda _world: Dashboard.objects.update(is_public=False),
        pages=(HOME, BOARDS, BOARD),
    ),
    "favourite": Write(
        lambda _world: Favourite.objects.create(owner=PLANNER.account(), dashboard=Dashboard.objects.get()),
        (PLANNER, OUTSIDER),
        pages=(BOARDS, BOARD),
    ),
    "report": Write(_report, (ADMINISTRATOR, PUBLIC), pages=(HOME,)),
    "plain SQL": Write(
        lambda _world: _sql("UPDATE layers_layer SET abstract = 'Écrit par psql'"), pages=(PAGE_OF_TREES,)
    ),
}


class Reader:
    """The pages as people read them; a client a person, since a session is made once."""

    def __init__(self, world: World, people: tuple[Person, ...]) -> None:
        self._sheet = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/"
        self._clients = {person: Client() for person in people}
        for person, client in self._clients.items():
            if not person.is_anonymous:
                client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")

    def pages(self, places: tuple[Place, ...]) -> dict[tuple[str, str, str], tuple[int, str]]:
        """Return the status and text of each page, by person, address and host."""
        answers = {}
        for person, client in self._clients.items():
            for address, host in places:
                if address == "/carte/" and not person.is_anonymous:
                    continue  # that of somebody is never cached
                answer = client.get(address.replace("SHEET", self._sheet), headers={"host": host})
                answers[str(person), address, host] = (
                    answer.status_code,
                    _TOKEN.sub("", answer.content.decode()),
                )
        return answers


@pytest.fixture(autouse=True)
def _nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the home page without what its reader opened: reading the other pages would change it."""
    monkeypatch.setattr("gisportal.recent_pages.services.open_page", lambda *_page: None)


@pytest.fixture
def unrepeated_numbers(world: World) -> None:
    """Give no number of a write again after a rollback, as those who count from the number before would.

    What counts writes takes its numbers from a sequence, which a rollback leaves as it is; the test ends with it.
    """
    _sql("CREATE SEQUENCE numbers_of_writes START 1000000")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(pg_get_functiondef(oid), 'v.version + 1', 'nextval(''numbers_of_writes'')')"
            " FROM pg_proc WHERE prosrc LIKE '%v.version + 1%'"
        )
        definitions = [definition for (definition,) in cursor.fetchall()]
    for definition in definitions:
        _sql(definition)


@contextmanager
def undone() -> Iterator[None]:
    """Undo the writes of a block, of which no other has the numbers: pages cached before are right again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


MADE = {name: write for name, write in WRITES.items() if is_thorough() or not write.alike}
GROUPS = [EVERYBODY] if is_thorough() else list(dict.fromkeys(write.people for write in MADE.values()))


@pytest.mark.parametrize("people", GROUPS, ids=lambda people: "+".join(map(str, people)))
def test_a_write_is_on_the_pages_of_everybody(
    world: World, unrepeated_numbers: None, subtests: pytest.Subtests, people: tuple[Person, ...]
) -> None:
    """Each write is undone before the next, and what is cached before them is right again."""
    dashboard("arbres", is_public=True)
    reader = Reader(world, people)
    for name, write in MADE.items():
        if write.people != people and not is_thorough():
            continue
        places = PAGES if is_thorough() else write.pages
        with subtests.test(name), undone():
            if write.prepare is not None:
                write.prepare(world)
            before = reader.pages(places)
            write.change(world)
            instant = timezone.now() + write.later
            with patch.object(timezone, "now", lambda instant=instant: instant):
                after = reader.pages(places)
                with patch.object(settings, "PAGE_MEMORY_MAX_BYTES", 0):
                    uncached = reader.pages(places)
            assert {key for key, page in after.items() if page != uncached[key]} == set()
            changed = {key[1:] for key, page in after.items() if page != before[key]}
            assert set(write.pages) - changed == set()
