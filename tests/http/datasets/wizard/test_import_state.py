"""The page of a file that a worker reads or loads: left and found again, stopped, begun again, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from datasets.definitions import GeometryRecipe
from datasets.models import Upload
from datasets.vocabulary import UploadStage
from layers.models import SILENT_AFTER, Grant
from tests.deliveries import COUNT_TITLES, COUNTS, bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, Person
from tests.uploads import at_stage, work

LON, LAT = MIDDLES[MEUDON]
CSV = f"code;nom;lon;lat\nB01;Banc du pont;{LON};{LAT}\nB02;Banc du parc;{LON};{LAT}\n".encode()
JSON = {"Accept": "application/json"}
pytestmark = pytest.mark.usefixtures("communes", "media")


def browser(person: Person = ADMINISTRATOR) -> Client:
    client = Client(headers={"host": "localhost"})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def give(client: Client, content: bytes = CSV, *, to: str = "") -> str:
    """Give a file that nobody reads yet; return the address of its state."""
    address = f"/jeux/{to}/import/" if to else "/jeux/nouveau/"
    return client.post(address, {"file": SimpleUploadedFile("bancs.csv", content)}).headers["Location"]


def told(client: Client, address: str) -> dict[str, object]:
    result: dict[str, object] = client.get(address, headers=JSON).json()
    return result


def test_a_file_is_received_before_anybody_reads_it(media: Path) -> None:
    client = browser()
    address = give(client)
    assert address == f"/jeux/import/{Upload.objects.get().pk}/etat/"
    assert told(client, address)["state"] == "received"
    assert "guess" not in Upload.objects.get().options


def test_the_page_leads_to_the_columns_when_the_file_is_read() -> None:
    client = browser()
    address = give(client)
    columns = address.removesuffix("etat/")
    assert client.get(columns).headers["Location"] == address
    work()
    assert told(client, address)["url"] == columns
    assert client.get(address).headers["Location"] == columns


def test_progress_is_told_in_words_and_figures() -> None:
    client = browser()
    address = give(client)
    progress = {"phase": "checking", "bytes_done": 1_000, "rows_done": 1_234, "seconds_left": 42, "share": 60}
    Upload.objects.update(**at_stage(UploadStage.LOADING), progress=progress)
    result = told(client, address)
    page = client.get(address).content.decode()
    assert result["share"] == 60
    assert result["words"] == {
        "state": "en cours de chargement",
        "phase": "contrôle des lignes",
        "bytes": "1\u202f000\u00a0octets sur 73\u00a0octets",
        "rows": "1\u202f234 lignes lues",
        "left": "encore 42 secondes environ",
        "share": 60,
        "percent": "60\u00a0%",
    }
    assert 'value="60"' in page


@pytest.mark.parametrize("step", ["etat/", "annuler/", "reprendre/", "partie/"])
@pytest.mark.parametrize("person", [PUBLIC, GARDENER], ids=str)
def test_the_import_of_somebody_else_is_absent(person: Person, step: str) -> None:
    address = give(browser()).removesuffix("etat/") + step
    client = browser(person)
    answer = client.get(address, headers=JSON) if step == "etat/" else client.post(address)
    assert answer.status_code == 404
    assert Upload.objects.get().stage is UploadStage.RECEIVED


def test_a_cancelled_import_says_so_and_leaves_nothing(media: Path) -> None:
    client = browser()
    address = give(client)
    page = client.post(address.removesuffix("etat/") + "annuler/", follow=True).content.decode()
    work()
    assert "rien n’a été chargé" in page
    assert told(client, address)["state"] == "cancelled"
    assert list((media / "imports").iterdir()) == []


def test_a_refused_file_says_why_where_the_person_waits() -> None:
    client = browser()
    address = give(client, b"<!DOCTYPE html><html><body>Erreur</body></html>")
    work()
    upload = Upload.objects.get()
    assert upload.error
    assert upload.error.replace("'", "&#x27;") in client.get(address).content.decode()
    assert told(client, address)["url"] == ""


def test_a_silent_work_can_be_ordered_again() -> None:
    client = browser()
    address = give(client)
    assert "Recommencer" not in client.get(address).content.decode()
    Upload.objects.update(heartbeat_at=timezone.now() - SILENT_AFTER * 2)
    assert "Recommencer" in client.get(address).content.decode()
    client.post(address.removesuffix("etat/") + "reprendre/")
    work()
    assert Upload.objects.get().stage is UploadStage.READ


def test_a_refused_first_delivery_leaves_the_next_file_its_geometry() -> None:
    made = dataset()
    deliver(made, ("x", "y", "z"), schema=COUNTS, titles=COUNT_TITLES, recipe=GeometryRecipe())
    give(browser(), to="bancs")
    work()
    schema = Upload.objects.get().options["guess"]["schema"]
    assert schema["geometry"] == "Point"
    assert [field["name"] for field in schema["fields"]][:2] == ["code", "nom"]


def test_who_feeds_the_dataset_finds_a_colleague_s_file_among_deliveries_and_does_not_open_it() -> None:
    made = dataset("bancs")
    published(made, bench())
    for group in ("Espaces verts", "Urbanisme"):
        Grant.objects.create(
            group=Group.objects.get_or_create(name=group)[0],
            layer=made.layer,
            can_add=True,
            can_change=True,
            can_delete=True,
        )
    address = give(browser(GARDENER), to="bancs")
    page = browser(PLANNER).get("/jeux/livraisons/").content.decode()
    assert "bancs.csv" in page
    assert address not in page
    assert "À suivre par qui l’a déposé" in page


def test_what_a_file_holds_is_absent_until_it_is_read() -> None:
    client = browser()
    columns = give(client).removesuffix("etat/")
    assert client.post(f"{columns}lecture/").status_code == 404
    assert client.get(f"{columns}apercu.geojson").status_code == 404


def test_a_file_that_is_gone_is_asked_for_again() -> None:
    client = browser()
    columns = give(client).removesuffix("etat/")
    work()
    Upload.objects.get().location.unlink()
    assert client.get(f"{columns}apercu.geojson").status_code == 400
    client.post(f"{columns}lecture/")
    work()
    assert "donnez-le de nouveau" in Upload.objects.get().error


def test_who_makes_no_dataset_takes_no_other_part() -> None:
    made = dataset("bancs")
    published(made, bench())
    group = Group.objects.get_or_create(name="Espaces verts")[0]
    Grant.objects.create(group=group, layer=made.layer, can_add=True, can_change=True, can_delete=True)
    client = browser(GARDENER)
    columns = give(client, to="bancs").removesuffix("etat/")
    work()
    upload = Upload.objects.get()
    Upload.objects.update(options=upload.options | {"guess": upload.options["guess"] | {"parts": ["a", "b"]}})
    assert "Prendre aussi" not in client.get(columns).content.decode()
    client.post(f"{columns}partie/", {"part": "b"})
    assert Upload.objects.count() == 1
