"""What an account opened last is on its home page: its own alone, as far as it still sees it, until it clears it."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gisportal.models import RecentPage
from gisportal.recent_pages.services import MOST, open_page
from layers.models import DataVersion, Grant, Layer
from tests.people import GARDENER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.staff import signed_in, text
from tests.world import PLAYGROUNDS, TREES, World

HOME = "/"
OPENED = 'class="own-links"'


def opened_by(person: Person) -> list[str]:
    pages = RecentPage.objects.filter(owner__username=person.name).order_by("-opened_at")
    return [page.name for page in pages]


def own_part(client: Client) -> str:
    """Return the part of the home page that is of the account."""
    page = text(client.get(HOME))
    return page[page.index("<h2>Bonjour") : page.index('class="hero"')]


def test_a_layer_that_was_opened_is_on_the_home_page(world: World) -> None:
    client = signed_in(GARDENER)
    client.get(f"/catalogue/{TREES}/")
    assert f"/catalogue/{TREES}/" in own_part(client)


def test_what_one_account_opened_is_not_on_the_page_of_another_with_the_same_rights(world: World) -> None:
    twin = Person("jumeau", groups=GARDENER.groups)
    first, second = signed_in(GARDENER), signed_in(twin)
    first.get(f"/catalogue/{TREES}/")
    assert f"Bonjour {GARDENER.name}" in own_part(first)
    assert ("Bonjour jumeau" in own_part(second), TREES in own_part(second)) == (True, False)


def test_a_layer_that_was_hidden_since_is_absent(world: World) -> None:
    client = signed_in(PLANNER)
    client.get(f"/catalogue/{PLAYGROUNDS}/")
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    assert PLAYGROUNDS not in own_part(client)


def test_what_does_not_exist_for_an_account_is_not_written_down(world: World) -> None:
    signed_in(Person("autre")).get(f"/catalogue/{PLAYGROUNDS}/")
    assert not RecentPage.objects.exists()


def test_nothing_is_written_down_of_the_public(world: World) -> None:
    get(f"/catalogue/{TREES}/", PUBLIC)
    assert (RecentPage.objects.exists(), OPENED in text(Client().get(HOME))) == (False, False)


def test_the_last_twelve_remain(world: World) -> None:
    account = GARDENER.account()
    for number in range(MOST + 3):
        open_page(account.pk, "layer", f"couche-{number}")
    assert len(opened_by(GARDENER)) == MOST


def test_what_changed_since_the_last_visit_is_new(world: World) -> None:
    client = signed_in(GARDENER)
    client.get(f"/catalogue/{TREES}/")
    before = client.get(HOME)
    assert "Rien n’a changé depuis votre dernière visite" in text(before)
    Layer.objects.filter(slug=TREES).update(title="Arbres d’ici")
    later = timezone.now() + dt.timedelta(hours=1)
    DataVersion.objects.filter(table="heritage_remarkabletree").update(
        changed_at=later, version=F("version") + 1
    )
    assert own_part(client).count("Arbres d’ici") == 2


def test_a_stored_page_of_home_is_fresh_after_another_layer_is_opened(world: World) -> None:
    client = signed_in(GARDENER)
    etag = client.get(HOME)["ETag"]
    client.get(f"/catalogue/{TREES}/")
    assert client.get(HOME, headers={"if-none-match": etag}).status_code == 200


def test_the_part_of_an_account_is_made_once_until_something_changes(world: World) -> None:
    client = signed_in(GARDENER)
    client.get(f"/catalogue/{TREES}/")
    first = own_part(client)
    with CaptureQueriesContext(connection) as captured:
        again = own_part(client)
    of_pages = [query["sql"] for query in captured if "gisportal_recentpage" in (query["sql"] or "")]
    assert [sql.startswith("SELECT max(opened_at)") for sql in of_pages] == [True]
    assert without_token(again) == without_token(first)


def without_token(part: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", part)


def test_an_account_clears_what_it_opened(world: World) -> None:
    client = signed_in(GARDENER)
    client.get(f"/catalogue/{TREES}/")
    client.post("/compte/recents/")
    assert (opened_by(GARDENER), OPENED in own_part(client)) == ([], False)
