"""Charging stations: the whole IRVE schema is published, and its rules are the database's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from amenities.catalogue import CHARGING_STATIONS
from amenities.models import ChargePoint, ChargingStation
from amenities.parsing.irve import COLUMNS, POINT_COLUMNS, STATION_COLUMNS

pytestmark = pytest.mark.django_db

STATION: dict[str, Any] = {
    "contact_operateur": "aide@exemple.fr",
    "nom_enseigne": "Réseau d’essai",
    "id_station_itinerance": "FRXXXP0001",
    "nom_station": "Mairie",
    "implantation_station": "Voirie",
    "adresse_station": "1 place de la Mairie",
    "geom": Point(2.2352, 48.8123),
    "nbre_pdc": 1,
    "condition_acces": "Accès libre",
    "horaires": "24/7",
    "restriction_gabarit": "Inconnu",
    "station_deux_roues": False,
    "date_maj": dt.date(2024, 5, 2),
}
POINT: dict[str, Any] = {
    "id_pdc_itinerance": "FRXXXE0001",
    "puissance_nominale": 22,
    "prise_type_ef": False,
    "prise_type_2": True,
    "prise_type_combo_ccs": False,
    "prise_type_chademo": False,
    "prise_type_autre": False,
    "paiement_acte": True,
    "reservation": False,
    "accessibilite_pmr": "Accessibilité inconnue",
    "date_maj": dt.date(2024, 5, 2),
}


def station(**values: Any) -> ChargingStation:
    return ChargingStation.objects.create(**STATION | values)


def point(of: ChargingStation, **values: Any) -> ChargePoint:
    return ChargePoint.objects.create(station=of, **POINT | values)


def test_every_official_field_is_published() -> None:
    (points,) = CHARGING_STATIONS.relations
    published = set(CHARGING_STATIONS.by_name) | {field.name for field in points.fields}
    assert set(COLUMNS) <= published


def test_fields_are_published_where_they_belong() -> None:
    (points,) = CHARGING_STATIONS.relations
    assert set(STATION_COLUMNS) <= set(CHARGING_STATIONS.by_name)
    assert set(POINT_COLUMNS) == {field.name for field in points.fields}


def test_the_meter_number_is_protected() -> None:
    assert CHARGING_STATIONS.by_name["num_pdl"].is_protected


@pytest.mark.parametrize(
    "values",
    [
        {"id_station_itinerance": "FR*XXX"},
        {"siren_amenageur": "12"},
        {"code_insee_commune": "92O48"},
        {"horaires": "jamais"},
        {"implantation_station": "Ailleurs"},
        {"condition_acces": "Libre"},
        {"raccordement": "Autre"},
        {"nbre_pdc": -1},
    ],
)
def test_the_database_refuses_what_the_schema_refuses_of_a_station(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        station(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"id_pdc_itinerance": "court"},
        {"puissance_nominale": -7},
        {"accessibilite_pmr": "Oui"},
        {"id_pdc_itinerance": "Non concerné", "id_pdc_local": ""},
    ],
)
def test_the_database_refuses_what_the_schema_refuses_of_a_point(values: dict[str, Any]) -> None:
    of = station()
    with pytest.raises(IntegrityError), transaction.atomic():
        point(of, **values)


def test_a_roaming_id_is_used_once() -> None:
    station()
    with pytest.raises(IntegrityError), transaction.atomic():
        station(geom=Point(2.24, 48.82))


def test_many_stations_may_be_outside_roaming() -> None:
    station(id_station_itinerance="Non concerné", id_station_local="A")
    station(id_station_itinerance="Non concerné", id_station_local="B")
    assert ChargingStation.objects.count() == 2


def test_outside_roaming_a_local_id_is_used_once_in_a_place() -> None:
    station(id_station_itinerance="Non concerné", id_station_local="A")
    with pytest.raises(IntegrityError), transaction.atomic():
        station(id_station_itinerance="Non concerné", id_station_local="A")


def test_the_official_coordinates_follow_the_position() -> None:
    feature = station()
    feature.geom = Point(2.5, 48.5)
    feature.save()
    feature.refresh_from_db()
    assert feature.coordonneesXY == "[2.5, 48.5]"
