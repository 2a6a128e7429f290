"""Versions of plans: each address of each version, by each kind of person; what waits or left is nowhere else.

=============  ===========================================================================================
elaboration    former; modification 1 replaced it
modification   online
staged         waits; modification 2
withdrawn      was online and was undone; modification 3
=============  ===========================================================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from layers.models import Layer
from layers.visitor import system_visitor
from layers.vocabulary import Visibility
from plui.catalogue import LAYERS
from plui.loading.services import PlanVersionSubject
from plui.models import PlanVersion, WrittenPiece
from plui.vocabulary import PlanState
from publication.layers import LayerSubject
from publication.services import submit, withdraw_directly
from tests.examples import is_thorough, spread
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.plan_in_time import BEFORE, EAST, SECRET, PlanInTime, plan_in_time, plan_version, zone_of
from tests.plu_packages import PDF
from tests.protocols import read
from tests.staff import signed_in
from tests.world import grant

pytestmark = pytest.mark.django_db
ZONES = "plui-zones"
GONE = "UWretire"
STATES = ("elaboration", "modification", "staged", "withdrawn")
PUBLISHED, HIDDEN = STATES[:2], STATES[2:]
# The addresses of a version by route, given its name; the status of each for a person; who asked which.
Routes = Callable[[str], dict[str, str]]
Expected = Callable[[str, Person], int]
Asked = tuple[str, str, str]


@dataclass(frozen=True)
class Plan:
    """The versions by name, and the pieces of each."""

    time: PlanInTime
    versions: dict[str, PlanVersion]

    def reads(self, name: str) -> dict[str, str]:
        """Return the addresses that the public has of a version."""
        version = self.versions[name]
        number, piece = [version.pk], reverse("plui:piece", args=[version.idurba, piece_name(version)])
        return {
            **{route: reverse(f"plui:{route}", args=number)
               for route in ("document-version", "comparison", "comparison-file")},
            **{table: reverse("plui:comparison-table", args=[*number, table])
               for table in ("surfaces", "changements", "pieces")},
            "piece": piece,
            "piece by path": reverse("plui:piece", args=[version.idurba, f"Pieces_ecrites/{piece_name(version)}"]),
            "piece by version": f"{piece}?version={version.pk}",
        }  # fmt: skip

    def managed(self, name: str) -> dict[str, str]:
        """Return those that who loads plans has."""
        number = [self.versions[name].pk]
        routes = ("version", "findings-csv", "findings-lines")
        return {"list": reverse("plui:list")} | {
            route: reverse(f"plui:{route}", args=number) for route in routes
        }


def piece_name(version: PlanVersion) -> str:
    return f"reglement-{version.nomproc}.pdf"


def client_of(person: Person, host: str = "localhost") -> Client:
    return Client(headers={"host": host}) if person is PUBLIC else signed_in(person)


def statuses(addresses: dict[str, str], person: Person, host: str = "localhost") -> dict[str, int]:
    client = client_of(person, host)
    return {name: read(client.get(path)).status for name, path in addresses.items()}


def status(path: str, person: Person, host: str = "localhost") -> int:
    return read(client_of(person, host).get(path)).status


@pytest.fixture
def plan(catalogue: object, media: Path) -> Plan:
    time = plan_in_time()
    withdrawn = plan_version(
        "M3",
        dt.date(2026, 10, 1),
        state=PlanState.WITHDRAWN,
        replaces=time.modification,
        title="Modification-3",
    )
    zone_of(withdrawn, GONE, EAST)
    PlanVersion.objects.filter(pk=time.staged.pk).update(title="Modification-2")
    versions = dict(zip(STATES, (*time.versions, withdrawn), strict=True))
    for version in versions.values():
        version.refresh_from_db()
        name = piece_name(version)
        piece = WrittenPiece(
            version=version, path=f"Pieces_ecrites/{name}", name=name, size=len(PDF), content_hash="0" * 64
        )
        piece.file.save(name, ContentFile(PDF))
    for definition in LAYERS:
        grant(PLANNER, definition.slug, can_add=True, can_change=True, can_delete=True)
        grant(GARDENER, definition.slug, can_approve=True)
    return Plan(time, versions)


def close(*slugs: str) -> None:
    """Make layers internal: by default each of the plan."""
    names = slugs or tuple(definition.slug for definition in LAYERS)
    Layer.objects.filter(slug__in=names).update(visibility=Visibility.INTERNAL)


def wrong(plan: Plan, routes: Routes, people: Iterable[Person], expected: Expected) -> dict[Asked, int]:
    """Return the statuses of addresses of each version for each person that are not those expected."""
    return {
        (state, str(person), name): status
        for state in STATES
        for person in people
        for name, status in statuses(routes(state), person).items()
        if status != expected(state, person)
    }


def test_a_version_is_read_by_everybody_once_it_was_published_and_by_nobody_before_or_after(
    plan: Plan,
) -> None:
    people = (PUBLIC, OUTSIDER, PARTNER)
    assert wrong(plan, plan.reads, people, lambda state, _who: 200 if state in PUBLISHED else 404) == {}


def test_who_loads_plans_or_decides_of_them_reads_each_version(plan: Plan) -> None:
    people = (PLANNER, GARDENER, ADMINISTRATOR)
    assert wrong(plan, plan.reads, people, lambda _state, _who: 200) == {}
    assert wrong(plan, plan.managed, people, lambda _state, _who: 200) == {}


def closed_to(person: Person) -> int:
    """Return the status of a page of management: who has not signed in goes to do so, whatever there is."""
    return 302 if person.is_anonymous else 404


def test_nobody_else_finds_the_pages_of_its_findings(plan: Plan) -> None:
    people = (PUBLIC, OUTSIDER, PARTNER, TOWN_AGENT)
    assert wrong(plan, plan.managed, people, lambda _state, who: closed_to(who)) == {}


def test_nobody_else_writes_to_a_version(plan: Plan) -> None:
    staged = plan.versions["staged"]
    for person in (PUBLIC, OUTSIDER, PARTNER):
        client = client_of(person)
        for route in ("decision", "acceptance", "action"):
            answer = client.post(reverse(f"plui:{route}", args=[staged.pk]), {"action": "discard"})
            assert answer.status_code == closed_to(person), (str(person), route)
    assert PlanVersion.objects.filter(pk=staged.pk).exists()


def test_nothing_of_a_version_is_there_while_its_zones_are_hidden(plan: Plan) -> None:
    close(ZONES)
    assert wrong(plan, plan.reads, (PUBLIC, OUTSIDER), lambda _state, _who: 404) == {}


def test_who_is_granted_every_row_reads_what_was_published(plan: Plan) -> None:
    close()
    for definition in LAYERS:
        grant(TOWN_AGENT, definition.slug)
    for state in PUBLISHED:
        assert set(statuses(plan.reads(state), TOWN_AGENT).values()) == {200}, state


@pytest.mark.parametrize(
    ("rows", "is_piece_there"), [("libelle = 'N'", True), ("libelle = 'rien'", False)], ids=["one", "none"]
)
def test_who_reads_some_zones_reads_the_pieces_that_they_name_and_no_comparison(
    plan: Plan, rows: str, is_piece_there: bool
) -> None:
    close(ZONES)
    grant(TOWN_AGENT, ZONES, rows=rows)
    for state in PUBLISHED:
        answers = statuses(plan.reads(state), TOWN_AGENT)
        readable = {name for name, status in answers.items() if status == 200}
        pieces = {name for name in answers if name.startswith("piece ") or name == "piece"}
        assert readable == (pieces if is_piece_there else set()), state


def test_the_portal_of_a_commune_has_the_versions_of_its_documents_alone(plan: Plan) -> None:
    for state in PUBLISHED:
        for commune, expected in (("meudon", 200), ("sevres", 404)):
            answers = statuses(plan.reads(state), PUBLIC, f"{commune}.localhost")
            assert set(answers.values()) == {expected}, (state, commune)


def test_only_what_is_online_has_a_package(plan: Plan) -> None:
    absent = [version for name, version in plan.versions.items() if name != "modification"]
    addresses = {version.nomproc: reverse("plui:package", args=[version.idurba]) for version in absent}
    for person in (PUBLIC, OUTSIDER, PLANNER, GARDENER, ADMINISTRATOR):
        assert set(statuses(addresses, person).values()) == {404}, str(person)


@pytest.mark.parametrize(
    ("rows", "expected"), [("libelle = 'N'", 403), ("libelle = 'rien'", 404)], ids=["some zones", "no zone"]
)
def test_the_package_is_refused_in_words_to_who_reads_a_part_of_it_and_absent_for_others(
    plan: Plan, rows: str, expected: int
) -> None:
    close(ZONES)
    grant(TOWN_AGENT, ZONES, rows=rows)
    address = reverse("plui:package", args=[plan.versions["modification"].idurba])
    assert status(address, TOWN_AGENT) == expected


def test_the_package_is_absent_from_the_portal_of_a_commune_that_is_not_in_the_document(plan: Plan) -> None:
    address = reverse("plui:package", args=[plan.versions["modification"].idurba])
    assert status(address, PUBLIC, "sevres.localhost") == 404


def everywhere(plan: Plan) -> list[str]:
    """Return an address of each surface that shows plans, at days of each version, and without one."""
    modification = plan.versions["modification"]
    point = "2.215,48.809"
    days = ["", BEFORE, "2026-09-15", "2026-10-15"]
    if is_thorough():  # days on which the same versions are in force
        days += ["2025-03-01", "2030-01-01"]
    dated = [
        f"/catalogue/{ZONES}/", f"/catalogue/{ZONES}/{plan.time.east.pk}/", f"/carte/?couches={ZONES}",
        f"/carte/imprimer/?couches={ZONES}", f"/api/collections/{ZONES}", f"/api/collections/{ZONES}/items",
        f"/api/collections/{ZONES}/aggregate?group_by=libelle", f"/tiles/{ZONES}.json",
        f"/export/{ZONES}.geojson", f"/export/{ZONES}.csv", f"/api/planning/applies?point={point}",
        f"/api/planning/procedures?point={point}", f"/urbanisme/ici/?point={point}",
        f"/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames={ZONES}",
        f"/recherche/?q={SECRET}", f"/recherche/?q={GONE}", f"/recherche/suggestions/?q={SECRET[:6]}",
    ]  # fmt: skip
    once = [
        "/", "/catalogue/", "/sitemap.xml", "/catalog.ttl", "/catalogue.csv", "/catalogue.atom",
        "/urbanisme/documents/", "/api/planning/procedures", "/api/openapi.json", "/api/collections",
        *plan.reads("modification").values(), *plan.reads("elaboration").values(),
        f"/publication/{quote(ZONES)}/",
        reverse("plui:comparison", args=[modification.pk]) + "?page=1",
    ]  # fmt: skip
    return [*once, *(with_day(path, day) for path in dated for day in days)]


def with_day(path: str, day: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}plan-date={day}" if day else path


def showing(person: Person, addresses: Iterable[str], words: Iterable[str]) -> list[str]:
    """Return the addresses whose answer has one of some words that the address has not."""
    client, readable = client_of(person), []
    for path in addresses:
        answer = read(client.get(path, follow=True))
        if answer.status < 300 and answer.shows([word for word in words if word not in path]):
            readable.append(path)
    return readable


def words_of(plan: Plan, *names: str) -> list[str]:
    versions = [plan.versions[name] for name in names]
    own = {"staged": SECRET, "withdrawn": GONE}
    return [
        *(own[name] for name in names if name in own),
        *(version.title for version in versions),
        *(version.idurba for version in versions),
        *(piece_name(version) for version in versions),
    ]


@pytest.mark.parametrize("person", spread([PUBLIC, OUTSIDER, PARTNER], one_in=3), ids=str)
def test_what_waits_and_what_was_withdrawn_is_on_no_page_in_no_answer_and_in_no_file(
    plan: Plan, person: Person
) -> None:
    assert showing(person, everywhere(plan), words_of(plan, *HIDDEN)) == []


def test_a_version_that_is_submitted_or_sent_back_stays_nowhere(plan: Plan) -> None:
    submit(subject=PlanVersionSubject(plan.versions["staged"]), visitor=PLANNER.visitor())
    assert showing(PUBLIC, spread(everywhere(plan), one_in=3), words_of(plan, "staged")) == []
    assert set(statuses(plan.reads("staged"), PUBLIC).values()) == {404}


def test_an_approver_of_one_layer_of_the_plan_reads_no_version_that_waits(plan: Plan) -> None:
    grant(TOWN_AGENT, ZONES, can_approve=True)
    assert set(statuses(plan.reads("staged") | plan.managed("staged"), TOWN_AGENT).values()) == {404}


def test_the_withdrawal_of_the_layer_of_the_zones_makes_every_version_absent(plan: Plan) -> None:
    before = showing(PUBLIC, spread(everywhere(plan), one_in=3), words_of(plan, *PUBLISHED))
    assert len(before) > 7
    withdraw_directly(subject=LayerSubject(Layer.objects.get(slug=ZONES)), visitor=system_visitor())
    addresses = [*plan.reads("modification").values(), *plan.reads("elaboration").values()]
    assert {status(path, PUBLIC) for path in addresses} == {404}
    assert showing(PUBLIC, ["/urbanisme/documents/", "/sitemap.xml"], words_of(plan, *PUBLISHED)) == []


def test_a_version_that_is_undone_leaves_its_addresses_at_once(plan: Plan) -> None:
    client: Any = client_of(PUBLIC)
    addresses = plan.reads("modification").values()
    tags = {path: read(client.get(path)).headers.get("ETag", "") for path in addresses}
    PlanVersion.objects.filter(pk=plan.versions["modification"].pk).update(state=PlanState.WITHDRAWN)
    again = {path: client.get(path, headers={"if-none-match": tag or '"x"'}) for path, tag in tags.items()}
    assert {read(answer).status for answer in again.values()} == {404}
