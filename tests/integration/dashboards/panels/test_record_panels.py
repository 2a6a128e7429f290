"""Panels of things one by one: due dates, photos, records, a sheet; under the rights of relations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amenities.models import Inspection, Photo
from amenities.vocabulary import PhotoZone
from dashboards.panels.due.kind import state_of
from dashboards.registry import PANEL_KINDS
from heritage.models import BuildingPhoto, HeritageBuilding, TreePhoto
from layers.errors import InvalidParameter, UnknownProperty
from layers.services.photos import store_photo
from tests import factories
from tests.panels import page_of, panel_request, presented, read_panel
from tests.people import ADMINISTRATOR
from tests.world import PLAYGROUNDS, TREES, protect

pytestmark = pytest.mark.django_db


def inspection(owner: Any, kind: str, *, done: int, due: int) -> Inspection:
    """Write an inspection done and due some days from today."""
    today = timezone.localdate()
    return Inspection.objects.create(
        playground=owner,
        type=kind,
        date=today + dt.timedelta(done),
        prochaine_echeance=today + dt.timedelta(due),
        resultat="conforme",
    )


@pytest.fixture
def inspections(catalogue: Any) -> None:
    """One late by ten days, one replaced by a later one that is due far ahead, one due today."""
    square, park = factories.playground("Square"), factories.playground("Parc")
    inspection(square, "annuel", done=-375, due=-10)
    inspection(park, "annuel", done=-400, due=-35)
    inspection(park, "annuel", done=-10, due=355)
    inspection(park, "visuel", done=-7, due=0)


DUE = {"relation": "inspections", "person": ADMINISTRATOR}


def test_what_is_late_is_counted_by_the_latest_record_of_each_kind(inspections: None) -> None:
    assert read_panel("due", PLAYGROUNDS, **DUE).value == 1


def test_what_is_due_is_listed_most_urgent_first(inspections: None) -> None:
    answer = read_panel("due", PLAYGROUNDS, **DUE)
    assert [(row[0], row[3]) for row in answer.table.rows] == [
        ("Square", "Échéance dépassée"),
        ("Parc", "Ce mois-ci"),
    ]


def test_what_is_late_tells_by_how_much(inspections: None) -> None:
    assert "il y a 10 jours" in page_of(presented("due", PLAYGROUNDS, **DUE))


def test_due_features_keep_the_capitals_of_their_name(catalogue: Any) -> None:
    request = panel_request("due", TREES, person=ADMINISTRATOR, options={"field": "date_releve"})
    definition = replace(request.scope.definition, singular="Arbre du PLUi")
    answer = PANEL_KINDS["due"].read(replace(request, scope=replace(request.scope, definition=definition)))
    assert answer.table.columns[0].title == "Arbre du PLUi"


def test_due_dates_are_read_in_one_statement(inspections: None) -> None:
    read_panel("due", PLAYGROUNDS, **DUE)
    request = panel_request("due", PLAYGROUNDS, filter="nom = 'Parc'", **DUE)
    with CaptureQueriesContext(connection) as queries:
        PANEL_KINDS["due"].read(request)
    assert len(queries) == 1


def test_due_dates_follow_the_filters_of_the_page(inspections: None) -> None:
    assert read_panel("due", PLAYGROUNDS, filters={"nom": "Parc"}, **DUE).value == 0


def test_due_dates_follow_the_filter_of_records(inspections: None) -> None:
    answer = read_panel("due", PLAYGROUNDS, relation_filter="type = 'visuel'", **DUE)
    assert [row[0] for row in answer.table.rows] == ["Parc"]


def test_a_hidden_relation_is_refused_like_one_that_is_not_there(inspections: None) -> None:
    with pytest.raises(UnknownProperty):
        read_panel("due", PLAYGROUNDS, relation="inspections")


def test_a_relation_without_due_dates_is_refused_by_name(inspections: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("due", PLAYGROUNDS, relation="equipements")


def test_nothing_due_is_said(catalogue: Any) -> None:
    assert "Rien." in page_of(presented("due", PLAYGROUNDS, **DUE))


def test_features_fall_due_by_a_date_of_their_own(catalogue: Any) -> None:
    factories.tree("Tardif", date_releve=timezone.localdate() - dt.timedelta(3))
    factories.tree("Sans date", date_releve=None)
    answer = read_panel("due", TREES, options={"field": "date_releve"})
    assert [row[0] for row in answer.table.rows] == ["Tardif"]


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-11-25", "late"), ("2026-11-26", "month"), ("2026-11-30", "month"), ("2026-12-01", "next")],
)
def test_the_state_of_a_due_date_is_that_of_its_month(day: str, state: str) -> None:
    assert state_of(dt.date.fromisoformat(day), dt.date(2026, 11, 26)) == state


def test_records_are_a_table_after_their_feature(inspections: None) -> None:
    answer = read_panel("table", PLAYGROUNDS, fields=("type",), sort=("date",), **DUE)
    assert answer.table.rows[0] == ("Parc", "Annuel principal")


def test_a_hidden_field_of_records_is_refused(inspections: None) -> None:
    with pytest.raises(UnknownProperty):
        read_panel("table", PLAYGROUNDS, fields=("secret",), **DUE)


def test_a_gallery_shows_the_photos_of_what_is_selected(catalogue: Any, media: Path) -> None:
    factories.photo(factories.playground("Square"), "Toboggan")
    factories.photo(factories.playground("Parc"), "Balançoire")
    photos = presented("gallery", PLAYGROUNDS, filters={"nom": "Parc"}).context["photos"]
    assert [photo.caption for photo in photos] == ["Balançoire"]


def test_a_photo_says_what_it_shows(catalogue: Any, media: Path) -> None:
    factories.photo(factories.playground("Square"), "Toboggan rouge")
    assert 'alt="Toboggan rouge"' in page_of(presented("gallery", PLAYGROUNDS))


def test_a_photo_says_the_zone_that_it_shows(catalogue: Any, media: Path) -> None:
    factories.photo(factories.playground("Square"), "Toboggan rouge")
    Photo.objects.update(zone=PhotoZone.SOL)
    assert "<strong>Sol amortissant</strong>" in page_of(presented("gallery", PLAYGROUNDS))


def test_the_zones_of_photos_are_counted(catalogue: Any, media: Path) -> None:
    factories.photo(factories.playground("Square"), "Toboggan rouge")
    Photo.objects.update(zone=PhotoZone.SOL)
    rows = presented("table", PLAYGROUNDS, relation="photos", by=("zone",)).rows
    assert [[cell.text for cell in row.cells] for row in rows] == [["Sol amortissant", "1"]]


def test_trees_have_a_gallery(catalogue: Any, media: Path) -> None:
    store_photo(photo=TreePhoto(tree=factories.tree(), legende="Le cèdre bleu"), upload=factories.picture())
    assert 'alt="Le cèdre bleu"' in page_of(presented("gallery", TREES))


def test_buildings_have_a_gallery(catalogue: Any, media: Path) -> None:
    house = HeritageBuilding.objects.create(denomination="Villa", geom=factories.point(2.23, 48.8))
    store_photo(photo=BuildingPhoto(building=house, legende="La façade"), upload=factories.picture())
    assert 'alt="La façade"' in page_of(presented("gallery", "batiments-patrimoniaux"))


def test_a_hidden_gallery_is_refused(catalogue: Any, media: Path) -> None:
    protect(PLAYGROUNDS, "photos")
    with pytest.raises(InvalidParameter):
        read_panel("gallery", PLAYGROUNDS)


def test_a_gallery_without_photos_says_so(catalogue: Any) -> None:
    assert "Rien à montrer" in page_of(presented("gallery", PLAYGROUNDS))


def test_a_sheet_tells_the_key_facts_of_a_feature(catalogue: Any) -> None:
    factories.tree("Cèdre bleu", hauteur=12.5)
    panel = presented("sheet", TREES, fields=("hauteur",))
    assert (panel.context["name"], panel.context["lines"][0].text) == ("Cèdre bleu", "12,5\u00a0m")


def test_a_sheet_says_that_others_answer(catalogue: Any) -> None:
    factories.tree()
    factories.tree()
    assert read_panel("sheet", TREES).notes == ("1 autre objet répond à la question.",)


def test_a_sheet_of_nothing_says_so(catalogue: Any) -> None:
    assert "Rien à montrer" in page_of(presented("sheet", TREES))
