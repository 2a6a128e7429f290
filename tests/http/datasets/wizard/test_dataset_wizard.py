"""The import wizard over HTTP: who may do what on every step, faults told in place, one loading a form."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from datasets.imports.uploads import expire_uploads
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.services import publish
from layers.access import rights
from layers.models import Commune, Grant, Layer, ProtectedField
from publication.models import CheckAcceptance
from tests.approvals import let_producers_publish
from tests.deliveries import bench, dataset, deliver, published, theme
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.uploads import inputs, work

LON, LAT = MIDDLES[MEUDON]
CSV = f"code;nom;places;lon;lat\nB01;Banc du pont;3;{LON};{LAT}\nB02;Banc du parc;4;{LON};{LAT}\n".encode()
BAD = CSV.replace(b";4;", b";quatre mille;") + f"B03;Banc;5;{LON};{LAT}\n".encode()
pytestmark = pytest.mark.usefixtures("communes", "media")


def browser(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def feeding(person: Person, made: Dataset, *, approves: bool = False) -> Client:
    client = browser(person)
    group = Group.objects.get(name=person.groups[0])
    Grant.objects.create(
        group=group, layer=made.layer, can_add=True, can_change=True, can_delete=True, can_approve=approves
    )
    return client


def give(client: Client, content: bytes = CSV, *, name: str = "bancs.csv", to: str = "") -> HttpResponse:
    """Give a file, and let a worker read it."""
    address = f"/jeux/{to}/import/" if to else "/jeux/nouveau/"
    answer = client.post(address, {"file": SimpleUploadedFile(name, content)})
    work()
    return answer  # type: ignore[return-value]  # a test response


def columns_of(client: Client, content: bytes = CSV, *, to: str = "") -> str:
    """Give a file and return the address of its columns."""
    return give(client, content, to=to).headers["Location"].removesuffix("etat/")


def send(client: Client, address: str, said: dict[str, str]) -> HttpResponse:
    """Send a form that orders a loading, and let a worker do it."""
    answer = client.post(address, said)
    work()
    return answer  # type: ignore[return-value]  # a test response


def start(client: Client, content: bytes = CSV, *, to: str = "") -> tuple[str, dict[str, str]]:
    """Give a file; return the address of its columns and their form as a browser would send it back."""
    address = columns_of(client, content, to=to)
    posted = inputs(client.get(address).content.decode())
    if not to:
        posted |= {"jeu-title": "Bancs", "jeu-slug": "bancs", "jeu-theme": str(theme().pk)}
    return address, posted


def loaded(client: Client, content: bytes = CSV, *, to: str = "") -> Delivery:
    address, posted = start(client, content, to=to)
    send(client, address, posted)
    delivery = Upload.objects.get(pk=address.split("/")[-2]).delivery
    assert delivery is not None
    let_producers_publish(delivery.dataset.layer)
    return delivery


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
@pytest.mark.parametrize(
    "address", ["/jeux/", "/jeux/nouveau/", "/jeux/bancs/versions/", "/jeux/bancs/supprimer/"]
)
def test_pages_of_datasets_are_absent_for_who_feeds_nothing(person: Person, address: str) -> None:
    published(dataset(), bench())
    assert browser(person).get(address).status_code == 404


@pytest.mark.parametrize("step", ["", "apercu.geojson"])
def test_file_of_somebody_else_is_absent(step: str) -> None:
    made = dataset()
    mine, other = feeding(PLANNER, made), feeding(GARDENER, made)
    address = columns_of(mine, to="bancs")
    assert (mine.get(address + step).status_code, other.get(address + step).status_code) == (200, 404)


def test_file_waits_under_a_random_name_that_only_the_server_reads(media: Path) -> None:
    give(browser(ADMINISTRATOR))
    file = media / "imports" / Upload.objects.get().path
    assert (stat.S_IMODE(file.stat().st_mode), "bancs" in file.name) == (0o600, False)


def test_file_over_the_limit_is_refused_beside_its_field(settings: Settings, media: Path) -> None:
    settings.DATASET_UPLOAD_MAX_BYTES = 20
    page = give(browser(ADMINISTRATOR))
    kept = list((media / "imports").glob("*")) if (media / "imports").exists() else []
    assert page.status_code == 400
    assert "dépasse" in page.content.decode()
    assert kept == []


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><html><body>Erreur</body></html>", b"\x00\x01\x02\x03" * 50]
)
def test_file_that_nobody_can_read_is_refused_and_not_kept(content: bytes, media: Path) -> None:
    client = browser(ADMINISTRATOR)
    answer = give(client, content)
    page = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
    assert 'id="erreurs"' in page.content.decode()
    assert list((media / "imports").glob("*")) == []


def test_guess_is_shown_with_the_first_rows() -> None:
    client = browser(ADMINISTRATOR)
    page = client.get(columns_of(client)).content.decode()
    assert ("Banc du parc" in page, 'value="places"' in page) == (True, True)


def test_first_positions_are_given_to_the_owner() -> None:
    client = browser(ADMINISTRATOR)
    features = client.get(columns_of(client) + "apercu.geojson").json()["features"]
    assert [feature["geometry"]["coordinates"] for feature in features] == [[LON, LAT], [LON, LAT]]


def test_wrong_name_of_a_column_is_told_beside_it() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    page = client.post(address, posted | {"colonnes-1-name": "1 nom"}).content.decode()
    assert 'aria-describedby="id_colonnes-1-name_error"' in page


def test_name_taken_is_told_beside_the_identifier() -> None:
    dataset()
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    page = client.post(address, posted).content.decode()
    assert 'id="id_jeu-slug_error"' in page


def test_file_becomes_a_delivery_ready_to_publish() -> None:
    assert loaded(browser(ADMINISTRATOR)).state == "ready"


def test_form_sent_twice_is_one_loading() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    send(client, address, posted)
    send(client, address, posted)
    assert Delivery.objects.count() == 1


def test_form_sent_while_the_file_is_loading_is_not_a_second_loading() -> None:
    client = browser(ADMINISTRATOR)
    address, posted = start(client)
    client.post(address, posted)
    page = client.post(address, posted, follow=True).content.decode()
    work()
    assert "En cours de chargement" in page
    assert Delivery.objects.count() == 1


def test_dropped_dataset_leaves_no_file_waiting(media: Path) -> None:
    client = browser(ADMINISTRATOR)
    loaded(client)
    client.post("/jeux/bancs/supprimer/", {"slug": "bancs"})
    assert os.listdir(media / "imports") == []


def test_errors_are_listed_and_downloaded() -> None:
    client = browser(ADMINISTRATOR)
    made = dataset()
    address, posted = start(client, BAD, to=made.layer.slug)
    place = next(name for name, value in posted.items() if value == "places").split("-")[1]
    send(client, address, posted | {f"colonnes-{place}-type": "integer"})
    sheet = client.get("/jeux/bancs/versions/1/constats.csv").getvalue().decode()
    assert "3;erreur;places;quatre mille;" in sheet


def test_refused_file_loads_without_its_errors() -> None:
    client = browser(ADMINISTRATOR)
    dataset()
    address, posted = start(client, BAD, to="bancs")
    place = next(name for name, value in posted.items() if value == "places").split("-")[1]
    send(client, address, posted | {f"colonnes-{place}-type": "integer"})
    send(client, f"{address}sans-erreurs/", {"after": str(Delivery.objects.get().pk)})
    assert list(Delivery.objects.values_list("state", "row_count")) == [("ready", 2), ("refused", 0)]


def entry(layer: Layer, **changed: str) -> dict[str, str]:
    posted = {"title": layer.title, "theme": layer.theme_id, "licence": "etalab-2.0", "frequency": "UNKNOWN"}
    return {
        f"fiche-{name}": str(value) for name, value in (posted | {"visibility": "open"} | changed).items()
    }


def test_publishing_shows_the_layer_to_everybody() -> None:
    client = browser(ADMINISTRATOR)
    made = loaded(client).dataset
    client.post("/jeux/bancs/versions/1/publier/", entry(made.layer))
    assert browser(PUBLIC).get("/catalogue/bancs/").status_code == 200


def test_first_publication_accepts_checks_in_place() -> None:
    client, reason = browser(ADMINISTRATOR), {"reason-commune": "Des bancs sans adresse"}
    posted = entry(loaded(client, b"code;nom\nB01;Banc du pont\nB02;Banc du parc\n").dataset.layer)
    refused = client.post("/jeux/bancs/versions/1/publier/", posted)
    page = refused.content.decode()
    assert (refused.status_code, Delivery.objects.get().state) == (400, "ready")
    assert 'href="#decision-reason-commune"' in page
    assert 'id="decision-reason-commune" name="reason-commune"' in page
    assert "/jeux/bancs/livraisons/1/relecture/#controles" in page
    client.post("/jeux/bancs/versions/1/publier/", posted | reason)
    assert Delivery.objects.get().state == "online"
    assert CheckAcceptance.objects.get().reason == reason["reason-commune"]


def test_publishing_says_what_a_row_is_called() -> None:
    client = browser(ADMINISTRATOR)
    layer = loaded(client).dataset.layer
    shown = client.get("/jeux/bancs/versions/1/").context["forms"].entry.initial
    assert (shown["noun"], shown["noun_plural"]) == ("banc", "bancs")
    client.post("/jeux/bancs/versions/1/publier/", entry(layer, noun="assise", noun_gender="f"))
    page = client.get("/carte/", {"couches": "bancs", "sujet": "bancs"}).content.decode()
    assert "2 assises" in page
    nothing = client.get("/carte/", {"couches": "bancs", "sujet": "bancs", "bancs.places": "99"})
    assert "aucune assise" in nothing.content.decode()


def test_open_statistics_are_no_choice_of_a_publication() -> None:
    client = browser(ADMINISTRATOR)
    made = loaded(client).dataset
    address = "/jeux/bancs/versions/1/publier/"
    refused = client.post(address, entry(made.layer, visibility="statistics"))
    assert refused.status_code == 400
    assert "statistics" in refused.content.decode()
    assert Delivery.objects.get().state == "ready"


def test_publishing_takes_the_file_away(media: Path) -> None:
    client = browser(ADMINISTRATOR)
    made = loaded(client).dataset
    client.post("/jeux/bancs/versions/1/publier/", entry(made.layer))
    assert (Upload.objects.count(), os.listdir(media / "imports")) == (0, [])


def test_publishing_twice_leads_to_the_layer() -> None:
    client = browser(ADMINISTRATOR)
    made = loaded(client).dataset
    answers = [client.post("/jeux/bancs/versions/1/publier/", entry(made.layer)) for _time in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/catalogue/bancs/"] * 2


def test_who_edits_without_approving_does_not_publish() -> None:
    made = dataset()
    client = feeding(PLANNER, made)
    loaded(client, to="bancs")
    client.post("/jeux/bancs/versions/1/publier/", entry(made.layer))
    assert Delivery.objects.get().state == "ready"


def test_who_approves_without_editing_does_not_import() -> None:
    made = dataset()
    client = browser(PLANNER)
    Grant.objects.create(group=Group.objects.get(name="Urbanisme"), layer=made.layer, can_approve=True)
    assert give(client, to="bancs").status_code == 403


def test_change_of_schema_waits_for_a_yes() -> None:
    published(dataset(), bench())
    client = browser(ADMINISTRATOR)
    loaded(client, to="bancs")
    page = client.post("/jeux/bancs/versions/2/publier/", {}).content.decode()
    assert ('id="id_schema-accepts_schema_error"' in page, Delivery.objects.get(number=2).state) == (
        True,
        "ready",
    )


def test_change_of_schema_goes_online_with_a_yes() -> None:
    published(dataset(), bench())
    client = browser(ADMINISTRATOR)
    loaded(client, to="bancs")
    pending = client.get("/jeux/bancs/versions/2/").context["pending"]
    reasons = {f"reason-{one.check.code}": "Un autre relevé" for one in pending}
    client.post("/jeux/bancs/versions/2/publier/", {"schema-accepts_schema": "on"} | reasons)
    assert Delivery.objects.get(number=2).state == "online"


def test_earlier_version_comes_back() -> None:
    made = dataset()
    first = published(made, bench())
    published(made, bench(nom="Autre"))
    browser(ADMINISTRATOR).post("/jeux/bancs/versions/1/retablir/")
    first.refresh_from_db()
    assert first.state == "online"


def test_comparison_tells_values_before_and_after() -> None:
    made = dataset()
    published(made, bench(nom="Vieux"))
    deliver(made, bench(nom="Neuf"))
    page = browser(ADMINISTRATOR).get("/jeux/bancs/versions/2/").content.decode()
    assert ("<del>Vieux</del>" in page, "<ins>Neuf</ins>" in page) == (True, True)


@pytest.mark.parametrize(("kind", "expected"), [("csv", "Vieux"), ("geojson", '"nom":"Vieux"')])
def test_earlier_version_is_exported_as_it_was(kind: str, expected: str) -> None:
    made = dataset()
    published(made, bench(nom="Vieux"))
    published(made, bench(nom="Neuf"))
    answer = browser(ADMINISTRATOR).get(f"/jeux/bancs/versions/1/export.{kind}")
    assert expected in answer.getvalue().decode()


def test_dataset_is_dropped_by_its_own_name_alone() -> None:
    published(dataset(), bench())
    client = browser(ADMINISTRATOR)
    client.post("/jeux/bancs/supprimer/", {"slug": "banc"})
    kept = Dataset.objects.count()
    client.post("/jeux/bancs/supprimer/", {"slug": "bancs"})
    assert (kept, Dataset.objects.count()) == (1, 0)


def test_abandoned_file_is_erased(media: Path) -> None:
    client = browser(ADMINISTRATOR)
    client.post(columns_of(client) + "abandon/")
    assert (Upload.objects.count(), os.listdir(media / "imports")) == (0, [])


def test_old_file_is_erased(media: Path, settings: Settings) -> None:
    give(browser(ADMINISTRATOR))
    settings.DATASET_UPLOAD_MAX_AGE_HOURS = 0
    expire_uploads(now=timezone.now())
    assert os.listdir(media / "imports") == []


def test_writes_need_the_token_of_the_form() -> None:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert (give(client).status_code, Upload.objects.count()) == (403, 0)


def test_link_to_datasets_is_shown_to_who_feeds_one(communes: dict[str, Commune]) -> None:
    made = dataset()
    seen = [
        'href="/jeux/"' in who.get("/").content.decode()
        for who in (feeding(PLANNER, made), browser(OUTSIDER))
    ]
    assert seen == [True, False]


def test_creator_of_a_dataset_feeds_it_with_their_group() -> None:
    client = browser(PLANNER)
    account = PLANNER.account()
    account.user_permissions.add(Permission.objects.get(codename="add_dataset"))
    address, posted = start(client)
    send(client, address, posted | {"jeu-producer": str(Group.objects.get(name="Urbanisme").pk)})
    made = Dataset.objects.get().layer
    let_producers_publish(made)
    client.post("/jeux/bancs/versions/1/publier/", entry(made, producer=str(made.producer_id)))
    assert Delivery.objects.get().state == "online"


def test_group_that_an_administrator_gives_a_dataset_to_feeds_it() -> None:
    client = browser(ADMINISTRATOR)
    PLANNER.account()
    group = Group.objects.get(name="Urbanisme")
    address, posted = start(client)
    send(client, address, posted | {"jeu-producer": str(group.pk)})
    assert rights(PLANNER.visitor(), Dataset.objects.get().layer).can_publish


def test_creator_gives_no_dataset_to_another_group() -> None:
    client = browser(PLANNER)
    PLANNER.account().user_permissions.add(Permission.objects.get(codename="add_dataset"))
    GARDENER.account()
    address, posted = start(client)
    client.post(address, posted | {"jeu-producer": str(Group.objects.get(name="Espaces verts").pk)})
    assert Dataset.objects.count() == 0


def test_protected_field_of_a_version_is_hidden_from_who_does_not_read_it() -> None:
    made = dataset()
    client = feeding(PLANNER, made, approves=True)
    published(made, bench(nom="Secret-Un"))
    deliver(made, bench(nom="Secret-Deux"))
    ProtectedField.objects.create(layer=made.layer, name="nom")
    page = client.get("/jeux/bancs/versions/2/").content.decode()
    export = client.get("/jeux/bancs/versions/2/export.csv").getvalue().decode()
    assert ("Secret" in page, "Secret" in export) == (False, False)


def test_wide_file_fits_in_one_form() -> None:
    titles = ";".join(f"colonne {number}" for number in range(300))
    client = browser(ADMINISTRATOR)
    assert loaded(client, f"{titles}\n{';'.join('x' * 300)}\n".encode()).state == "ready"


def test_known_columns_come_back_as_they_were_decided() -> None:
    published(dataset(), bench())
    client = browser(ADMINISTRATOR)
    posted = start(client, CSV, to="bancs")[1]
    assert (posted["colonnes-0-is_key"], "colonnes-3-is_included" in posted) == ("on", False)


TABLE = b"code;nom;places\nB01;Banc du pont;3\nB02;Banc du parc;4\n"
POSITIONS = {
    "two columns": (CSV, "Point"),
    "WKT": (
        f"code;nom;places;wkt\nB01;Banc du pont;3;POINT({LON} {LAT})\nB02;Banc du parc;4;POINT({LON} {LAT})\n".encode(),
        "Point",
    ),
    "surfaces": (
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"code": code, "nom": nom, "places": places},
                        "geometry": {
                            "type": "Polygon",
                            "coordinates": [[[LON, LAT], [LON + 0.001, LAT], [LON, LAT + 0.001], [LON, LAT]]],
                        },
                    }
                    for code, nom, places in (("B01", "Banc du pont", 3), ("B02", "Banc du parc", 4))
                ],
            }
        ).encode(),
        "Polygon",
    ),
}


def table_online() -> Client:
    """Put a table without geometry online, and return the browser of who did."""
    client = browser(ADMINISTRATOR)
    first = loaded(client, TABLE)
    publish(delivery=first, visitor=ADMINISTRATOR.visitor())
    return client


@pytest.mark.parametrize("case", POSITIONS)
def test_positions_that_come_to_a_table_make_a_layer_when_accepted(case: str) -> None:
    content, kind = POSITIONS[case]
    client = table_online()
    address, posted = start(client, content, to="bancs")
    page = client.get(address).content.decode()
    send(client, address, posted | {"geometrie-becomes_layer": "on"})
    delivery = Delivery.objects.get(number=2)
    counts = {name: delivery.comparison[name] for name in ("added", "removed", "changed", "unchanged")}
    checked = client.get("/jeux/bancs/versions/2/").content.decode()
    client.post("/jeux/bancs/versions/2/publier/", {"schema-accepts_schema": "on"})
    shapes = client.get("/api/collections/bancs/items?f=json").json()["features"]
    layer = Layer.objects.get(slug="bancs")
    assert "apporte des positions à un tableau" in page
    assert counts == {"added": 0, "removed": 0, "changed": 2, "unchanged": 0}
    assert "2 lignes reçoivent une position" in checked
    assert {shape["geometry"]["type"] for shape in shapes} == {kind}
    assert layer.style["icon"] != "table"
    assert (
        "geometrie-becomes_layer" not in client.get(columns_of(client, content, to="bancs")).content.decode()
    )


@pytest.mark.parametrize("case", ["two columns", "WKT"])
def test_positions_that_come_to_a_table_leave_it_a_table_unless_accepted(case: str) -> None:
    client = table_online()
    address, posted = start(client, POSITIONS[case][0], to="bancs")
    send(client, address, posted)
    schema = Delivery.objects.get(number=2).schema_version.schema
    assert (schema.geometry.value, [field.name for field in schema.fields]) == (
        "",
        ["code", "nom", "places"],
    )
