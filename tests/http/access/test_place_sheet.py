"""What applies to a place, by everybody: page, JSON and paper say the same, and hide the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from export_formats.pdf import Pdf
from layers.models import Layer
from layers.vocabulary import LayerState, Visibility
from planning import views
from tests import factories
from tests.parcels import parcel, rectangle
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PUBLIC, TOWN_AGENT, Person
from tests.staff import signed_in
from tests.world import grant, protect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
IDU, ZONES = "92048000AB0123", "plui-zones"
LABEL, LONG_NAME = "UZsecret", "Secteur-du-nom-long"
FORMS = {
    "page": f"/urbanisme/ici/{IDU}/",
    "json": f"/api/planning/applies?parcel={IDU}",
    "posted": "/api/planning/applies",
    "paper": f"/urbanisme/ici/fiche.pdf?parcelle={IDU}",
}
PEOPLE = (PUBLIC, OUTSIDER, GARDENER, TOWN_AGENT, ADMINISTRATOR)


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """A parcel in one zone; paper is the page that the PDF is made of."""
    monkeypatch.setattr(views, "pdf_of", lambda html: Pdf(html.encode(), 1, {}))
    factories.zone(LABEL, geom=rectangle(-10, -10, 110, 110), libelong=LONG_NAME)
    parcel()


def read(person: Person, form: str) -> str:
    client = Client() if person.is_anonymous else signed_in(person)
    if form == "posted":
        body = {"parcels": [IDU]}
        return client.post(FORMS[form], body, content_type="application/json").content.decode()
    return client.get(FORMS[form]).content.decode()


def readers(words: str, form: str) -> set[str]:
    """Return who reads some words on a form of the sheet."""
    return {str(person) for person in PEOPLE if words in read(person, form)}


def set_layer(**values: object) -> None:
    Layer.objects.filter(slug=ZONES).update(**values)


def internal() -> None:
    set_layer(visibility=Visibility.INTERNAL)
    grant(TOWN_AGENT, ZONES)


def withdrawn() -> None:
    set_layer(state=LayerState.ARCHIVED)


def ended() -> None:
    set_layer(visibility=Visibility.INTERNAL)
    grant(TOWN_AGENT, ZONES, valid_until=timezone.now() - dt.timedelta(days=1))


def of_other_rows() -> None:
    set_layer(visibility=Visibility.INTERNAL)
    grant(TOWN_AGENT, ZONES, rows="libelle = 'UB'")


@dataclass(frozen=True)
class Case:
    """A state of the layer of zones, and who reads a zone of it then."""

    name: str
    arrange: Callable[[], None]
    readers: frozenset[str]

    def __str__(self) -> str:
        return self.name


EVERYBODY = frozenset(map(str, PEOPLE))
CASES = (
    Case("open", lambda: None, EVERYBODY),
    Case("internal", internal, frozenset({str(TOWN_AGENT), str(ADMINISTRATOR)})),
    Case("withdrawn", withdrawn, frozenset({str(ADMINISTRATOR)})),
    Case("grant ended", ended, frozenset({str(ADMINISTRATOR)})),
    Case("grant of other rows", of_other_rows, frozenset({str(ADMINISTRATOR)})),
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_zone_is_on_the_sheet_of_who_reads_it_alone(case: Case, form: str) -> None:
    case.arrange()
    assert readers(LABEL, form) == case.readers


@pytest.mark.parametrize("form", FORMS)
def test_a_protected_field_is_on_the_sheet_of_its_readers_alone(form: str) -> None:
    protect(ZONES, "libelong", TOWN_AGENT)
    assert readers(LONG_NAME, form) == {str(TOWN_AGENT), str(ADMINISTRATOR)}


@pytest.mark.parametrize("form", FORMS)
def test_a_parcel_that_is_hidden_has_no_sheet(form: str) -> None:
    Layer.objects.filter(slug="parcelles").update(visibility=Visibility.INTERNAL)
    assert readers(LABEL, form) == {str(ADMINISTRATOR)}


@pytest.mark.parametrize("form", FORMS)
def test_a_hidden_layer_is_said_in_the_words_of_one_that_is_absent(form: str) -> None:
    set_layer(visibility=Visibility.INTERNAL)
    assert "Zonage du PLUi" in read(OUTSIDER, form)
