"""The demonstration: complete, labelled, repeatable, and never in the way of what people changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from amenities.models import (
    Playground,
)
from dashboards.models import Dashboard, DashboardVersion
from datasets.models import Delivery, Upload
from explorer.models import FeatureReport
from gisportal.accounts.models import User
from gisportal.catalogue import CODED
from gisportal.demo import loading
from gisportal.demo.activity import SAMPLES
from gisportal.demo.colleagues import COLLEAGUES
from gisportal.demo.dashboards import Record
from gisportal.demo.datasets import DATASETS
from gisportal.demo.datasets.benches import BENCHES
from gisportal.demo.datasets.buildings import BUILDINGS
from gisportal.demo.datasets.events import EVENTS
from gisportal.demo.datasets.public_inquiry import REMARKS
from gisportal.demo.datasets.public_inquiry import SAMPLES as REMARK_SAMPLES
from gisportal.demo.datasets.street_furniture import DEFECTS
from gisportal.demo.loading import load_demo
from gisportal.demo.people import EVERYBODY, PEOPLE, Secret
from gisportal.demo.plui import DATAPPRO, IDENTIFIERS
from gisportal.demo.rasters import CANOPY_SLUG, PLAYGROUND_SLUG, load_rasters
from gisportal.demo.rights import DIG, SOEE, WRITES
from gisportal.models import DemoLoad
from heritage.models import RemarkableTree
from layers import access
from layers.access import raster_scope
from layers.errors import Forbidden, UnknownLayer
from layers.models import DataVersion, Grant, Layer, RasterVersion
from layers.queries.rasters import by_commune, value_at
from layers.visitor import system_visitor
from planning.models import ApplicableRule, ToolLayer
from planning.vocabulary import Family, ToolRole
from plui.models import DocUrba, PrescriptionLin, PrescriptionPct, PrescriptionSurf, ZoneUrba
from roadworks.models import RoadWorks
from tests import demo_dashboards, demo_readers, demo_writers
from tests.demo_readers import visitor
from webforms.models import Answer, Form

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def folder(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Load the demonstration once for this file, in a transaction; every test goes back to it."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(DATA_DIR=folder, MEDIA_ROOT=folder / "media"),
        transaction.atomic(),
    ):
        load_demo()
        connection.check_constraints()  # once: each test would check what it did not write, for a second
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def accounts(folder: Path) -> list[dict[str, Any]]:
    return read_accounts(folder)


def read_accounts(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of the file of accounts."""
    lines: list[dict[str, Any]] = json.loads((folder / "demo-accounts.json").read_text())
    return lines


def state() -> dict[str, int]:
    return dict(DataVersion.objects.values_list("table", "version"))


def test_every_layer_is_published_coded_or_not(folder: Path) -> None:
    slugs = (
        {definition.slug for definition in CODED.all()}
        | {sample.slug for sample in DATASETS}
        | {BENCHES, BUILDINGS, DEFECTS, EVENTS, REMARKS}
    )
    rasters = {PLAYGROUND_SLUG, CANOPY_SLUG}
    assert set(Layer.objects.values_list("slug", flat=True)) == slugs | rasters


def test_every_layer_but_two_of_facts_says_it_is_a_sample(folder: Path) -> None:
    facts = {"communes", "population-communale"}
    assert set(Layer.objects.filter(is_sample=False).values_list("slug", flat=True)) == facts


def test_every_layer_says_where_it_comes_from(folder: Path) -> None:
    assert not Layer.objects.filter(source="").exists()


@pytest.fixture(scope="module")
def reloaded(folder: Path, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    """Change what people may change, load again, and tell what was found then; a load takes seconds."""
    accounts = (folder / "demo-accounts.json").read_text()
    with django_db_blocker.unblock(), transaction.atomic():
        tree = RemarkableTree.objects.get(matricule="EXEMPLE-A020")
        RemarkableTree.objects.filter(pk=tree.pk).update(nom_vernaculaire="Autre")
        mine = Playground.objects.create(nom="À moi", geom=Playground.objects.earliest("pk").geom)
        official = User.objects.get(username="elu")
        official.set_password("changed by hand")
        official.save()
        before = state()
        load_demo()
        official.refresh_from_db()
        lines = {line["username"]: line for line in read_accounts(folder)}
        former = {line["username"]: line for line in json.loads(accounts)}
        found = {
            "written": {table for table, version in state().items() if before.get(table) != version},
            "renewed": {name for name, line in lines.items() if former.get(name) != line},
            "name": RemarkableTree.objects.get(pk=tree.pk).nom_vernaculaire == tree.nom_vernaculaire,
            "added": Playground.objects.filter(pk=mine.pk).exists(),
            "password": official.check_password(lines["elu"]["password"]),
        }
        transaction.set_rollback(True)
    (folder / "demo-accounts.json").write_text(accounts)
    return found


def test_loading_again_puts_a_sample_back_under_the_same_number(reloaded: dict[str, Any]) -> None:
    assert reloaded["name"]


def test_loading_again_keeps_what_people_added(reloaded: dict[str, Any]) -> None:
    assert reloaded["added"]


def test_a_password_that_no_longer_opens_is_renewed(reloaded: dict[str, Any]) -> None:
    assert reloaded["password"]


def test_loading_again_writes_neither_a_feature_nor_a_password_that_nobody_changed(
    reloaded: dict[str, Any],
) -> None:
    assert reloaded["written"] == {RemarkableTree._meta.db_table}
    assert reloaded["renewed"] == {"elu"}


def test_dates_keep_counting_from_the_first_load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    DemoLoad.objects.update(anchor=(anchor := DemoLoad.objects.get().anchor - dt.timedelta(days=1)))
    anchors: list[dt.date] = []

    def load(day: dt.date, _threads: object) -> tuple[Record, list[Secret]]:
        anchors.append(day)
        return {}, []

    monkeypatch.setattr(loading, "_load", load)
    monkeypatch.setattr(loading, "write_passwords", list)
    monkeypatch.setattr(loading, "ADDITIONS", {"all": anchors.append})
    load_demo()
    assert anchors == [anchor, anchor]
    assert DemoLoad.objects.get().anchor == anchor


def test_rasters_of_the_same_layers_are_not_written_again(folder: Path) -> None:
    load_rasters()
    assert list(RasterVersion.objects.values_list("number", flat=True)) == [1, 1]


def test_distance_to_a_playground_is_none_there_and_grows_by_the_step(folder: Path) -> None:
    scope = raster_scope(system_visitor(), PLAYGROUND_SLUG)
    place = Playground.objects.earliest("pk").geom
    there, north = (value_at(scope, place.x, place.y + up)[0].value for up in (0, 0.00018))
    assert there == 0
    assert north in {0, 26}  # a cell of 20 m further, at 1.3 m for each


def test_cover_is_a_share_and_woods_have_most_of_it(folder: Path) -> None:
    shares = {
        commune.nom: found for commune, found in by_commune(raster_scope(system_visitor(), CANOPY_SLUG))
    }
    means = {name: found.mean or 0 for name, found in shares.items()}
    assert 0 <= min(means.values()) <= max(means.values()) <= 100
    assert means["Meudon"] > means["Vanves"]


def test_once_leaves_what_people_changed(folder: Path) -> None:
    RemarkableTree.objects.filter(matricule="EXEMPLE-A020").update(nom_vernaculaire="Autre")
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    assert load_demo(once=True) is False
    assert RemarkableTree.objects.get(matricule="EXEMPLE-A020").nom_vernaculaire == "Autre"
    assert Layer.objects.get(slug="plui-zones").visibility == "internal"


def test_once_adds_what_an_older_demonstration_does_not_have(folder: Path) -> None:
    FeatureReport.objects.all().delete()
    keepers = Grant.objects.filter(group__name=DIG, layer__slug__in=["plui-zones", "travaux-voirie"])
    keepers.filter(layer__slug="plui-zones").update(can_approve=False)  # by people
    keepers.filter(layer__slug="travaux-voirie").delete()
    DemoLoad.objects.update(additions=["pending"])
    assert load_demo(once=True) is True
    assert FeatureReport.objects.count() == len(SAMPLES)
    assert dict(keepers.values_list("layer__slug", "can_approve")) == {
        "plui-zones": False,
        "travaux-voirie": True,
    }
    assert load_demo(once=True) is False


def plui_dates() -> dict[str, str]:
    """Return DATVALID of each object of the PLUi, by its identifier."""
    dates: dict[str, str] = dict(ZoneUrba.objects.values_list("lib_idzone", "datvalid"))
    for model in (PrescriptionSurf, PrescriptionLin, PrescriptionPct):
        dates |= dict(model._default_manager.values_list("lib_idpsc", "datvalid"))
    return dates


def test_once_dates_the_objects_of_an_older_plui(folder: Path) -> None:
    """All were of the day of the document. What people dated stays, and so does what they added."""
    expected = plui_dates()
    for model in (ZoneUrba, PrescriptionSurf, PrescriptionLin, PrescriptionPct):
        model._default_manager.update(datvalid=DATAPPRO)
    mine = ZoneUrba.objects.earliest("pk")
    mine.pk, mine.lib_idzone, mine._state.adding = None, "", True
    mine.save()
    dated = f"{IDENTIFIERS}_ZO003"
    ZoneUrba.objects.filter(lib_idzone=dated).update(datvalid="20240531")
    additions = DemoLoad.objects.get().additions
    DemoLoad.objects.update(additions=[name for name in additions if name != "plui_dates"])
    assert load_demo(once=True) is True
    assert plui_dates() == expected | {dated: "20240531", "": DATAPPRO}
    assert len(set(expected.values())) == 3
    assert load_demo(once=True) is False


def test_once_renews_the_dashboards_that_nobody_wrote(folder: Path) -> None:
    """Those of an older demonstration too, whose files had other digests, or which kept no record."""
    record = DemoLoad.objects.get().dashboards
    older = {name: {**told, "sha256": "older"} for name, told in record.items()}
    for slug in ("flotte", "pcaet", "plpdma"):
        DashboardVersion.objects.filter(dashboard__slug=slug).update(document={"sections": []})
    Dashboard.objects.filter(slug="pcaet").update(revision=F("revision") + 1)
    Dashboard.objects.filter(slug="velos-libre-service").delete()
    del older["plpdma"]
    DemoLoad.objects.update(dashboards=older)
    assert load_demo(once=True) is True
    rows = Dashboard.objects.select_related("published")
    documents = {row.slug: row.published.document for row in rows if row.published is not None}
    assert documents["pcaet"] == {"sections": []}
    assert documents["flotte"]["sections"] != []
    assert documents["plpdma"]["sections"] != []
    assert "velos-libre-service" not in documents
    assert load_demo(once=True) is False


def test_a_file_waits_and_a_delivery_is_refused_with_its_errors(folder: Path) -> None:
    refused = Delivery.objects.get(state="refused")
    waiting = Upload.objects.exclude(delivery=refused).get()
    assert refused.report["rows_refused"] == 5
    assert (waiting.stage, waiting.owner.username) == ("read", "administrateur")


def test_once_does_not_fill_a_portal_that_removed_the_sample(folder: Path) -> None:
    DocUrba.objects.all().delete()
    load_demo(once=True)
    assert not ZoneUrba.objects.exists()


def test_the_file_of_accounts_is_its_owners_alone(folder: Path) -> None:
    assert (folder / "demo-accounts.json").stat().st_mode & 0o777 == 0o600


def test_the_file_lists_every_person_with_their_groups(accounts: list[dict[str, Any]]) -> None:
    assert [(line["username"], tuple(line["groups"])) for line in accounts] == [
        (p.username, p.groups) for p in EVERYBODY if not p.is_invited
    ]


def test_the_passwords_of_the_file_open_the_accounts(accounts: list[dict[str, Any]]) -> None:
    hashes = dict(User.objects.values_list("username", "password"))
    pairs = {(line["password"], hashes[line["username"]]) for line in accounts}
    assert all(check_password(password, encoded) for password, encoded in pairs)


def test_people_have_an_address_that_reaches_nobody(accounts: list[dict[str, Any]]) -> None:
    emails = User.objects.filter(username__in=[line["username"] for line in accounts]).values_list(
        "email", flat=True
    )
    assert {email.partition("@")[2] for email in emails} == {"example.org"}


def test_passwords_are_long_and_all_different(accounts: list[dict[str, Any]]) -> None:
    named = {person.username for person in PEOPLE}
    passwords = {line["password"] for line in accounts if line["username"] in named}
    assert (len(passwords), min(map(len, passwords)) >= 16) == (len(PEOPLE), True)


def test_every_group_has_an_account() -> None:
    assert {group for person in EVERYBODY for group in person.groups} == set(WRITES)
    assert len(WRITES) == 27


def test_there_are_175_accounts_of_different_names(folder: Path) -> None:
    assert User.objects.count() == 175
    assert len({(person.first_name, person.last_name) for person in COLLEAGUES}) == len(COLLEAGUES)


def test_who_was_invited_has_no_password_and_no_line_in_the_file(
    folder: Path, accounts: list[dict[str, Any]]
) -> None:
    invited = {
        user.username for user in User.objects.exclude(invited_at=None) if not user.has_usable_password()
    }
    assert invited == {person.username for person in COLLEAGUES if person.is_invited}
    assert invited.isdisjoint(line["username"] for line in accounts)


def test_only_one_person_administers(folder: Path) -> None:
    assert [user.username for user in User.objects.filter(is_superuser=True)] == ["administrateur"]


@pytest.mark.parametrize("username", ["elu", "partenaire", "agent-jeux"])
def test_a_grant_not_begun_expired_or_missing_shows_nothing(folder: Path, username: str) -> None:
    with pytest.raises(UnknownLayer):
        access.scope(visitor(username), "plui-prescriptions-lin")


def test_the_town_sees_its_own_lines_alone(folder: Path) -> None:
    codes = set(
        access.scope(visitor("agent-meudon"), "plui-prescriptions-lin").queryset.values_list(
            "commune", flat=True
        )
    )
    assert codes == {"92048"}


def test_planning_sees_every_line(folder: Path) -> None:
    assert access.scope(visitor("urbaniste"), "plui-prescriptions-lin").queryset.count() == 31


def test_who_keeps_the_layers_styles_every_open_one(folder: Path) -> None:
    keeper = visitor("geomaticien")
    drawn = [
        found for found in access.visible(keeper) if found.is_open and found.definition.geometry.is_located
    ]
    refused = []
    for found in drawn:
        try:
            access.styled_scope(keeper, found.slug)
        except Forbidden:
            refused.append(found.slug)
    assert refused == ["communes"]  # boundaries of the territory: the administrator's alone
    description = next(person.description for person in PEOPLE if person.username == "geomaticien")
    assert "les couches ouvertes, sauf les communes," in description


@pytest.mark.parametrize(("username", "reads"), [("agent-jeux", True), ("urbaniste", False)])
def test_the_register_of_playgrounds_is_read_by_its_service(folder: Path, username: str, reads: bool) -> None:
    names = {relation.name for relation in access.scope(visitor(username), "aires-de-jeux").relations}
    assert ({"inspections", "interventions"} <= names) is reads


@pytest.mark.parametrize(("username", "reads"), [("agent-arbres", True), ("agent-jeux", False)])
def test_the_health_of_trees_is_read_by_green_spaces(folder: Path, username: str, reads: bool) -> None:
    names = {field.name for field in access.scope(visitor(username), "arbres-remarquables").fields}
    assert ("etat_sanitaire" in names) is reads


def test_every_panel_of_the_demonstration_answers(folder: Path) -> None:
    pages = demo_dashboards.pages(visitor("administrateur"))
    found = {
        page.dashboard.slug: (demo_dashboards.faults(page), page.notes, page.is_sample) for page in pages
    }
    assert found == dict.fromkeys(found, ({}, (), True))


def test_the_bar_of_every_dashboard_counts_what_its_panels_count(folder: Path) -> None:
    pages = demo_dashboards.pages(visitor("administrateur"))
    differences = {page.dashboard.slug: demo_dashboards.miscounted(page) for page in pages}
    assert len(differences) == 22
    assert {name: each for name, each in differences.items() if each} == {}


def test_a_dashboard_says_what_its_file_says(folder: Path) -> None:
    assert demo_dashboards.published() == demo_dashboards.written()


def test_the_documentation_says_who_reads_which_dashboard(folder: Path) -> None:
    assert demo_readers.found_marks() == demo_readers.written_marks()


def test_the_portal_of_a_town_has_the_same_dashboards(folder: Path) -> None:
    assert demo_readers.listed("92048") == demo_readers.listed()


def test_the_documentation_says_what_is_kept_to_some(folder: Path) -> None:
    assert demo_readers.read_sources() == demo_readers.kept_sources()


def test_the_documentation_says_who_writes_the_layers_without_a_file(folder: Path) -> None:
    assert demo_writers.granted_rights() == demo_writers.written_rights()


def test_events_of_a_partner_wait_for_a_decision_and_those_of_towns_are_public(folder: Path) -> None:
    scope = access.scope(visitor("geomaticien"), EVENTS)
    states = scope.queryset.values_list(scope.filterable["organisateur"].source, "row_state")
    assert {state for organiser, state in states if organiser != SOEE} == {"published"}
    assert sorted(state for organiser, state in states if organiser == SOEE) == [
        "draft",
        "published",
        "refused",
        "submitted",
    ]


def test_remarks_of_the_inquiry_are_read_by_all_without_who_wrote_them(folder: Path) -> None:
    scope = access.scope(visitor(demo_readers.PUBLIC), REMARKS)
    assert scope.queryset.count() == len(REMARK_SAMPLES)
    assert not {"nom", "contact"} & scope.filterable.keys()


def test_the_form_of_the_inquiry_takes_answers_on_its_days_alone(folder: Path) -> None:
    form, today = Form.objects.get(layer__slug=REMARKS), timezone.localdate()
    days = [today - dt.timedelta(days=40), today, today + dt.timedelta(days=40)]
    assert [form.takes_answers(day) for day in days] == [False, True, False]
    assert Answer.objects.filter(version__form=form, state="waiting").count() == 2


def test_an_event_of_a_town_lies_beside_works_that_last_until_then(folder: Path) -> None:
    site = RoadWorks.objects.get(identifiant="TX-078")
    scope = access.scope(visitor("agent-meudon"), EVENTS)
    title, begin = (scope.filterable[name].source for name in ("titre", "date_debut"))
    near = site.geom.buffer(0.0008)  # of a degree: some 60 m
    forum = scope.queryset.filter(**{title: "Forum des associations"}, geom__intersects=near)
    assert forum.filter(**{f"{begin}__range": (site.date_debut, site.date_fin)}).exists()


def test_a_panel_is_absent_for_who_does_not_read_what_it_asks(folder: Path) -> None:
    assert demo_readers.wrong_panels() == {}


@pytest.mark.parametrize(("account", "host"), demo_readers.ASKED)
def test_a_dashboard_answers_its_readers_alone(folder: Path, account: str, host: str) -> None:
    slugs = demo_readers.INTERNAL
    assert demo_readers.answers(account, host, slugs) == demo_readers.expected_answers(account, slugs)


def test_a_portal_that_is_no_demonstration_refuses(settings: Settings) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO"):
        call_command("load_demo")


def test_the_buildings_of_the_demonstration_stand_on_parcels_and_are_named_for_the_tools(
    folder: Path,
) -> None:
    scope = access.scope(system_visitor(), BUILDINGS)
    assert 2_000 < scope.queryset.count() < 4_000
    assert scope.layer.is_sample
    assert ToolLayer.objects.filter(role=ToolRole.BUILDINGS, layer=BUILDINGS).count() == 1
    assert ApplicableRule.objects.get(layer=BUILDINGS).family == Family.BUILT
    with connection.cursor() as cursor:
        table = scope.queryset.model._meta.db_table
        cursor.execute(
            f'SELECT count(*) FROM "{table}" b WHERE NOT EXISTS (SELECT FROM reference_data_parcel p'
            " WHERE p.geom && b.geom AND ST_Covers(ST_Buffer(p.geom, 0.000001), b.geom))"
        )
        assert cursor.fetchone() == (0,)
