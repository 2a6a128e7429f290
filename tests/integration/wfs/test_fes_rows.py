"""Filters in XML against rows: literals take the type of what they are compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point

from amenities.models import Playground
from layers.definitions import ID, fields_of
from layers.errors import InvalidFilter, UnknownProperty
from layers.models import Commune
from layers.sql.filters import compile_filter
from tests.fes_reading import V1_0, V1_1, V2, parsed
from wfs.parsing.fes import FesVersion

COLUMNS = ["nom", "adresse", "age_min", "surface_m2", "cloture", "date_ouverture", "created_at"]
FIELDS = {field.name: field for field in (ID, *fields_of(Playground, COLUMNS))}
Names = Callable[..., list[str]]


@pytest.fixture
def names(db: None) -> Names:
    """Ask for the names, in order, of the playgrounds that a filter selects among three."""
    found = Playground.objects.bulk_create(
        [
            Playground(
                nom="Île", adresse="12", age_min=2, surface_m2=10.5, cloture=True,
                date_ouverture=dt.date(2020, 1, 1), geom=Point(2.20, 48.80),
            ),
            Playground(
                nom="Bois", adresse="true", age_min=12, surface_m2=20, cloture=False,
                date_ouverture=dt.date(2021, 6, 15), geom=Point(2.21, 48.80),
            ),
            Playground(nom="Zoo", adresse="2020-01-01", geom=Point(2.30, 48.90)),
        ]
    )  # fmt: skip
    # Half past midnight in Paris, still the day before in universal time.
    instant = dt.datetime(2024, 6, 1, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
    Playground.objects.filter(pk=found[0].pk).update(created_at=instant)

    def select(text: str, version: FesVersion = V2) -> list[str]:
        expression = parsed(text, version).expression
        assert expression is not None
        rows = Playground.objects.filter(compile_filter(expression, FIELDS))
        return sorted(rows.values_list("nom", flat=True))

    return select


def _compare(name: str, value: str, operator: str = "PropertyIsEqualTo", attributes: str = "") -> str:
    sides = f"<ValueReference>{name}</ValueReference><Literal>{value}</Literal>"
    return f"<{operator} {attributes}>{sides}</{operator}>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_compare("age_min", "12"), ["Bois"]),
        (_compare("age_min", " 2.0 "), ["Île"]),
        (_compare("surface_m2", "1.05e1"), ["Île"]),
        (_compare("age_min", "3", "PropertyIsGreaterThan"), ["Bois"]),
        (_compare("adresse", "12"), ["Île"]),
        (_compare("adresse", "true"), ["Bois"]),
        (_compare("adresse", "2020-01-01"), ["Zoo"]),
        (_compare("adresse", "2", "PropertyIsLessThan"), ["Île"]),  # as texts
        (_compare("cloture", "true"), ["Île"]),
        (_compare("cloture", "FALSE"), ["Bois"]),
        (_compare("cloture", "1"), ["Île"]),
        (_compare("cloture", "0", "PropertyIsNotEqualTo"), ["Île"]),
        (_compare("date_ouverture", "2020-01-01"), ["Île"]),
        (_compare("date_ouverture", "2020/01/01"), ["Île"]),
        (_compare("date_ouverture", "2020-01-01Z"), ["Île"]),
        (_compare("date_ouverture", "2021-01-01T00:00:00", "PropertyIsGreaterThan"), ["Bois"]),
        (_compare("created_at", "2024-06-01"), ["Île"]),
        (_compare("created_at", "2024-06-01T00:30:00"), ["Île"]),
        (_compare("created_at", "2024-05-31T22:30:00Z"), ["Île"]),
        (_compare("created_at", "2024-06-01 00:30:00.000+02:00"), ["Île"]),
        (_compare("nom", "île", attributes='matchCase="false"'), ["Île"]),
        (_compare("nom", "île"), []),
        (_compare("age_min", "12", attributes='matchCase="false"'), ["Bois"]),
        (_compare("cloture", "true", attributes='matchCase="false"'), ["Île"]),
        (_compare("date_ouverture", "2020-01-01", attributes='matchCase="false"'), ["Île"]),
        (_compare("nom", "Île", attributes='matchAction="All"'), ["Île"]),
    ],
)
def test_a_literal_takes_the_type_of_what_it_is_compared_with(
    names: Names, text: str, expected: list[str]
) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_compare("age_min", "deux"), "« deux » n’est pas un nombre"),
        (_compare("age_min", "NaN"), "« NaN » n’est pas un nombre"),
        (_compare("age_min", "1e999"), "« 1e999 » n’est pas un nombre"),
        (_compare("age_min", ""), "«  » n’est pas un nombre"),
        (_compare("cloture", "oui"), "« oui » n’est pas vrai ou faux"),
        (_compare("cloture", "true", "PropertyIsLessThan"), "« cloture » est vrai ou faux"),
        (_compare("date_ouverture", "2020-02-30"), "« 2020-02-30 » n’est pas une date"),
        (_compare("date_ouverture", "01/02/2020"), "« 01/02/2020 » n’est pas une date"),
        (_compare("geom", "ici"), "« geom » est une géométrie"),
    ],
)
def test_a_literal_of_another_type_is_refused_by_its_value(names: Names, text: str, message: str) -> None:
    with pytest.raises(InvalidFilter, match=message):
        names(text)


@pytest.mark.parametrize("name", ["inconnu", "commune__nom", "pk", "password"])
def test_an_unknown_property_is_refused_and_nothing_else_is_told(names: Names, name: str) -> None:
    with pytest.raises(UnknownProperty) as raised:
        names(_compare(name, "1"))
    assert raised.value.detail == f"La couche n’a pas de propriété « {name} »."


@pytest.mark.parametrize(
    ("srs_name", "corners", "version"),
    [
        ("EPSG:4326", "2.195 48.795 2.205 48.805", V2),
        ("urn:ogc:def:crs:EPSG::4326", "48.795 2.195 48.805 2.205", V2),
        ("urn:ogc:def:crs:EPSG::4326", "48.795 2.195 48.805 2.205", V1_1),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "48.795 2.195 48.805 2.205", V2),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "2.195 48.795 2.205 48.805", V1_1),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "2.195 48.795 2.205 48.805", V2),
        ("EPSG:4326", "2.195 48.795 2.205 48.805", V1_0),
        ("urn:ogc:def:crs:EPSG::4326", "48.795 2.195 48.805 2.205", V1_0),
    ],
)  # fmt: skip
def test_each_form_of_a_system_finds_the_same_rows(
    names: Names, srs_name: str, corners: str, version: FesVersion
) -> None:
    first, second, third, fourth = corners.split()
    low, high = f"<lowerCorner>{first} {second}</lowerCorner>", f"<upperCorner>{third} {fourth}</upperCorner>"
    text = f'<BBOX><Envelope srsName="{srs_name}">{low}{high}</Envelope></BBOX>'
    assert names(text, version) == ["Île"]


@pytest.mark.parametrize(
    ("operator", "distance", "expected"),
    [
        ("DWithin", '<Distance uom="m">800</Distance>', ["Bois", "Île"]),
        ("DWithin", '<Distance uom="m">700</Distance>', ["Île"]),
        ("DWithin", '<Distance units="km">0.8</Distance>', ["Bois", "Île"]),
        ("Beyond", '<Distance uom="m">800</Distance>', ["Zoo"]),
        ("Beyond", '<Distance uom="m">700</Distance>', ["Bois", "Zoo"]),
    ],
)
def test_distances_are_measured_on_the_spheroid(
    names: Names, operator: str, distance: str, expected: list[str]
) -> None:
    point = '<Point srsName="EPSG:4326"><pos>2.20 48.80</pos></Point>'
    assert names(f"<{operator}>{point}{distance}</{operator}>") == expected


def test_identifiers_mix_with_conditions(names: Names) -> None:
    pk = Playground.objects.get(nom="Zoo").pk
    one = f'<ResourceId rid="aires-de-jeux.{pk}"/>'
    assert names(f"<Or>{one}{_compare('age_min', '2')}</Or>") == ["Zoo", "Île"]
    assert names(f"<Not>{one}</Not>") == ["Bois", "Île"]
    assert names(f'<Or><ResourceId rid="bornes.{pk}"/>{_compare("age_min", "2")}</Or>') == ["Île"]


@pytest.mark.parametrize(
    ("action", "operator", "value", "expected"),
    [
        ("Any", "PropertyIsEqualTo", "92190", 1),
        ("Any", "PropertyIsEqualTo", "92130", 2),
        ("All", "PropertyIsEqualTo", "92130", 2),
        ("All", "PropertyIsEqualTo", "92190", 0),
        ("One", "PropertyIsEqualTo", "92190", 1),
        ("Any", "PropertyIsNotEqualTo", "92190", 3),
        ("One", "PropertyIsGreaterThan", "92100", 3),
        ("All", "PropertyIsGreaterThan", "92100", 2),
    ],
)
def test_lists_compare_by_their_elements(
    communes: dict[str, Commune], action: str, operator: str, value: str, expected: int
) -> None:
    Commune.objects.update(codes_postaux=["92130"])
    Commune.objects.filter(pk=next(iter(communes.values())).pk).update(codes_postaux=["92100", "92190"])
    fields = {field.name: field for field in (ID, *fields_of(Commune, ["nom", "codes_postaux"]))}
    text = _compare("codes_postaux", value, operator, f'matchAction="{action}"')
    expression = parsed(text).expression
    assert expression is not None
    assert Commune.objects.filter(compile_filter(expression, fields)).count() == expected


def test_a_list_is_searched_by_pattern(communes: dict[str, Commune]) -> None:
    Commune.objects.update(codes_postaux=["92130", "92190"])
    fields = {field.name: field for field in fields_of(Commune, ["codes_postaux"])}
    text = _compare("codes_postaux", "*90", "PropertyIsLike", 'wildCard="*" singleChar="." escapeChar="!"')
    expression = parsed(text).expression
    assert expression is not None
    assert Commune.objects.filter(compile_filter(expression, fields)).count() == len(communes)
