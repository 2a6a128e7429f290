"""What the portal writes in a file comes back as it is, and what people type in it is read as they mean it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from layers.models import Layer, ProtectedField
from plans.models import Axis, Indicator, Measure
from plans.vocabulary import Cadence
from tests.people import Person
from tests.plans import INDICATORS, indicator_of, plan_of
from tests.world import grant

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
LEAD = Person("pilote-des-fichiers", groups=("Pilotes de l’axe 1",))
PAGES = f"/catalogue/{INDICATORS}/saisie"


@pytest.fixture
def lead(client: Client, catalogue: Any) -> Client:
    """A client of LEAD, who edits the indicators of axis 1."""
    Layer.objects.filter(slug=INDICATORS).update(visibility="open")
    Axis.objects.create(plan=plan_of(), code="2", titre="Adapter", rang=20)
    grant(LEAD, INDICATORS, can_add=True, can_change=True, can_delete=True, rows="axe = '1. Réduire'")
    client.force_login(LEAD.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def compared(client: Client, content: bytes, relation: str, name: str) -> list[tuple[str, str]]:
    """Return the state of each line of a file, and what is told of it."""
    upload = {"upload": SimpleUploadedFile(name, content)}
    answer = client.post(f"{PAGES}/importer/?relation={relation}", upload, follow=True)
    return [(line.state, line.text) for line in answer.context["result"].lines]


def come_back(client: Client, relation: str) -> set[tuple[str, str, str]]:
    """Return what is told of the files of a relation that come back as they were written."""
    found = set()
    for suffix in ("csv", "xlsx"):
        content = client.get(f"{PAGES}/fichier.{suffix}?relation={relation}").content
        found |= {(suffix, *line) for line in compared(client, content, relation, f"retour.{suffix}")}
    return found


UNCHANGED = {("csv", "unchanged", ""), ("xlsx", "unchanged", "")}


def test_numbers_and_texts_of_every_kind_come_back_unchanged(lead: Client) -> None:
    found = indicator_of({}, {}, code="axe-1", axis="1")
    values = [0.1 + 0.2, 123.45678901234567, 1e-7, 1.5e-7, 1e16, 123456789012.5, -3.25]
    texts = ["a\r\nb", "a\nb", "=1+1", "-5", " bord", 'a;b"c', "10/2026"]
    for place, (value, text) in enumerate(zip(values, texts, strict=True)):
        Measure.objects.create(indicator=found, annee=2000 + place, valeur=value, commentaire=text)
    assert come_back(lead, "mesures") == UNCHANGED


def test_two_indicators_of_one_title_are_told_apart(lead: Client) -> None:
    first, second, part = (indicator_of({}, {}, code=code, axis="1") for code in ("un", "deux", "part"))
    Indicator.objects.filter(pk__in=[first.pk, second.pk]).update(titre="Émissions")
    Indicator.objects.filter(pk=part.pk).update(parent=first)
    assert come_back(lead, "") == UNCHANGED
    told = compared(lead, "code;parent\npart;Émissions".encode(), "", "fiches.csv")
    assert [state for state, _told in told] == ["refused"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 234,5", "Valeur 1\u202f234,5"),
        ("1\u202f234,5", "Valeur 1\u202f234,5"),
        ("1.5", "Valeur 1,5"),
        ("\u22123,5", "Valeur -3,5"),
        ("1.234,5", None),
        ("1,234.5", None),
        ("inf", None),
        ("3,5 kt", None),
    ],
)
def test_numbers_are_read_as_a_french_keyboard_types_them(lead: Client, typed: str, read: str | None) -> None:
    indicator_of({}, {}, code="axe-1", axis="1")
    [(state, told)] = compared(lead, f"code;annee;valeur\naxe-1;2024;{typed}".encode(), "mesures", "m.csv")
    assert state == ("refused" if read is None else "added")
    assert read is None or read in told


def test_a_code_list_is_offered_by_its_labels_takes_its_codes_and_is_named_in_a_refusal(lead: Client) -> None:
    indicator_of({}, {}, code="axe-1", axis="1")
    code, label = Cadence.BIENNIAL.value, str(Cadence.BIENNIAL.label)
    for typed in (code, label):
        [(state, _told)] = compared(lead, f"code;fréquence\naxe-1;{typed}".encode(), "", "f.csv")
        assert state == "changed"
    [(state, told)] = compared(lead, "code;fréquence\naxe-1;Jamais".encode(), "", "f.csv")
    assert state == "refused"
    assert label in told
    book = io.BytesIO(lead.get(f"{PAGES}/fichier.xlsx?modele=1").content)
    offered = python_calamine.CalamineWorkbook.from_filelike(book).get_sheet_by_name("Valeurs").to_python()
    at = offered[0].index("Fréquence")
    assert label in [row[at] for row in offered]
    with zipfile.ZipFile(book) as parts:
        assert parts.read("xl/worksheets/sheet1.xml").count(b"<dataValidation ") == len(offered[0])


def test_the_template_proposes_the_year_after_the_last_of_the_series_that_counts(lead: Client) -> None:
    found = indicator_of({}, {NOW - 2: 81.0}, code="axe-1", axis="1")
    Measure.objects.create(indicator=found, annee=NOW, valeur=1, source="Autre")
    content = lead.get(f"{PAGES}/fichier.csv?relation=mesures&modele=1").content.decode("utf-8-sig")
    assert content.splitlines()[1].split(";")[2] == str(NOW - 1)


def test_titles_that_somebody_does_not_read_name_no_choice(lead: Client) -> None:
    own = indicator_of({}, {}, code="axe-1", axis="1")
    other = indicator_of({}, {}, code="axe-2", axis="2")
    Indicator.objects.filter(pk=other.pk).update(titre="Titre réservé")
    page = f"/catalogue/{INDICATORS}/{own.pk}/saisie/"
    assert "Titre réservé" in lead.get(page).content.decode()
    ProtectedField.objects.create(layer=Layer.objects.get(slug=INDICATORS), name="titre")
    assert "Titre réservé" not in lead.get(page).content.decode()
