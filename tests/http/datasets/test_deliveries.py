"""``/jeux/livraisons/``: where every delivery is, for who feeds its dataset, in a handful of statements."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from datasets.imports.actions import receive_file
from datasets.models import Delivery
from layers.models import Grant
from tests.deliveries import bench, dataset, deliver, published
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PUBLIC, Person

ADDRESS = "/jeux/livraisons/"
pytestmark = pytest.mark.usefixtures("communes", "media")


def browser(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(person: Person = ADMINISTRATOR, query: str = "") -> str:
    answer = browser(person).get(ADDRESS + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
def test_page_is_absent_for_who_feeds_nothing(person: Person) -> None:
    published(dataset(), bench())
    assert browser(person).get(ADDRESS).status_code == 404


def test_each_state_says_what_comes_next() -> None:
    made = dataset()
    published(made, bench())
    deliver(made, bench(), bench("B2"))
    deliver(made, bench(places="quatre"))
    result = page()
    for words in ("Voir la couche", "Vérifier et publier", "Voir les erreurs"):
        assert words in result


def test_producers_see_what_they_feed_alone() -> None:
    mine, other = dataset("miens"), dataset("autres")
    published(mine, bench())
    published(other, bench())
    GARDENER.account()
    group = Group.objects.get(name=GARDENER.groups[0])
    Grant.objects.create(group=group, layer=mine.layer, can_add=True, can_change=True, can_delete=True)
    result = page(GARDENER)
    assert "Miens, version 1" in " ".join(result.split())
    assert "Autres" not in result


def test_a_filter_keeps_one_state_and_refuses_another_word() -> None:
    made = dataset()
    published(made, bench())
    deliver(made, bench(places="quatre"))
    result = " ".join(page(query="?etat=arretees").split())
    assert "version 2" in result
    assert "version 1" not in result
    assert browser(ADMINISTRATOR).get(f"{ADDRESS}?etat=x").status_code == 400


def test_many_deliveries_take_no_more_statements_than_one() -> None:
    client = browser(ADMINISTRATOR)

    def statements() -> int:
        file = SimpleUploadedFile("bancs.csv", b"a;b\n1;2\n")
        receive_file(file=file, visitor=ADMINISTRATOR.visitor(), dataset=None)
        with CaptureQueriesContext(
            connection,
        ) as sent:
            client.get(ADDRESS)
        return len(sent)

    first = dataset("un")
    published(first, bench())
    statements()
    before = statements()
    for slug in ("deux", "trois"):
        schema = published(dataset(slug), bench()).schema_version
        Delivery.objects.create(dataset=schema.dataset, number=9, schema_version=schema, file_name="x")
    assert statements() == before
