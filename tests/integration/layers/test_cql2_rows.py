"""Filters against rows: which playgrounds each expression selects, by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amenities.models import Playground
from layers.crs import CRS84, LAMBERT_93, WGS84, Crs
from layers.definitions import ID, Field, FieldType, fields_of
from layers.errors import FilterTooComplex, InvalidFilter, UnknownProperty
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter

FIELDS = {
    field.name: field
    for field in (
        ID,
        *fields_of(
            Playground,
            [
                "nom",
                "adresse",
                "age_min",
                "age_max",
                "surface_m2",
                "cloture",
                "point_eau",
                "date_ouverture",
                "created_at",
            ],
        ),
    )
}
Names = Callable[..., list[str]]


@pytest.fixture
def names(db: None) -> Names:
    """Ask for the names, in order, of the playgrounds a filter selects among five."""
    rows = [
        Playground(
            nom="Parc de l'Île", adresse="100%", age_min=2, age_max=6, surface_m2=10.5, cloture=True,
            date_ouverture=dt.date(2020, 1, 1), geom=Point(2.20, 48.80),
        ),
        Playground(
            nom="École du Bois", adresse="a_b", age_min=3, age_max=12, surface_m2=20, cloture=False,
            date_ouverture=dt.date(2021, 6, 15), geom=Point(2.21, 48.80),
        ),
        Playground(
            nom="parc des sœurs", adresse="a\\b", age_min=4, age_max=None, surface_m2=None, cloture=None,
            date_ouverture=None, geom=Point(2.22, 48.80),
        ),
        Playground(
            nom="Zoo", adresse="axb", age_max=10, surface_m2=40, cloture=True, geom=Point(2.30, 48.90),
        ),
        Playground(nom="Été", adresse="", age_min=0, age_max=0, geom=Point(2.40, 48.70)),
    ]  # fmt: skip
    Playground.objects.bulk_create(rows)
    moments = {"Zoo": dt.datetime(2024, 5, 31, 22, 30, tzinfo=dt.UTC)}  # already the first of June in Paris
    for row in Playground.objects.all():
        created = moments.get(row.nom, dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC))
        Playground.objects.filter(pk=row.pk).update(created_at=created)

    def ask(text: str, *, lang: str = "cql2-text", crs: Crs = CRS84) -> list[str]:
        condition = compile_filter(parse_filter(text, lang=lang, crs=crs), FIELDS)
        return list(Playground.objects.filter(condition).order_by("pk").values_list("nom", flat=True))

    return ask


ISLAND, SCHOOL, SISTERS, ZOO, SUMMER = "Parc de l'Île", "École du Bois", "parc des sœurs", "Zoo", "Été"
ALL = [ISLAND, SCHOOL, SISTERS, ZOO, SUMMER]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age_min = 3", [SCHOOL]),
        ("3 = age_min", [SCHOOL]),
        ("age_min <> 3", [ISLAND, SISTERS, SUMMER]),
        ("age_min > 2", [SCHOOL, SISTERS]),
        ("age_min >= 2.5", [SCHOOL, SISTERS]),
        ("age_min = age_max", [SUMMER]),
        ("surface_m2 = 10.5", [ISLAND]),
        ("nom = 'Parc de l''Île'", [ISLAND]),
        ("age_min BETWEEN 2 AND 3", [ISLAND, SCHOOL]),
        ("age_min NOT BETWEEN 2 AND 3", [SISTERS, SUMMER]),
        ("age_min IN (2, 4, 99)", [ISLAND, SISTERS]),
        ("nom IN ('Zoo', 'L''arbre')", [ZOO]),
        ("nom NOT IN ('Zoo')", [ISLAND, SCHOOL, SISTERS, SUMMER]),
        ("age_min IS NULL", [ZOO]),
        ("age_min IS NOT NULL AND age_max IS NULL", [SISTERS]),
        ("geom IS NULL", []),
        ("age_min = 3 OR age_min = 2 AND age_max = 6", [ISLAND, SCHOOL]),
        ("(age_min = 3 OR age_min = 2) AND age_max = 6", [ISLAND]),
        ("cloture", [ISLAND, ZOO]),
        ("NOT cloture", [SCHOOL]),
        ("cloture AND age_min < 3", [ISLAND]),
        ("cloture = TRUE", [ISLAND, ZOO]),
        ("cloture <> true", [SCHOOL]),
        ("cloture = FALSE OR cloture IS NULL", [SCHOOL, SISTERS, SUMMER]),
        ("(age_min > 2) = TRUE", [SCHOOL, SISTERS]),
        ("TRUE", ALL),
        ("FALSE", []),
        ("id > 0", ALL),
        ("id = -9007199254740991", []),
        ("nom LIKE 'Parc%'", [ISLAND]),
        ("nom LIKE '%o%'", [SCHOOL, ZOO]),
        ("nom LIKE 'Zo_'", [ZOO]),
        ("nom LIKE 'Z_'", []),
        ("nom NOT LIKE '%o%'", [ISLAND, SISTERS, SUMMER]),
        ("adresse LIKE 'a_b'", [SCHOOL, SISTERS, ZOO]),
        ("adresse LIKE 'a\\_b'", [SCHOOL]),
        ("adresse LIKE '100\\%'", [ISLAND]),
        ("adresse LIKE '%\\%'", [ISLAND]),
        ("adresse LIKE 'a\\\\b'", [SISTERS]),
        ("adresse LIKE 'a\\xb'", [ZOO]),
        ("adresse LIKE 'a\\'", []),
        ("CASEI(nom) LIKE CASEI('PARC%')", [ISLAND, SISTERS]),
        ("CASEI(nom) = CASEI('ÉTÉ')", [SUMMER]),
        ("CASEI(nom) IN (CASEI('été'), CASEI('ZOO'))", [ZOO, SUMMER]),
        ("ACCENTI(nom) = ACCENTI('Eté')", [SUMMER]),
        ("ACCENTI(nom) = 'Ete'", [SUMMER]),
        ("ACCENTI(CASEI(nom)) = CASEI(ACCENTI('ÊTE'))", [SUMMER]),
        ("CASEI(ACCENTI(nom)) LIKE ACCENTI(CASEI('%SOEURS'))", [SISTERS]),
        ("ACCENTI(nom) LIKE ACCENTI('x＼')", []),
        ("age_min + 1 > 3", [SCHOOL, SISTERS]),
        ("age_max - age_min = 4", [ISLAND]),
        ("age_min * 2 + 1 = 7", [SCHOOL]),
        ("age_max / age_min > 3.5", [SCHOOL]),
        ("age_max / age_min = 3", [ISLAND]),
        ("age_max % 4 = 2", [ISLAND, ZOO]),
        ("age_max div 4 = 1", [ISLAND]),
        ("age_min ^ 2 = 9", [SCHOOL]),
        ("age_min ^ -1 = 0.5", [ISLAND]),
        ("-age_min = -3", [SCHOOL]),
        ("1 / 0 = 1", []),
        ("age_max / 0 IS NULL", ALL),
        ("id * 9007199254740991 > 0", ALL),
        ("date_ouverture = DATE('2020-01-01')", [ISLAND]),
        ("date_ouverture > '2020-01-01'", [SCHOOL]),
        ("date_ouverture < TIMESTAMP('2021-01-01T00:00:00Z')", [ISLAND]),
        ("date_ouverture BETWEEN DATE('2020-01-01') AND DATE('2020-12-31')", [ISLAND]),
        ("date_ouverture IN ('2020-01-01', '1999-01-01')", [ISLAND]),
        ("T_AFTER(date_ouverture, DATE('2020-01-01'))", [SCHOOL]),
        ("T_AFTER(DATE('2021-01-01'), date_ouverture)", [ISLAND]),
        ("T_BEFORE(date_ouverture, DATE('2021-01-01'))", [ISLAND]),
        ("T_DURING(date_ouverture, INTERVAL('2019-12-31', '2021-06-15'))", [ISLAND]),
        ("T_DURING(date_ouverture, INTERVAL('2020-01-01', '..'))", [SCHOOL]),
        ("T_DURING(date_ouverture, INTERVAL('..', '2020-01-02'))", [ISLAND]),
        ("T_INTERSECTS(date_ouverture, INTERVAL('2020-01-01', '2021-06-15'))", [ISLAND, SCHOOL]),
        ("T_INTERSECTS(date_ouverture, INTERVAL('..', '..'))", [ISLAND, SCHOOL]),
        ("T_DISJOINT(date_ouverture, INTERVAL('2020-01-01', '2021-01-01'))", [SCHOOL]),
        ("T_EQUALS(date_ouverture, DATE('2021-06-15'))", [SCHOOL]),
        ("T_INTERSECTS(INTERVAL(date_ouverture, created_at), DATE('2021-01-01'))", [ISLAND]),
        ("created_at = DATE('2024-06-01')", [ZOO]),
        ("created_at > TIMESTAMP('2024-05-31T22:00:00Z')", [ZOO]),
        ("T_AFTER(created_at, TIMESTAMP('2024-05-31T22:30:00Z'))", []),
        ("T_EQUALS(created_at, TIMESTAMP('2024-06-01T00:30:00+02:00'))", [ZOO]),
        ("T_DURING(created_at, INTERVAL('2024-05-31T22:00:00Z', '9999-12-31T23:59:59Z'))", [ZOO]),
        ("created_at < DATE('9999-12-31')", ALL),
        ("S_INTERSECTS(geom, BBOX(2.19, 48.79, 2.215, 48.81))", [ISLAND, SCHOOL]),
        ("S_INTERSECTS(BBOX(2.19, 48.79, 2.215, 48.81), geometry)", [ISLAND, SCHOOL]),
        ("S_WITHIN(geom, POLYGON((2.19 48.79, 2.215 48.79, 2.215 48.81, 2.19 48.81, 2.19 48.79)))", [ISLAND, SCHOOL]),
        ("S_CONTAINS(geom, POLYGON((2.19 48.79, 2.215 48.79, 2.215 48.81, 2.19 48.81, 2.19 48.79)))", []),
        ("S_CONTAINS(POLYGON((2.19 48.79, 2.215 48.79, 2.215 48.81, 2.19 48.81, 2.19 48.79)), geom)", [ISLAND, SCHOOL]),
        ("S_DISJOINT(geom, BBOX(2.19, 48.79, 2.31, 48.91))", [SUMMER]),
        ("S_TOUCHES(geom, BBOX(2.20, 48.79, 2.215, 48.81))", [ISLAND]),
        ("S_EQUALS(geom, POINT(2.3 48.9))", [ZOO]),
        ("S_CROSSES(geom, LINESTRING(2 48, 3 49))", []),
        ("S_OVERLAPS(geom, MULTIPOINT(2.20 48.80, 2 48))", []),
        ("S_DWITHIN(geom, POINT(2.20 48.80), 0)", [ISLAND]),
        ("S_DWITHIN(geom, POINT(2.20 48.80), 730)", [ISLAND]),
        ("S_DWITHIN(geom, POINT(2.20 48.80), 740)", [ISLAND, SCHOOL]),
        ("S_DWITHIN(POINT(2.20 48.80), geom, 1.5, 'km')", [ISLAND, SCHOOL, SISTERS]),
        ("NOT S_DWITHIN(geom, POINT(2.20 48.80), 1500, 'meters')", [ZOO, SUMMER]),
        ("S_DWITHIN(geom, LINESTRING(2.1 48.9, 2.5 48.9), 9000)", [ZOO]),
        ("S_DWITHIN(geom, POINT(180 90), 1000)", []),
        ("S_INTERSECTS(geom, BBOX(2.19, 48.79, 2.215, 48.81)) AND NOT cloture", [SCHOOL]),
    ],
)  # fmt: skip
def test_filter_selects(names: Names, text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "condition", ["age_min > 3", "age_min = 3", "cloture", "nom LIKE 'Z%'", "age_min IN (3)"]
)
def test_not_is_the_not_of_sql(names: Names, condition: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nom FROM amenities_playground WHERE NOT ({condition}) ORDER BY id")
        expected = [nom for (nom,) in cursor.fetchall()]
    assert names(f"NOT ({condition})") == expected


def test_different_is_the_different_of_sql(names: Names) -> None:
    assert names("cloture <> TRUE") == names("NOT (cloture = TRUE)") == [SCHOOL]


@pytest.mark.parametrize(
    ("crs", "box"),
    [
        (WGS84, "48.79, 2.19, 48.81, 2.215"),
        (LAMBERT_93, "640500, 6855000, 642300, 6857500"),
    ],
)
def test_literals_are_read_in_the_crs_of_the_filter(names: Names, crs: Crs, box: str) -> None:
    assert names(f"S_INTERSECTS(geom, BBOX({box}))", crs=crs) == [ISLAND, SCHOOL]


def test_a_distance_from_a_projected_literal_is_in_metres(names: Names) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_Point(2.20, 48.80, 4326), 2154) AS p")
        x, y = cursor.fetchone()
    assert names(f"S_DWITHIN(geom, POINT({x:.3f} {y:.3f}), 740)", crs=LAMBERT_93) == [ISLAND, SCHOOL]


def test_distance_agrees_with_the_spheroid_at_every_radius(names: Names) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(geom::geography, ST_Point(2.25, 48.85, 4326)::geography) FROM amenities_playground"
        )
        distances = sorted(metres for (metres,) in cursor.fetchall())
    for rank, metres in enumerate(distances, start=1):
        assert len(names(f"S_DWITHIN(geom, POINT(2.25 48.85), {metres + 0.01:.3f})")) == rank
        assert len(names(f"S_DWITHIN(geom, POINT(2.25 48.85), {metres - 0.01:.3f})")) == rank - 1


ATTACK = "x'); DROP TABLE amenities_playground; -- %s %(a)s \\"


@pytest.mark.parametrize(
    "template",
    [
        "nom = '{0}'",
        "nom LIKE '{0}'",
        "CASEI(nom) LIKE CASEI('{0}')",
        "CASEI(nom) = ACCENTI('{0}')",
        "nom IN ('{0}', 'y')",
        "nom BETWEEN '{0}' AND '{0}'",
        "nom < '{0}' AND nom > '{0}'",
    ],
)
def test_sql_in_a_text_is_a_text(names: Names, template: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert names(template.format(ATTACK.replace("'", "''"))) == []
    assert "x''); DROP TABLE" in queries[-1]["sql"]
    assert Playground.objects.count() == len(ALL)


@pytest.mark.parametrize(
    "text",
    [
        '"nom"" ; DROP TABLE amenities_playground; --" = 1',
        '"nom) OR (1=1" = 1',
        "nom__startswith = 'Z'",
        "commune__nom = 'Meudon'",
        "pk = 1",
        "A_CONTAINS(\"x; DROP\", ('y'))",
    ],
)
def test_only_names_of_the_scope_reach_the_query(names: Names, text: str) -> None:
    with pytest.raises(UnknownProperty):
        names(text)


def test_an_unknown_property_is_named_and_nothing_else_is(names: Names) -> None:
    with pytest.raises(UnknownProperty) as refused:
        names("surface = 3")
    assert "surface" in refused.value.detail
    assert not [name for name in FIELDS if name in refused.value.detail.replace("« surface »", "")]


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("nom", "nom"),
        ("age_min", "age_min"),
        ("'x'", "x"),
        ("age_min = 'trois'", "age_min"),
        ("nom = 3", "nom"),
        ("nom = TRUE", "nom"),
        ("cloture = 1", "cloture"),
        ("cloture > FALSE", "cloture"),
        ("cloture = 'true'", "cloture"),
        ("age_min IN (1, 'deux')", "age_min"),
        ("age_min BETWEEN 1 AND 'z'", "age_min"),
        ("age_min LIKE '3%'", "age_min"),
        ("nom LIKE adresse", "LIKE"),
        ("nom LIKE 3", "LIKE"),
        ("CASEI(age_min) = 'x'", "age_min"),
        ("nom + 1 = 2", "nom"),
        ("age_min ^ age_max = 1", "^"),
        ("age_min ^ 11 = 1", "^"),
        ("(age_min ^ 2) ^ 2 = 1", "^"),
        ("date_ouverture = 'hier'", "hier"),
        ("date_ouverture = '2020-02-30'", "2020-02-30"),
        ("date_ouverture > 3", "date_ouverture"),
        ("date_ouverture = TRUE", "date_ouverture"),
        ("T_AFTER(nom, DATE('2020-01-01'))", "nom"),
        ("T_AFTER(age_min, DATE('2020-01-01'))", "age_min"),
        ("T_DURING(date_ouverture, 'x')", "x"),
        ("date_ouverture = INTERVAL('2020-01-01', '..')", "INTERVAL"),
        ("geom = 'x'", "geom"),
        ("geom", "geom"),
        ("S_INTERSECTS(geom, nom)", "nom"),
        ("S_INTERSECTS(geom, 'POINT(1 2)')", "POINT(1 2)"),
        ("S_DWITHIN(geom, geometry, 3)", "S_DWITHIN"),
        ("S_DWITHIN(geom, LINESTRING(-180 -90, 180 90), 1)", "degrés"),
        ("S_DWITHIN(geom, POINT(2 48), -1)", "distance"),
        ("S_DWITHIN(geom, POINT(2 48), 1e9)", "distance"),
        ("S_DWITHIN(geom, POINT(2 48), 'loin')", "distance"),
        ("S_DWITHIN(geom, POINT(2 48), 3, 'parsecs')", "meters"),
        ("A_CONTAINS(nom, ('x'))", "nom"),
        ("age_min = (1, 2)", "liste"),
    ],
)  # fmt: skip
def test_kinds_that_do_not_go_together_are_refused_by_name(names: Names, text: str, culprit: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        names(text)
    assert culprit in refused.value.detail


def test_long_calculations_are_refused(names: Names) -> None:
    group = "(" + " * ".join(["age_min"] * 20) + ")"
    with pytest.raises((InvalidFilter, FilterTooComplex)):
        names(" * ".join([group] * 4) + " = 1")


def test_the_largest_calculation_does_not_overflow(names: Names) -> None:
    group = "(" + " * ".join(["id * 9007199254740991"] * 10) + ")"
    assert names(f"({group}) ^ 10 > 0 AND ({group}) ^ -10 < 1") == ALL


@pytest.mark.parametrize(
    "text",
    [
        "S_INTERSECTS(geom, BBOX(2, 48, 2.5, 49))",
        "S_WITHIN(geom, BBOX(2, 48, 2.5, 49)) AND age_min > 2",
        "S_EQUALS(POINT(2 48), geom)",
        "S_DWITHIN(geom, POINT(2 48), 300)",
    ],
)
def test_spatial_filters_use_the_index(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Playground.objects.filter(compile_filter(parse_filter(text), FIELDS)).explain()
    assert "playground_geom" in plan
    assert "Seq Scan" not in plan


def test_a_projected_literal_uses_the_index_too(db: None) -> None:
    expression = parse_filter("S_INTERSECTS(geom, POINT(648000 6860000))", crs=LAMBERT_93)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Playground.objects.filter(compile_filter(expression, FIELDS)).explain()
    assert "Seq Scan" not in plan


def test_a_field_follows_its_path(names: Names) -> None:
    fields = {"ouverture": Field("ouverture", FieldType.DATE, "ouverture", path="date_ouverture")}
    condition = compile_filter(parse_filter("ouverture = DATE('2020-01-01')"), fields)
    assert Playground.objects.get(condition).nom == ISLAND


def test_conditions_add_up_as_q(names: Names) -> None:
    either = compile_filter(parse_filter("age_min = 2"), FIELDS) | compile_filter(
        parse_filter("age_min = 3"), FIELDS
    )
    assert [row.nom for row in Playground.objects.filter(either).order_by("pk")] == [ISLAND, SCHOOL]
