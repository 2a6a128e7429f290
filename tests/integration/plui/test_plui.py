"""PLUi: what the database refuses, and what it computes from the CNIG attributes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.forms import modelform_factory

from layers.models import Commune
from plui.models import DocUrba, DocUrbaCom, PrescriptionPct, ZoneUrba
from tests import factories

pytestmark = pytest.mark.django_db


def point_prescription(**values: Any) -> PrescriptionPct:
    neutral = {
        "libelle": "Villa",
        "idurba": factories.document(),
        "typepsc": "07",
        "stypepsc": "01",
        "geom": factories.point(*factories.MIDDLES[factories.MEUDON]),
    }
    return PrescriptionPct(**neutral | values)


@pytest.mark.parametrize(
    "values",
    [
        {"idurba": "200057974_PLUi_20260101"},
        {"idurba": "200057974_PLUI_2026"},
        {"typedoc": "CC"},
        {"etat": "10"},
        {"nomproc": "M"},
        {"siren": "20005797"},
        {"datappro": "2026-1-1"},
        {"typeref": "06"},
    ],
)
def test_the_database_refuses_a_document_outside_the_standard(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DocUrba.objects.create(**{"idurba": "200057974_PLUI_20260101"} | values)


def test_a_document_exists_once() -> None:
    factories.document()
    with pytest.raises(IntegrityError), transaction.atomic():
        DocUrba.objects.create(idurba=factories.IDURBA)


def test_a_commune_is_covered_once_by_a_document(communes: dict[str, Commune]) -> None:
    document = factories.document()
    DocUrbaCom.objects.create(idurba=document, insee=communes[factories.MEUDON])
    with pytest.raises(IntegrityError), transaction.atomic():
        DocUrbaCom.objects.create(idurba=document, insee=communes[factories.MEUDON])


@pytest.mark.parametrize(
    "values", [{"typezone": "AU"}, {"typezone": "u"}, {"libelle": ""}, {"datvalid": "2026"}]
)
def test_the_database_refuses_a_zone_outside_the_standard(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.zone(**values)


def test_a_zone_is_one_polygon() -> None:
    zone = ZoneUrba(libelle="UA", typezone="U", idurba=factories.document())
    with pytest.raises(TypeError):
        zone.geom = MultiPolygon(factories.box(2.0, 48.0, 2.1, 48.1), srid=4326)  # type: ignore[assignment]  # the point


def test_a_zone_that_crosses_itself_is_refused() -> None:
    crossed = factories.box(2.0, 48.0, 2.1, 48.1)
    crossed[0] = ((2.0, 48.0), (2.1, 48.1), (2.1, 48.0), (2.0, 48.1), (2.0, 48.0))
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.zone(geom=crossed)


@pytest.mark.parametrize(
    "values",
    [
        {"stypepsc": "99"},
        {"typepsc": "98", "stypepsc": "00"},
        {"typepsc": "", "stypepsc": ""},
        {"libelle": ""},
        {"symbole": "PSC-07"},
    ],
)
def test_the_database_refuses_a_prescription_outside_the_standard(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        point_prescription(**values).save()


def test_an_unknown_pair_is_refused_in_words_before_the_database() -> None:
    with pytest.raises(ValidationError) as caught:
        point_prescription(stypepsc="99").full_clean()
    assert "CNIG" in str(caught.value)


def test_type_and_subtype_are_one_code_with_the_official_label() -> None:
    prescription = point_prescription()
    prescription.save()
    assert (prescription.code, prescription.get_code_display()[:14]) == ("07-01", "Patrimoine bât")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20260131", dt.date(2026, 1, 31)), ("20260100", None), ("20260000", None), ("00000000", None)],
)
def test_a_full_c8_date_is_a_day_and_a_partial_one_is_none(text: str, expected: dt.date | None) -> None:
    zone = factories.zone(datvalid=text)
    zone.refresh_from_db()
    assert (zone.datvalid, zone.date_validite) == (text, expected)


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DataError), transaction.atomic():
        factories.zone(datvalid="20260231")


def test_an_object_is_not_valid_after_the_approval_of_its_document() -> None:
    DocUrba.objects.create(idurba=factories.IDURBA, datappro="20260101")
    with pytest.raises(ValidationError) as caught:
        point_prescription(datvalid="20260102").full_clean()
    assert "datvalid" in caught.value.message_dict


def test_removing_a_document_removes_what_it_draws() -> None:
    factories.zone()
    factories.document().delete()
    assert not ZoneUrba.objects.exists()


@pytest.mark.parametrize(
    ("values", "culprit"), [({"stypepsc": "99"}, "stypepsc"), ({"datvalid": "20260231"}, "datvalid")]
)
def test_a_form_says_what_the_database_would_refuse(values: dict[str, str], culprit: str) -> None:
    # A form has no field for computed columns, so it does not check the constraints on them.
    neutral = {"libelle": "Villa", "typepsc": "07", "stypepsc": "01", "datvalid": "20260101"}
    fields = [*neutral, "idurba", "geom"]
    form = modelform_factory(PrescriptionPct, fields=fields)(
        {**neutral, "idurba": factories.document().idurba, "geom": "SRID=4326;POINT(2.2 48.8)", **values}
    )
    assert list(form.errors) == [culprit]
