"""A withdrawal acts everywhere at once, and what waits is nowhere: every address of the site is requested.

Who adds a route that takes a layer gives its parameters a value in ``VALUES``, or the route an address in ``samples``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from datasets.models import Dataset
from datasets.publication.subjects import DeliverySubject
from exports.services import EXPORTS
from gisportal.accounts.links.services import create_link, link_target
from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from interface.sharing import shared_address
from layers.models import Layer, Raster
from layers.visitor import system_visitor
from metadata.attachments.services import add_attachment
from metadata.records import Record, public_records
from publication import services
from publication.layers import LayerSubject
from publication.models import Submission
from styles.styled_layers import STYLE_NAME
from tests import dashboards, rasters
from tests.deliveries import bench, dataset, deliver
from tests.examples import is_thorough, spread
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import OF_A_LAYER, OF_THE_CATALOGUE, Answer, read, tile_of
from tests.site_addresses import PARAMETER, address_of, site_routes
from tests.staff import BACKEND
from tests.world import World, grant

SLUG, TITLE, ROW, NOTICE = "bancs", "Assises-du-quai", "Banc-du-lavoir", "notice-des-assises.txt"
RASTER, RASTER_TITLE = "ombrage", "Ombrage-du-val"
WORDS = (TITLE, ROW, NOTICE, RASTER_TITLE, f"/{SLUG}/</loc>")
ABSENT = "rien-du-tout"
READER, PRODUCER = PLANNER, GARDENER
PARIS = ZoneInfo("Europe/Paris")
TILE = tile_of(2.21, 48.81)
ZOOM, COLUMN, ROW_OF_TILE = TILE.split("/")
VALUES = {
    "layer": SLUG, "slug": SLUG, "dataset": SLUG, "str:record": SLUG, "raster": RASTER, "dashboard": "quai",
    "panel": "liste", "field": "nom", "style": STYLE_NAME, "matrix": "WebMercatorQuad",
    "matrix_set": "WebMercatorQuad", "form": "csv", "slug:form": "svg", "raster_form:form": "png", "kind": "csv",
    "suffix": "csv", "size": "full", "relation": "photos", "part": "sujet", "version": "1", "code": "schema",
    "zoom": ZOOM, "x": COLUMN, "column": COLUMN, "y": ROW_OF_TILE, "row": ROW_OF_TILE,
    "pk": "1", "number": "1", "order": "1", "feature": "1", "photo": "1", "remark": "1", "change": "1",
    "int:record": "1",
    "font": "Noto", "first": "0", "last": "255", "rest": "x", "name": "x", "token": "x", "provider_id": "x",
    "idurba": "200057974_PLUI_20260101",
    "parcel": "92048000AB0012", "key": "x", "uuid:key": str(UUID(int=1)), "uuid:pk": str(UUID(int=1)),
}  # fmt: skip
LAYER_PARAMETERS = {"layer", "dataset", "raster"}
# What this layer has not: entered records, photos, requests, a version before the first, a change of its schema.
OF_OTHER_LAYERS = (
    "saisie/",
    "modifier/",
    "photos/",
    "gestion/demandes/",
    "relecture/ligne/",
    "relecture/ecarts",
    f"schema/{UUID(int=1)}/",
)
IDENTITY = f"http://localhost/explore/dataset/{SLUG}/"
_CSW = "/csw?service=CSW&version=2.0.2&request="
CATALOGUES = (
    *(f"/catalog.{form}" for form in ("rdf", "ttl", "jsonld")),
    "/api/explore/v2.1/catalog/exports/dcat/?include_exports=csv,geojson&lang=fr",
    f"{_CSW}GetRecordById&elementsetname=full&id={quote(IDENTITY, safe='')}",
    f"{_CSW}GetRecords&typenames=csw:Record&elementsetname=full&resulttype=results",
    "/api/collections/catalogue/items?q=quai",
    f"/api/collections/catalogue/items/{SLUG}",
    "/catalogue.csv", "/catalogue.atom", "/catalogue.rss", "/sitemap.xml",
)  # fmt: skip
PAGES = (
    f"/explore/dataset/{SLUG}/",
    f"/api/explore/v2.1/catalog/datasets/{SLUG}/exports/csv?use_labels=true",
    "/recherche/?q=assises",
    "/recherche/?q=lavoir",
    "/recherche/suggestions/?q=assis",
    f"/carte/?couches={SLUG}",
    f"/carte/integree/?couches={SLUG}",
    f"/carte/imprimer/?couches={SLUG}",
    f"/carte/fichier.html?couches={SLUG}",
    f"/carte/question/reponse/{SLUG}/1/?couches={SLUG}&near=2.21,48.81&radius=9000",
    "/api/collections?f=json",
)
# What is requested in each state that comes before the first day online: one address of each surface.
SURFACES = (
    "/",
    "/catalogue/",
    f"/catalogue/{SLUG}/",
    f"/export/{SLUG}.csv",
    *CATALOGUES,
    *PAGES[:6],
)


@dataclass(frozen=True)
class Site:
    """A dataset that is ready, and what stands on it: a raster beside it, a dashboard, a document."""

    made: Dataset
    raster: Raster
    samples: Mapping[str, str]

    def by_route(self, **names: str) -> dict[str, str]:
        """Return an address for each route; ``names`` are other values."""
        values = VALUES | names
        return {route: address_of(route, values, self.samples) for route in site_routes()}

    def of_a_layer(self) -> dict[str, str]:
        """Return those of the routes that take a layer, a dataset or a raster."""
        return {route: path for route, path in self.by_route().items() if takes_a_layer(route)}

    def addresses(self) -> list[str]:
        place = {
            "slug": SLUG,
            "pk": 1,
            "photo": 1,
            "tile": TILE,
            "row_tile": f"{ZOOM}/{ROW_OF_TILE}/{COLUMN}",
        }
        addresses = {protocol.address.format(**place) for protocol in (*OF_A_LAYER, *OF_THE_CATALOGUE)}
        return sorted({*addresses, *CATALOGUES, *PAGES, *self.by_route().values()})

    def submit(self) -> Submission:
        return services.submit(subject=self.delivery, visitor=system_visitor())

    @property
    def delivery(self) -> DeliverySubject:
        return DeliverySubject(self.made.deliveries.get())

    def withdraw(self, submission: Submission) -> None:
        services.withdraw(submission=submission, visitor=system_visitor(), reason="Erreur")
        services.withdraw_directly(subject=LayerSubject(self.raster.layer), visitor=system_visitor())

    def publish_again(self) -> Submission:
        services.publish_directly(subject=LayerSubject(self.raster.layer), visitor=system_visitor())
        return services.publish_directly(subject=self.delivery, visitor=system_visitor())

    def record(self) -> Record:
        return next(row for row in public_records(instant=timezone.now()) if row.slug == SLUG)


def takes_a_layer(route: str) -> bool:
    names = {name for _converter, name in PARAMETER.findall(route)} | set(re.findall(r"\(\?P<(\w+)>", route))
    is_of_datasets = "slug" in names and route.startswith(("jeux/", "publication/"))
    return bool(names & LAYER_PARAMETERS) or is_of_datasets


def browser(person: Person = PUBLIC, **headers: str) -> Client:
    client = Client(headers={"host": "localhost"} | headers)
    if not person.is_anonymous:
        client.force_login(person.account(), backend=BACKEND)
    return client


def answer(client: Client, path: str) -> Answer:
    return read(client.get(path))


def showing(client: Client, addresses: Iterable[str]) -> list[str]:
    """Return the addresses whose answer names the dataset, a row of it, its document, or the raster."""
    answers = ((path, answer(client, path)) for path in addresses)
    return [path for path, each in answers if each.status < 300 and each.shows(WORDS)]


@pytest.fixture
def site(world: World, media: object, settings: Settings, tmp_path: Path) -> Site:
    """An open dataset without anything online, and a delivery that is ready."""
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"
    tiles = {"BACKEND": "tiles.sql.TileTable", "OPTIONS": {"MAX_BYTES": 1_000_000}}
    settings.CACHES = {**settings.CACHES, "tiles": tiles}
    made = dataset(SLUG)
    made.layer.title = TITLE
    made.layer.save()
    deliver(made, bench("B1", ROW))
    grant(READER, SLUG)
    grant(PRODUCER, SLUG, can_add=True, can_change=True, can_delete=True)
    raster = rasters.online(RASTER, rasters.slope(), title=RASTER_TITLE)
    services.withdraw_directly(subject=LayerSubject(raster.layer), visitor=system_visitor())
    table = {"id": "liste", "kind": "table", "question": {"layer": SLUG, "fields": ["nom"]}}
    dashboards.dashboard("quai", sections=[{"id": "s", "title": "s", "panels": [table]}], is_public=True)
    notice = add_attachment(
        layer=made.layer, title=NOTICE, upload=SimpleUploadedFile(NOTICE, NOTICE.encode()), name=NOTICE,
        visitor=system_visitor(),
    )  # fmt: skip
    return Site(made, raster, samples(str(notice.pk)))


def samples(notice: str) -> dict[str, str]:
    """Return the addresses of routes that are patterns, and of those that need a query or a document."""
    access, former = (
        "gestion/^acces/(?P<kind>couche|tableau)/(?P<pk>[0-9]{1,18})/",
        r"(?P<dataset>[^/]{1,255})",
    )
    sprite = "styles/(?P<style>[^/]+)/sprite(?P<form>[^/]*)$"
    return {
        f"api/^collections/(?P<layer>[^/]+)/{sprite}": "/api/collections/{layer}/styles/{style}/sprite.json",
        f"api/^{sprite}": "/api/styles/{style}/sprite.json",
        r"^api/explore/v2\.1/catalog/exports/dcat/?$": "/api/explore/v2.1/catalog/exports/dcat/",
        rf"^api/explore/v2\.1/catalog/datasets/{former}/exports/(?P<form>[^/]{{1,40}})/?$":
            "/api/explore/v2.1/catalog/datasets/{dataset}/exports/csv",
        rf"^api/v2/catalog/datasets/{former}/attachments/(?P<name>[^/]{{1,255}})/?$":
            f"/api/v2/catalog/datasets/{{dataset}}/attachments/{notice}",
        rf"^explore/dataset/{former}/?(?:(?:information|table|map|export|api)/?)?$": "/explore/dataset/{dataset}/",
        f"{access}et-si/$": "/gestion/acces/couche/1/et-si/",
        f"{access}$": "/gestion/acces/couche/1/",
        f"{access}(?P<action>terminer|prolonger|retirer)/$": "/gestion/acces/couche/1/terminer/",
        "catalogue/<slug:layer>/pieces/<int:pk>/<str:name>": f"/catalogue/{{layer}}/pieces/{notice}/{NOTICE}",
        "tiles/raster/<str:raster>/statistics": "/tiles/raster/{raster}/statistics?commune=92048",
        "tiles/raster/<str:raster>/value": "/tiles/raster/{raster}/value?lon=2.2205&lat=48.8085",
    }  # fmt: skip


def test_every_route_that_takes_a_layer_has_an_address_which_a_withdrawal_makes_absent(site: Site) -> None:
    """Its parameters have values that open it; withdrawn, it answers the public as a layer that does not exist."""
    submission, of_a_layer = site.publish_again(), site.of_a_layer()
    chief, public = browser(ADMINISTRATOR), browser()
    statuses = {path: answer(chief, path).status for path in of_a_layer.values()}
    unopened = [path for path, status in statuses.items() if status in {400, 404}]
    assert [path for path in unopened if not any(part in path for part in OF_OTHER_LAYERS)] == []
    site.withdraw(submission)
    absent = site.by_route(**dict.fromkeys(("layer", "slug", "dataset", "raster", "str:record"), ABSENT))
    pairs = {
        path: (answer(public, path).status, answer(public, absent[route]).status)
        for route, path in of_a_layer.items()
    }
    assert {path: pair for path, pair in pairs.items() if pair[0] != pair[1] or pair[0] == 200} == {}


def test_what_waits_is_nowhere_and_what_is_withdrawn_leaves_every_address(
    site: Site, subtests: pytest.Subtests
) -> None:
    every = site.addresses()
    public, few = browser(), every if is_thorough() else [*SURFACES]
    people = {str(person): browser(person) for person in (OUTSIDER, READER, PRODUCER, ADMINISTRATOR)}

    def nowhere(state: str, client: Client, addresses: Iterable[str]) -> None:
        with subtests.test(state):
            assert showing(client, addresses) == []

    nowhere("draft", public, few)
    submission = site.submit()
    nowhere("submitted", public, few)
    start = dt.datetime.combine(timezone.localdate() + dt.timedelta(days=1), dt.time(8), PARIS)
    services.approve(submission=submission, visitor=ADMINISTRATOR.visitor(), starts_at=start)
    services.run_due(system_visitor(start - dt.timedelta(minutes=1)))
    nowhere("approved for tomorrow at eight, a minute before", public, few)
    services.run_due(system_visitor(start))
    services.publish_directly(subject=LayerSubject(site.raster.layer), visitor=system_visitor())
    published = showing(public, every)
    some = spread(published, one_in=6)
    with subtests.test("online"):
        assert [path for path in SURFACES if path not in published] == []
        assert len(published) > 80, published
    tags = {path: tag for path in some if (tag := answer(public, path).headers.get("ETag"))}
    first, prepared = site.record(), prepared_file(public)
    holder = holder_of_a_link()
    with subtests.test("a link and a prepared file"):
        assert showing(holder, ["/tableaux-de-bord/quai/liste/"]) == ["/tableaux-de-bord/quai/liste/"]
        assert showing(public, [prepared]) == [prepared]

    site.withdraw(submission)
    nowhere("withdrawn, for the public", public, every if is_thorough() else [*published, prepared])
    nowhere("withdrawn, for who holds a link", holder, some)
    nowhere("withdrawn, for an outsider", people[str(OUTSIDER)], some)
    nowhere("withdrawn, for who has a grant", people[str(READER)], some)
    nowhere("withdrawn, for its producer", people[str(PRODUCER)], some)
    nowhere("withdrawn, in the catalogues of an administrator", people[str(ADMINISTRATOR)], CATALOGUES)
    with subtests.test("no copy is confirmed"):
        confirmed = [path for path, tag in tags.items() if revalidated(path, tag) == 304]
        assert confirmed == []
    again = site.publish_again()
    with subtests.test("online again: the same addresses, the same identity, the same date of issue"):
        same = [path for path in published if path in {*SURFACES, *some}]
        assert showing(public, same) == same
        second = site.record()
        assert (second.path, second.issued) == (first.path, first.issued)
    Layer.objects.filter(slug=SLUG).update(visibility="internal")
    with subtests.test("internal, for who has a grant"):
        assert len(showing(people[str(READER)], some)) > 4
    end = timezone.now() + dt.timedelta(days=2)
    services.move(submission=again, visitor=system_visitor(), ends_at=end)
    services.run_due(system_visitor(end))
    services.withdraw_directly(subject=LayerSubject(site.raster.layer), visitor=system_visitor())
    nowhere("ended, for who has a grant", people[str(READER)], some)


def test_the_journal_has_who_approved_which_version_and_both_instants(site: Site) -> None:
    start = dt.datetime.combine(timezone.localdate() + dt.timedelta(days=1), dt.time(8), PARIS)
    services.approve(submission=site.submit(), visitor=ADMINISTRATOR.visitor(), starts_at=start)
    late = start + dt.timedelta(minutes=3)
    services.run_due(system_visitor(late))
    entry = JournalEntry.objects.filter(event=Event.PUBLICATION, detail__state="online").latest("pk")
    instants = [dt.datetime.fromisoformat(entry.detail[name]) for name in ("planned_at", "done_at")]
    assert (entry.subject, entry.detail["version"], instants) == (f"layer {SLUG}", 1, [start, late])
    event = Submission.objects.get(version=1, kind="delivery").events.get(state="approved")
    assert event.actor is not None
    assert event.actor.username == ADMINISTRATOR.name


def prepared_file(client: Client) -> str:
    """Have the worker write a file of the layer, and return its address."""
    page = client.get(f"/export/{SLUG}.csv?preparer=1", headers={"accept": "text/html"}).headers["Location"]
    EXPORTS.run(UUID(page.split("/")[2]))
    return f"{page}fichier"


def holder_of_a_link() -> Client:
    """Return the browser of who holds a link to the dashboard, made by who has a grant on its layer."""
    visitor = READER.visitor()
    target = link_target(visitor, shared_address("/tableaux-de-bord/quai/"))
    author, last_day = READER.account().pk, timezone.localdate(visitor.instant)
    _link, token = create_link(author_id=author, target=target, title="AMO", last_day=last_day)
    client = browser()
    client.get(f"/compte/lien/{token}/")
    return client


def revalidated(path: str, tag: str) -> int:
    return answer(browser(**{"if-none-match": tag}), path).status
