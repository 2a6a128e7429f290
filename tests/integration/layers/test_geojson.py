"""GeoJSON as PostgreSQL writes it: whole, in order, at a cost that does not grow with the rows."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    DO_NOTHING,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    FloatField,
    ForeignKey,
    IntegerField,
    JSONField,
    TextField,
    TimeField,
)
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amenities.catalogue import PLAYGROUNDS
from heritage.catalogue import TREES
from layers import access, queries
from layers.catalogue import COMMUNES
from layers.crs import LAMBERT_93
from layers.formats import geojson, statements
from layers.formats.geojson import feature_collection
from layers.formats.statements import Compiled, CompiledColumn
from layers.models import Commune
from layers.parsing import FeatureQuery, SortKey, parse_query
from layers.visitor import Visitor
from plui.catalogue import PRESCRIPTIONS_LIN, ZONES
from tests import factories
from tests.factories import box, line

COUNTED = pytest.mark.parametrize("counted", [False, True], ids=["not-counted", "counted"])


def rendered(slug: str, query: FeatureQuery | None = None, *, counted: bool = False) -> dict[str, Any]:
    """Return the collection as JSON; its links hold the cursor of the next page. What is counted is read otherwise."""
    scope = access.scope(Visitor(instant=timezone.now()), slug)
    selection = queries.select(scope, query or FeatureQuery())
    if counted:
        selection.count()
    in_one_read = geojson.page_read if counted else lambda _selection, **_rendering: None
    with patch.object(geojson, "page_read", in_one_read):
        collection = feature_collection(
            selection, links=lambda around: [{"cursor": around.next, "back": around.previous}]
        )
    with collection.body as body:
        content = body.read()
    assert len(content) == collection.size
    return json.loads(content)  # type: ignore[no-any-return]


def test_members_are_those_of_the_standard(catalogue: dict[str, Commune]) -> None:
    factories.tree()
    document = rendered(TREES.slug)
    assert document["type"] == "FeatureCollection"
    assert set(document) == {"type", "numberMatched", "features", "numberReturned", "timeStamp", "links"}
    assert set(document["features"][0]) == {"type", "id", "geometry", "properties"}


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        (TREES.slug, "Point"),
        (PRESCRIPTIONS_LIN.slug, "LineString"),
        (ZONES.slug, "Polygon"),
        (COMMUNES.slug, "MultiPolygon"),
    ],
)
def test_geometries_are_of_the_type_of_the_layer(catalogue: dict[str, Commune], slug: str, kind: str) -> None:
    factories.tree()
    factories.zone()
    factories.prescription_lin("Ligne", line((2.2, 48.8), (2.21, 48.81)))
    assert {feature["geometry"]["type"] for feature in rendered(slug)["features"]} == {kind}


def test_a_hole_is_kept(catalogue: dict[str, Commune]) -> None:
    outer, inner = box(2.2, 48.8, 2.3, 48.9), box(2.22, 48.82, 2.24, 48.84)
    factories.zone(geom=outer.difference(inner))
    assert len(rendered(ZONES.slug)["features"][0]["geometry"]["coordinates"]) == 2


def test_parts_are_kept(catalogue: dict[str, Commune]) -> None:
    parts = MultiPolygon(box(2.2, 48.8, 2.21, 48.81), box(2.3, 48.8, 2.31, 48.81), srid=4326)
    Commune.objects.filter(code="92048").update(geom=parts)
    query = FeatureQuery(ids=(catalogue["92048"].pk,))
    assert len(rendered(COMMUNES.slug, query)["features"][0]["geometry"]["coordinates"]) == 2


def test_coordinates_have_the_decimals_of_a_centimetre(catalogue: dict[str, Commune]) -> None:
    factories.tree(at=(2.212345678912345, 48.8))
    degrees = rendered(TREES.slug)["features"][0]["geometry"]["coordinates"][0]
    metres = rendered(TREES.slug, FeatureQuery(crs=LAMBERT_93))["features"][0]["geometry"]["coordinates"][0]
    assert (degrees, metres) == (2.2123457, round(metres, 3))


@pytest.mark.parametrize("surface", [None, 42.0, 25.3, 1e-7, 1e15, 1.5e300])
def test_a_float_is_never_taken_for_an_integer(catalogue: dict[str, Commune], surface: float | None) -> None:
    factories.playground(surface_m2=surface)
    read = rendered(PLAYGROUNDS.slug)["features"][0]["properties"]["surface_m2"]
    assert (read, type(read)) == (surface, type(surface))


def test_an_integer_stays_one(catalogue: dict[str, Commune]) -> None:
    factories.playground(age_min=3)
    read = rendered(PLAYGROUNDS.slug)["features"][0]["properties"]["age_min"]
    assert (read, type(read)) == (3, int)


@COUNTED
@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 130])
def test_rows_are_joined_whatever_their_number(
    catalogue: dict[str, Commune], rows: int, *, counted: bool
) -> None:
    keys = [factories.tree(f"Arbre {number}").pk for number in range(rows)]
    document = rendered(TREES.slug, counted=counted)
    assert ([feature["id"] for feature in document["features"]], document["links"]) == (
        keys,
        [{"cursor": "", "back": ""}],
    )


@COUNTED
@pytest.mark.parametrize("sort", [(), (SortKey("genre"),)], ids=["by-key", "sorted"])
def test_a_page_gives_the_cursor_of_the_next(
    catalogue: dict[str, Commune], sort: tuple[SortKey, ...], *, counted: bool
) -> None:
    keys = [factories.tree(f"Arbre {number}", genre="Ulmus").pk for number in range(5)]
    found, cursor = [], ""
    for _page in range(3):
        document = rendered(TREES.slug, FeatureQuery(sort=sort, limit=2, cursor=cursor), counted=counted)
        found += [feature["id"] for feature in document["features"]]
        cursor = document["links"][0]["cursor"]
    assert (found, cursor) == (keys, "")


@COUNTED
@pytest.mark.parametrize("sort", [(), (SortKey("genre"),)], ids=["by-key", "sorted"])
def test_a_page_gives_the_cursor_of_the_one_before(
    catalogue: dict[str, Commune], sort: tuple[SortKey, ...], *, counted: bool
) -> None:
    keys = [factories.tree(f"Arbre {number}", genre="Ulmus").pk for number in range(5)]
    end = rendered(TREES.slug, FeatureQuery(sort=sort, limit=4))["links"][0]["cursor"]
    found, back = [], rendered(TREES.slug, FeatureQuery(sort=sort, limit=2, cursor=end))["links"][0]["back"]
    while back:
        document = rendered(TREES.slug, FeatureQuery(sort=sort, limit=2, cursor=back), counted=counted)
        found = [feature["id"] for feature in document["features"]] + found
        back = document["links"][0]["back"]
    assert found == keys[:4]


@pytest.mark.parametrize("sort", [(), (SortKey("genre"),)], ids=["by-key", "sorted"])
def test_the_cost_does_not_grow_with_the_rows(
    catalogue: dict[str, Commune], sort: tuple[SortKey, ...]
) -> None:
    with factories.in_bulk():
        for number in range(42):
            factories.tree(f"Arbre {number}")
    costs = []
    for limit in (2, 40):
        with CaptureQueriesContext(connection) as asked:
            rendered(TREES.slug, FeatureQuery(sort=sort, limit=limit))
        costs.append(len(asked))
    assert costs[0] >= costs[1]
    assert costs[0] <= 12


def test_a_page_is_the_same_however_it_is_read(catalogue: dict[str, Commune]) -> None:
    with factories.in_bulk():
        for name in ("L’« Étoile » \\ 100 %", 'dite "la\nvieille"', ""):
            factories.tree(name)
    ways = [rendered(TREES.slug, counted=counted) | {"timeStamp": ""} for counted in (False, True)]
    assert ways[0] == ways[1]


@COUNTED
def test_a_read_that_fails_is_an_error_and_leaves_nothing_open(
    catalogue: dict[str, Commune], monkeypatch: pytest.MonkeyPatch, *, counted: bool
) -> None:
    factories.tree()
    bodies = []

    class Spool(geojson.SpooledTemporaryFile):  # type: ignore[misc, type-arg]
        def __init__(self, **values: Any) -> None:
            super().__init__(**values)
            bodies.append(self)

    monkeypatch.setattr(geojson, "SpooledTemporaryFile", Spool)
    monkeypatch.setattr(
        geojson, "feature_sql", lambda compiled, **_form: f"SELECT (1/0)::text FROM {compiled.source}"
    )
    with pytest.raises(Exception, match="division by zero"):
        rendered(TREES.slug, counted=counted)
    assert [body.closed for body in bodies] == ([] if counted else [True])


def test_page_and_its_count_take_one_statement(catalogue: dict[str, Commune]) -> None:
    for number in range(3):
        factories.tree(at=(2.2 + number / 100, 48.81))
    scope = access.scope(Visitor(instant=timezone.now()), TREES.slug)
    matched, statements = [], []
    for limit in ("1", "2"):
        selection = queries.select(scope, parse_query({"bbox": ["2.19,48.8,2.215,48.82"], "limit": [limit]}))
        with CaptureQueriesContext(connection) as captured:
            matched.append(feature_collection(selection, links=lambda _around: []).matched)
        statements += [query["sql"] for query in captured]
    assert matched == [2, 2]
    assert ["(SELECT count(*)" in statement for statement in statements] == [True, False]


def test_box_of_more_rows_than_a_page_counts_is_counted_apart(
    catalogue: dict[str, Commune], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson, "_COUNTED_IN_PAGE", 2)
    for number in range(4):
        factories.tree(str(number))
    scope = access.scope(Visitor(instant=timezone.now()), TREES.slug)
    selection = queries.select(scope, parse_query({"bbox": ["2,48,3,49"], "limit": ["1"]}))
    collection = feature_collection(selection, links=lambda _around: [])
    collection.body.close()
    assert collection.matched == 4


# A field of Django, the type of its column, and values that JSON may write otherwise than a text.
_WRITTEN = [
    (IntegerField(), "int8", ["0", "-7", "9007199254740993"]),
    (BooleanField(), "bool", ["true", "false"]),
    (FloatField(), "float8", ["42", "-0", "25.3", "1e-7", "1e15", "1.5e300", "NaN", "Infinity", "-Infinity"]),
    (DecimalField(), "numeric", ["764.10", "0", "NaN"]),
    (TextField(), "text", ["", 'L’« Étoile » \\ 100 % "a"', "a\nb\tc\x01\x7f", "{}", "null"]),
    (CharField(), "varchar", ["A", "'"]),
    (DateField(), "date", ["2024-07-13", "infinity", "0044-03-15 BC"]),
    (DateTimeField(), "timestamptz", ["2020-01-01 08:00:00.5+00", "-infinity"]),
    (TimeField(), "time", ["08:00"]),
    (JSONField(), "jsonb", ['{"a": [1, null]}', '"text"']),
    (ArrayField(TextField()), "text[]", ["{}", '{a,"b c",NULL}']),
    (ForeignKey(Commune, on_delete=DO_NOTHING, to_field="code"), "varchar", ["92048"]),
]


@pytest.mark.parametrize("version", [140_000, 170_000], ids=["before-17", "since-17"])
@pytest.mark.parametrize(("kind", "type_name", "values"), _WRITTEN, ids=[row[1] for row in _WRITTEN])
def test_a_property_is_written_as_postgresql_writes_a_row(
    db: None, monkeypatch: pytest.MonkeyPatch, kind: Any, type_name: str, values: list[str], version: int
) -> None:
    own = statements._server_version()
    monkeypatch.setattr(statements, "_server_version", lambda: min(version, own))
    value = statements._json_value("s.c0", kind)
    column = CompiledColumn("c0", '"nom"', isinstance(kind, FloatField), '"nom":', value)
    source = f"(SELECT 1, NULL, unnest(%s::text[])::{type_name}) AS s(id, geometry, c0)"
    rows = Compiled(source, ([*values, None],), (column,))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {rows.json_object()}, row_to_json(p)::text"
            f" FROM {source}, LATERAL (SELECT {rows.json_attributes}) AS p",
            rows.parameters,
        )
        written = cursor.fetchall()
    assert len(written) == len(values) + 1
    assert [text for text, _row in written] == [row for _text, row in written]


def test_a_name_is_quoted_for_json_and_for_sql() -> None:
    column = CompiledColumn("c0", "", is_float=False, json_key="\"l’'a' 100 %\":", json_value="s.c0::text")
    assert Compiled("", (), (column,)).json_object(before="<", after=">") == (
        """'<{"l’''a'' 100 %%":' || coalesce(s.c0::text, 'null') || '}>'"""
    )


def test_a_feature_without_property_has_an_empty_object() -> None:
    assert Compiled("", (), ()).json_object(after="}") == "'{}}'"
