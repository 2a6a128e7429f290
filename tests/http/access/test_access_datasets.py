"""Who feeds a dataset on each way in: the table *person × page*, the command, and the API, where a dataset is read.

The rights themselves are a table of ``tests/integration/datasets/test_dataset_rights.py``; here each page asks them. A
test asks every way: what it compares is a row of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from datasets.imports.actions import receive_file
from datasets.models import Dataset, Delivery, Upload
from gisportal.accounts.vocabulary import TokenScope
from layers import access
from layers.models import Commune, Grant
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PUBLIC, Person
from tests.protocols import read
from tests.tokens import made as token
from tests.uploads import work
from tests.writes import items, send, tree

pytestmark = pytest.mark.usefixtures("benches")

LON, LAT = MIDDLES[MEUDON]
CSV = f"code;nom;places;prix;neuf;pose;lon;lat\nB9;Banc;3;12,5;oui;31/12/2024;{LON};{LAT}\n".encode()
WHOLE, TOWN = "localhost", "meudon.localhost"
VERSIONS = "/jeux/bancs/versions/"
BOTH = {"can_add": True, "can_change": True, "can_delete": True, "can_approve": True}


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("bancs.csv", CSV)


# GET unless there is something to send. A refusal of the last ones is their page again, with the reason: a 400.
WAYS: dict[str, tuple[str, Callable[[], dict[str, Any]] | None]] = {
    "home": ("/jeux/", None),
    "new": ("/jeux/nouveau/", None),
    "versions": (VERSIONS, None),
    "version": (f"{VERSIONS}3/", None),
    "export": (f"{VERSIONS}3/export.csv", None),
    "form of the file": ("/jeux/bancs/import/", None),
    "file": ("/jeux/bancs/import/", lambda: {"file": file()}),
    "form of the end": ("/jeux/bancs/supprimer/", None),
    "publish": (f"{VERSIONS}3/publier/", dict),
    "restore": (f"{VERSIONS}1/retablir/", dict),
    "give up": (f"{VERSIONS}3/abandonner/", dict),
    "drop": ("/jeux/bancs/supprimer/", lambda: {"slug": "bancs"}),
}
READ = {"home": 200, "new": 404, "versions": 200, "version": 200, "export": 200}
ABSENT = dict.fromkeys(WAYS, 404)
LOADS = {"form of the file": 200, "file": 302, "give up": 302}
LOADS_NOT = {"form of the file": 403, "file": 403, "give up": 400}
DECIDES = {"form of the end": 200, "publish": 302, "restore": 302, "drop": 302}
DECIDES_NOT = {"form of the end": 403, "publish": 400, "restore": 400, "drop": 403}

CASES: dict[str, tuple[Person, str, dict[str, Any], dict[str, int]]] = {
    "administrator": (ADMINISTRATOR, WHOLE, {}, READ | {"new": 200} | LOADS | DECIDES),
    "every row": (GARDENER, WHOLE, BOTH, READ | LOADS | DECIDES),
    "edits alone": (
        GARDENER,
        WHOLE,
        {"can_add": True, "can_change": True, "can_delete": True},
        READ | LOADS | DECIDES_NOT,
    ),
    "approves alone": (GARDENER, WHOLE, {"can_approve": True}, READ | LOADS_NOT | DECIDES | {"give up": 302}),
    "rows of a commune": (GARDENER, WHOLE, BOTH | {"rows": f"commune = '{MEUDON}'"}, ABSENT),
    "ended": (GARDENER, WHOLE, BOTH | {"valid_until": timezone.now()}, ABSENT),
    "outsider": (OUTSIDER, WHOLE, BOTH, ABSENT),
    "public": (PUBLIC, WHOLE, BOTH, ABSENT),
    "commune portal": (GARDENER, TOWN, BOTH, READ | LOADS_NOT | DECIDES_NOT),
    "administrator on a commune portal": (
        ADMINISTRATOR,
        TOWN,
        {},
        READ | {"new": 403} | LOADS_NOT | DECIDES_NOT,
    ),
}


@pytest.fixture
def benches(communes: dict[str, Commune], media: object) -> Dataset:
    """A dataset with a past version, one online and one ready."""
    made = dataset()
    for code in ("B1", "B2"):
        published(made, bench(code))
    deliver(made, bench("B2"), bench("B3"))
    return made


def browser(person: Person, host: str = WHOLE) -> Client:
    client = Client(headers={"host": host})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def give(to: Dataset, **values: Any) -> None:
    group = Group.objects.get_or_create(name=GARDENER.groups[0])[0]
    if values:
        Grant.objects.create(group=group, layer=to.layer, **values)


def online_row() -> int:
    """Return the id of the only row online."""
    return int(access.scope(ADMINISTRATOR.visitor(), "bancs").queryset.get().pk)


def statuses(client: Client) -> dict[str, int]:
    """Return what each way answers, each undone before the next."""
    found = {}
    for name, (address, sent) in WAYS.items():
        with transaction.atomic():
            answer = client.post(address, sent()) if sent else client.get(address)
            found[name] = read(answer).status
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", CASES)
def test_each_page_opens_to_those_whose_rights_say_so(benches: Dataset, name: str) -> None:
    person, host, grant, expected = CASES[name]
    give(benches, **grant)
    assert statuses(browser(person, host)) == expected


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][3] | DECIDES_NOT == CASES[name][3]])
def test_a_refusal_leaves_online_what_was(benches: Dataset, name: str) -> None:
    person, host, grant, _expected = CASES[name]
    give(benches, **grant)
    client = browser(person, host)
    for way in ("publish", "restore", "drop"):
        client.post(WAYS[way][0], {"slug": "bancs"})
    states = Delivery.objects.filter(dataset=benches).order_by("number").values_list("state", flat=True)
    assert list(states) == ["past", "online", "ready"]


def test_a_file_that_waits_is_loaded_by_nobody_whose_grant_was_limited_since(benches: Dataset) -> None:
    give(benches, **BOTH)
    upload = receive_file(file=file(), visitor=GARDENER.visitor(), dataset=benches)
    work()
    Grant.objects.update(rows=f"commune = '{MEUDON}'")
    browser(GARDENER).post(f"/jeux/import/{upload.pk}/sans-erreurs/", {})
    assert Upload.objects.get().delivery is None


def test_who_approves_alone_is_offered_no_import(benches: Dataset) -> None:
    give(benches, can_approve=True)
    assert "/jeux/bancs/import/" not in browser(GARDENER).get("/jeux/").content.decode()


@pytest.mark.parametrize("address", ["/jeux/", VERSIONS, f"{VERSIONS}3/"])
def test_a_commune_portal_says_where_datasets_are_fed(benches: Dataset, address: str) -> None:
    give(benches, **BOTH)
    assert "portail de tout le territoire" in browser(GARDENER, TOWN).get(address).content.decode()


@pytest.mark.parametrize("rows", ["", f"commune = '{MEUDON}'"], ids=["every row", "rows"])
@pytest.mark.parametrize("address", ["/", "/catalogue/bancs/", "/catalogue/bancs/{pk}/"])
def test_a_page_links_to_the_versions_for_who_feeds_them(benches: Dataset, address: str, rows: str) -> None:
    give(benches, **BOTH, rows=rows)
    address = address.format(pk=online_row())
    assert ('href="/jeux/' in browser(GARDENER).get(address).content.decode()) == (not rows)


def test_the_administration_says_what_a_row_filter_takes_from_datasets(benches: Dataset) -> None:
    page = browser(ADMINISTRATOR).get(f"/administration/layers/layer/{benches.layer_id}/change/")
    assert "demande un droit sur toutes les lignes" in page.content.decode()


def test_the_command_acts_as_the_system(benches: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "bancs.csv"
    path.write_bytes(CSV)
    call_command(
        "import_dataset",
        str(path),
        "--slug",
        "bancs",
        "--publish",
        "--accept-schema-change",
        stdout=StringIO(),
    )
    assert Delivery.objects.get(state="online").delivered_by is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("person", [GARDENER, ADMINISTRATOR], ids=str)
def test_the_api_writes_no_row_of_a_dataset_that_deliveries_alone_change(
    benches: Dataset, person: Person, method: str
) -> None:
    give(benches, **BOTH)
    Dataset.objects.update(is_edited_in_place=False)
    pk = None if method == "POST" else online_row()
    answer = send(method, items("bancs", pk), person, tree({}))
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("scope", TokenScope)
def test_a_token_opens_no_page_of_a_dataset(benches: Dataset, scope: TokenScope) -> None:
    give(benches, **BOTH)
    client = Client(headers={"host": WHOLE, "authorization": f"Bearer {token(GARDENER, scope)}"})
    assert set(statuses(client).values()) <= {401, 403}
