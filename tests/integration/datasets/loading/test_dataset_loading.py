"""A delivery becomes a typed, checked table; what is wrong is told by line, field and value."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.sql import SQL

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import InvalidSchema
from datasets.loading.sql import tables
from datasets.loading.sql.staging import StagingPlan, create_raw, staged_rows
from datasets.models import Delivery
from datasets.publication.services import publish
from datasets.registry import definition_of
from datasets.sql import Names
from datasets.sql import rows as sql_rows
from datasets.vocabulary import GeometryKind
from layers.models import DataVersion
from layers.visitor import system_visitor
from tests.deliveries import BENCH_TITLES, BENCHES, Lines, bench, dataset, deliver, field, published
from tests.factories import BOULOGNE, MEUDON, MIDDLES, SEVRES

pytestmark = pytest.mark.usefixtures("communes")
_LAMBERT_IN_MEUDON = ("642000", "6856000")


def rows(delivery: Delivery, *paths: str) -> list[Any]:
    """Return the values of a delivery's table, in the order of ids."""
    result = definition_of(delivery).model._default_manager.order_by("pk")
    return list(result.values_list(*paths, flat=len(paths) == 1))


def findings(delivery: Delivery) -> list[tuple[int, str, str, str]]:
    """Return line, code, field and value of what was found."""
    return list(delivery.report_lines.order_by("line").values_list("line", "code", "field", "value"))


def codes(delivery: Delivery) -> list[str]:
    """Return the codes of what was found."""
    return [code for _line, code, _field, _value in findings(delivery)]


def shapes(kind: GeometryKind, *texts: str, **recipe: Any) -> Delivery:
    """Load rows whose second column is a geometry in WKT or GeoJSON."""
    schema = DatasetSchema(fields=(field("nom"),), geometry=kind)
    return deliver(
        dataset(schema=schema),
        *[(f"n{index}", text) for index, text in enumerate(texts)],
        schema=schema,
        titles=("nom", "forme"),
        recipe=GeometryRecipe("wkt", (1,), **recipe),
    )


def of(schema: DatasetSchema, *lines: tuple[str | None, ...], **options: Any) -> Delivery:
    """Load rows of a table whose titles are the schema's sources."""
    titles = [item.source for item in schema.fields]
    return deliver(
        dataset(schema=schema), *lines, schema=schema, titles=titles, recipe=GeometryRecipe(), **options
    )


def test_texts_become_typed_values() -> None:
    delivery = deliver(dataset(), bench("B1", "Banc d’été"))
    assert rows(delivery, "f0", "f1", "f2", "f3", "f4", "f5") == [
        ("B1", "Banc d’été", 3, 12.5, True, dt.date(2024, 12, 31))
    ]


def test_a_large_table_has_an_index_that_totals_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, dates, yes and no and codes are in it; texts are not, nor codes beyond what an index row holds."""
    fields = (
        *BENCHES.fields,
        field("etat", enum=("bon", "usé")),
        field("long", enum=("x" * 2_000, "y")),
        field("seconde", enum=("z" * 600,)),
    )
    schema = replace(BENCHES, fields=fields)
    titles = (*BENCH_TITLES, "etat", "long", "seconde")
    line = [*bench(), "bon", "y", None]
    small = deliver(dataset(schema=schema), line, schema=schema, titles=titles)
    monkeypatch.setattr(tables, "TOTALLED_ROWS", 1)
    large = deliver(dataset("grands", schema=schema), line, schema=schema, titles=titles)
    assert [included(each) for each in (small, large)] == ["", "places, prix, neuf, pose, etat, long"]


def included(delivery: Delivery) -> str:
    """Return the columns that the index of communes holds beside them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%(commune_id)%%'",
            [delivery.names.table],
        )
        ((definition,),) = cursor.fetchall()
    return str(definition).partition("INCLUDE (")[2].removesuffix(")")


def test_leading_zeros_stay() -> None:
    assert rows(deliver(dataset(), bench("0012")), "f0") == ["0012"]


def test_empty_is_null() -> None:
    assert rows(deliver(dataset(), bench(nom="", places="", prix="n/a")), "f1", "f2", "f3") == [
        (None, None, None)
    ]


def test_time_without_offset_is_the_time_in_paris() -> None:
    delivery = of(DatasetSchema(fields=(field("passage", "datetime"),)), ("01/07/2024 14:00",))
    assert rows(delivery, "f0") == [dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)]


PASSAGES = DatasetSchema(fields=(field("passage", "datetime"),))


def passage_findings(*texts: str) -> list[tuple[int, str, str, str]]:
    return findings(of(PASSAGES, *((text,) for text in texts)))


@pytest.mark.parametrize(
    "text", ["2026-03-29 02:30", "29/03/2026 à 02h30", "29 mars 2026 à 2h30", "2025-03-30T02:00:00"]
)
def test_time_that_clocks_jump_over_is_an_error_of_its_row(text: str) -> None:
    assert passage_findings("2026-03-28 02:30", text) == [(3, "time-skipped", "passage", text)]


@pytest.mark.parametrize("text", ["2026-10-25 02:30", "25/10/2026 02:00", "25 octobre 2026 à 2h59"])
def test_time_that_clocks_show_twice_is_reported(text: str) -> None:
    assert passage_findings("2026-10-24 02:30", text) == [(3, "time-repeated", "passage", text)]


def test_time_that_clocks_show_twice_is_the_winter_one_that_its_report_names() -> None:
    delivery = of(PASSAGES, ("2026-10-25 02:30",))
    reasons = list(delivery.report_lines.values_list("reason", flat=True))
    assert rows(delivery, "f0") == [dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)]
    assert "(+01:00)" in reasons[0]


def test_times_around_a_change_of_clocks_or_with_an_offset_have_no_report() -> None:
    texts = [
        "2026-03-29 01:59", "2026-03-29 03:00", "2026-10-25 01:59", "2026-10-25 03:00", "2026-10-25",
        "2026-10-25T02:30:00+02:00", "2026-10-25 02:30+0100", "2026-03-29T02:30Z", "2026-10-25T02:30:00.5 +02",
    ]  # fmt: skip
    assert passage_findings(*texts) == []


def test_one_row_in_error_refuses_the_delivery() -> None:
    delivery = deliver(dataset(), bench("B1"), bench("B2", places="beaucoup"))
    assert (delivery.state, findings(delivery)) == ("refused", [(3, "type-error", "places", "beaucoup")])


def test_refused_delivery_has_no_table() -> None:
    delivery = deliver(dataset(), bench("B2", places="beaucoup"))
    assert not _tables(f"d{delivery.dataset_id}_")


def test_partial_delivery_leaves_the_rows_in_error_out() -> None:
    delivery = deliver(dataset(), bench("B1"), bench("B2", prix="cher"), accept_partial=True)
    assert delivery.state == "ready"
    assert rows(delivery, "f0") == ["B1"]
    assert delivery.report["rows_refused"] == 1


def test_every_line_of_a_duplicate_key_is_named() -> None:
    delivery = deliver(dataset(), bench("B1"), bench("B2"), bench("B1"))
    assert findings(delivery) == [(2, "duplicate-key", "code", "B1"), (4, "duplicate-key", "code", "B1")]


def test_row_whose_duplicate_is_refused_for_another_reason_is_loaded() -> None:
    lines = bench("B1"), bench("B1", prix="cher"), bench("B2")
    delivery = deliver(dataset(), *lines, accept_partial=True)
    assert rows(delivery, "f0") == ["B1", "B2"]
    assert findings(delivery) == [(3, "type-error", "prix", "cher"), (3, "duplicate-key", "code", "B1")]


def test_rows_of_one_key_are_refused_when_two_of_them_are_right() -> None:
    lines = bench("B1"), bench("B1", prix="cher"), bench("B1"), bench("B2")
    assert rows(deliver(dataset(), *lines, accept_partial=True), "f0") == ["B2"]


def test_row_refused_for_a_unique_field_refuses_no_other_for_its_key() -> None:
    schema = replace(
        BENCHES, fields=tuple(replace(item, is_unique=item.name == "nom") for item in BENCHES.fields)
    )
    lines = bench("B1", "Un"), bench("B2", "Un"), bench("B2", "Deux")
    delivery = deliver(dataset(schema=schema), *lines, schema=schema, accept_partial=True)
    assert rows(delivery, "f1") == ["Deux"]


def test_key_is_never_empty() -> None:
    assert codes(deliver(dataset(), bench(""))) == ["required"]


@pytest.mark.parametrize(
    ("constraint", "kind", "text", "code"),
    [
        ({"is_required": True}, "text", "", "required"),
        ({"enum": ("rouge", "vert")}, "text", "bleu", "enum"),
        ({"pattern": r"[A-Z]{2}\d"}, "text", "AB12", "pattern"),
        ({"minimum": 0}, "int", "-1", "minimum"),
        ({"maximum": 10}, "number", "10,5", "maximum"),
        ({"minimum": "2024-01-01"}, "date", "31/12/2023", "minimum"),
    ],
)
def test_constraint_is_checked(constraint: dict[str, Any], kind: str, text: str, code: str) -> None:
    delivery = of(DatasetSchema(fields=(field("a"), field("v", kind, **constraint))), ("x", text))
    assert findings(delivery) == [(2, code, "v", text)]


def test_unique_field_names_its_duplicates() -> None:
    delivery = of(DatasetSchema(fields=(field("v", is_unique=True),)), ("a",), ("b",), ("a",))
    assert codes(delivery) == ["unique", "unique"]


def test_table_refuses_what_the_schema_refuses() -> None:
    delivery = of(DatasetSchema(fields=(field("v", enum=("a",)),)), ("a",))
    publish(delivery=delivery, visitor=system_visitor())
    with pytest.raises(IntegrityError), transaction.atomic():
        definition_of(delivery).model._default_manager.update(f0="b")


def test_empty_file_is_refused() -> None:
    assert codes(deliver(dataset())) == ["no-rows"]


def test_missing_and_extra_columns_are_told_but_not_an_empty_one() -> None:
    schema = DatasetSchema(fields=(field("a"), field("b")))
    delivery = deliver(
        dataset(schema=schema),
        ("1", None, None),
        ("2", "x", None),
        schema=schema,
        titles=("a", "c", "d"),
        recipe=GeometryRecipe(),
    )
    assert {(code, name) for _line, code, name, _value in findings(delivery)} == {
        ("missing-column", "b"),
        ("extra-column", "c"),
    }


def test_point_has_its_commune() -> None:
    assert rows(deliver(dataset(), bench(at=MEUDON)), "commune_id") == [MEUDON]


def test_point_on_a_border_is_one_row_of_the_first_commune() -> None:
    lines = [bench(at=(2.20, 48.81)), bench("B2", at=SEVRES), bench("B3", at=(2.22, 48.81))]
    assert rows(deliver(dataset(), *lines), "f0", "commune_id") == [
        ("B1", min(SEVRES, MEUDON)),
        ("B2", SEVRES),
        ("B3", min(MEUDON, BOULOGNE)),
    ]


def test_points_of_a_large_file_are_read_by_parallel_workers() -> None:
    """The whole statement, communes and rules included: only the rows that are made are gathered."""
    schema = replace(BENCHES, fields=(*BENCHES.fields, field("Ville", name="ville", column="ville")))
    recipe = GeometryRecipe("lonlat", (6, 7))
    plan = StagingPlan(Names(1, 1), schema, recipe, (0, 1, 2, 3, 4, 5, 8))
    create_raw(plan)
    with connection.cursor() as cursor:
        for name in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            cursor.execute("SELECT set_config(%s, '0', true)", [name])
    planned = [step.lstrip(" ->") for (step,) in sql_rows(SQL("EXPLAIN {}").format(staged_rows(plan)))]
    assert planned[0].startswith("Gather")


def test_moved_point_changes_commune() -> None:
    delivery = published(dataset(), bench(at=MEUDON))
    definition_of(delivery).model._default_manager.update(
        geom=GEOSGeometry("POINT({} {})".format(*MIDDLES[SEVRES]), 4326)
    )
    assert rows(delivery, "commune_id") == [SEVRES]


def test_write_to_a_delivery_is_counted() -> None:
    delivery = published(dataset(), bench())
    before = DataVersion.objects.get(table=delivery.table).version
    definition_of(delivery).model._default_manager.update(f1="autre")
    assert DataVersion.objects.get(table=delivery.table).version == before + 1


def test_a_delivery_that_is_not_online_is_not_written_to() -> None:
    delivery = deliver(dataset(), bench())
    with pytest.raises(OperationalError), transaction.atomic():
        definition_of(delivery).model._default_manager.update(f1="autre")


def test_point_outside_the_territory_is_flagged() -> None:
    delivery = deliver(dataset(), bench("B1"), bench("B2"), bench("B3", at=(5.0, 45.0)))
    assert (delivery.state, findings(delivery)) == (
        "ready",
        [(4, "geometry-outside", "géométrie", "5.0, 45.0")],
    )


def test_position_zero_is_noticed() -> None:
    assert "geometry-zero" in codes(deliver(dataset(), bench(at=(0.0, 0.0))))


def test_row_without_position_is_kept_and_told() -> None:
    delivery = deliver(dataset(), [*bench()[:6], "", ""])
    assert (rows(delivery, "geom"), codes(delivery)) == ([None], ["geometry-missing"])


@pytest.mark.parametrize("at", [(200.0, 48.0), (2.0, 95.0)])
def test_position_outside_the_globe_is_an_error(at: tuple[float, float]) -> None:
    assert codes(deliver(dataset(), bench(at=at))) == ["geometry-range"]


def test_lambert_coordinates_are_placed() -> None:
    recipe = GeometryRecipe("lonlat", (6, 7), srid=2154)
    delivery = deliver(dataset(), bench()[:6] + list(_LAMBERT_IN_MEUDON), recipe=recipe)
    assert [round(value, 2) for value in rows(delivery, "geom")[0].coords] == [2.21, 48.8]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("latlon", "48.81, 2.21"),
        ("lonlat_text", "[2.21, 48.81]"),
        ("latlon", "48,81 ; 2,21"),
        ("latlon", "48.81 2.21"),
    ],
)
def test_two_coordinates_in_one_column_are_read(kind: str, text: str) -> None:
    delivery = deliver(dataset(), [*bench()[:6], text], titles=("code", "nom", "places", "prix", "neuf", "pose", "xy"),
                       recipe=GeometryRecipe(kind, (6,)))  # fmt: skip
    assert rows(delivery, "geom")[0].coords == (2.21, 48.81)


def test_geojson_column_is_read() -> None:
    delivery = shapes(GeometryKind.POINT, '{"type": "Point", "coordinates": [2.21, 48.81]}')
    assert rows(delivery, "geom")[0].coords == (2.21, 48.81)


def test_wkb_of_the_reader_is_read() -> None:
    schema = replace(BENCHES, geometry=GeometryKind.LINE)
    line = GEOSGeometry("LINESTRING(2.205 48.81, 2.215 48.81)")
    delivery = deliver(
        dataset(schema=schema), bench(), schema=schema, recipe=GeometryRecipe("wkb"), shapes=[bytes(line.wkb)]
    )
    assert rows(delivery, "commune_id") == [MEUDON]


def test_text_that_is_no_geometry_is_an_error() -> None:
    assert findings(shapes(GeometryKind.POINT, "POINT(2 ")) == [
        (2, "geometry-unreadable", "géométrie", "POINT(2 ")
    ]


def test_invalid_surface_is_repaired_and_told() -> None:
    bow = "POLYGON((2.20 48.80, 2.21 48.81, 2.21 48.80, 2.20 48.81, 2.20 48.80))"
    delivery = shapes(GeometryKind.MULTI_SURFACE, bow)
    assert (codes(delivery), rows(delivery, "geom")[0].valid) == (["geometry-repaired"], True)


def test_single_parts_are_promoted() -> None:
    delivery = shapes(GeometryKind.MULTI_LINE, "LINESTRING(2.2 48.8, 2.21 48.8)")
    assert rows(delivery, "geom")[0].geom_type == "MultiLineString"


def test_other_type_of_geometry_is_an_error() -> None:
    assert codes(shapes(GeometryKind.SURFACE, "POINT(2.2 48.8)")) == ["geometry-type"]


def test_several_parts_do_not_fit_single_ones() -> None:
    assert codes(shapes(GeometryKind.POINT, "MULTIPOINT(2.2 48.8, 2.21 48.8)")) == ["geometry-type"]


def test_dropped_altitude_is_told_once() -> None:
    delivery = shapes(GeometryKind.LINE, *["LINESTRING Z(2.2 48.8 1, 2.21 48.8 2)"] * 3)
    assert (codes(delivery), rows(delivery, "geom")[0].hasz) == (["geometry-z"], False)


def test_altitude_is_kept_when_asked() -> None:
    delivery = shapes(GeometryKind.LINE, "LINESTRING Z(2.2 48.8 1, 2.21 48.8 2)", keeps_z=True)
    assert rows(delivery, "geom")[0].coords[1] == (2.21, 48.8, 2.0)


def test_crossing_the_antimeridian_is_noticed() -> None:
    assert "geometry-antimeridian" in codes(shapes(GeometryKind.LINE, "LINESTRING(-179 48, 179 48)"))


@pytest.mark.parametrize(
    "named", [BOULOGNE, "Boulogne-Billancourt", "BOULOGNE BILLANCOURT", " boulogne–billancourt "]
)
def test_table_finds_its_commune_by_code_or_name(named: str) -> None:
    schema = DatasetSchema(fields=(field("ville"),), commune="ville")
    assert rows(of(schema, (named,)), "commune_id") == [BOULOGNE]


def test_accents_of_a_commune_do_not_matter() -> None:
    assert rows(of(DatasetSchema(fields=(field("ville"),), commune="ville"), ("SEVRES",)), "commune_id") == [
        SEVRES
    ]


def test_unknown_commune_is_told() -> None:
    delivery = of(DatasetSchema(fields=(field("ville"),), commune="ville"), ("Lyon",))
    assert (delivery.state, codes(delivery)) == ("ready", ["commune-unknown"])


@pytest.mark.parametrize(
    "title",
    [
        "select",
        "Nom de l’équipement",
        'a"b',
        "x'; DROP TABLE layers_layer; --",
        "100 %",
        "{a}",
        "%s",
        "user",
        "é",
    ],
)
def test_any_title_is_a_column(title: str) -> None:
    schema = DatasetSchema(
        fields=(field(title, column="f1", name="champ", is_required=True), field("b", "int"))
    )
    assert rows(of(schema, ("valeur", "1")), "f0") == ["valeur"]


@pytest.mark.parametrize("title", ['a"b', "x'; DROP TABLE layers_layer; --", "100 %", "%s"])
def test_any_title_is_told_in_findings(title: str) -> None:
    schema = DatasetSchema(fields=(field(title, "int", column="f1", name="champ"),))
    assert findings(of(schema, ("%s' x",))) == [(2, "type-error", title, "%s' x")]


@pytest.mark.parametrize("column", ["geom", "id", 'a"', "A", "1a", "commune_id", "é", "a" * 64, ""])
def test_column_that_is_not_ours_is_refused(column: str) -> None:
    schema = DatasetSchema(fields=(replace(field("a"), column=column),))
    with pytest.raises(InvalidSchema):
        dataset(schema=schema)


@pytest.mark.parametrize("name", ["id", "commune", "geom", "a b", "a__b", "1a", 'a"', ""])
def test_name_that_readers_could_not_use_is_refused(name: str) -> None:
    schema = DatasetSchema(fields=(replace(field("a"), name=name, column="f1"),))
    with pytest.raises(InvalidSchema):
        dataset(schema=schema)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pattern": "("},
        {"minimum": 1},
        {"minimum": 3, "maximum": 1, "type": "int"},
        {"minimum": "x", "type": "date"},
    ],
)
def test_constraint_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    kind = wrong.pop("type", "text")
    with pytest.raises(InvalidSchema):
        dataset(schema=DatasetSchema(fields=(field("a", kind, **wrong),)))


def test_half_the_rows_missing_is_told() -> None:
    to = dataset()
    publish(delivery=deliver(to, *[bench(f"B{n}") for n in range(10)]), visitor=system_visitor())
    assert "row-count" in codes(deliver(to, *[bench(f"B{n}") for n in range(5)]))


def test_wrong_crs_is_suspected() -> None:
    assert "extent" in codes(deliver(dataset(), bench(at=(48.8, 2.2))))


def _tables(prefix: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'datasets' AND tablename LIKE %s",
            [prefix + "%"],
        )
        return [name for (name,) in cursor.fetchall()]


def test_end_of_a_long_name_of_file_is_stored() -> None:
    name = f"{'a' * 300}.csv"
    assert deliver(dataset(), bench(), file_name=name).file_name == name[-255:]


def test_a_commune_of_the_file_that_is_not_that_of_the_position_is_reported() -> None:
    named = ("Meudon", "SÈVRES", "Sèvres", "sevres", BOULOGNE, "Paris", "", MEUDON)
    schema = replace(
        BENCHES, fields=(field("code"), field("Ville", name="ville", column="ville")), title_field=""
    )
    lon, lat = MIDDLES[SEVRES]
    delivery = deliver(
        dataset(schema=schema),
        *[(f"B{index}", name, str(lon), str(lat)) for index, name in enumerate(named)],
        schema=schema,
        titles=("code", "Ville", "lon", "lat"),
        recipe=GeometryRecipe("lonlat", (2, 3)),
    )
    assert delivery.state == "ready"
    assert findings(delivery) == [
        (2, "commune-differs", "Ville", "Meudon"),
        (6, "commune-differs", "Ville", BOULOGNE),
        (9, "commune-differs", "Ville", MEUDON),
    ]


def test_findings_of_a_file_that_are_alike_are_one_line_of_the_report() -> None:
    source = Lines(BENCH_TITLES, [bench()])
    for line, reason in (
        (1, "Ligne au-dessus des titres"),
        (2, "Ligne au-dessus des titres"),
        (3, "Autre remarque"),
    ):
        source.note("preamble", reason, line=line)
    delivery = deliver(dataset(), source=source)
    counted = [(entry["reason"], entry["count"]) for entry in delivery.report["counts"]]
    assert counted == [("Ligne au-dessus des titres", 2), ("Autre remarque", 1)]
    assert delivery.report["warnings"] == 3
