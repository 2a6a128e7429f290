"""Points in tiles: what is shown and counted adds up to the rows, whatever the zoom, the question and the rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amenities.catalogue import PLAYGROUNDS
from layers import access, queries
from layers.cache import clear_caches
from layers.formats import mvt
from layers.formats.mvt import cells, points
from layers.models import Commune, Layer, ProtectedField
from layers.parsing import parse_query
from layers.queries import Selection
from layers.sql import pyramids
from layers.sql.tile_matrix_sets import LAMBERT_93, WEB_MERCATOR_QUAD, TileAddress, TileMatrixSet
from layers.visitor import Visitor
from layers.vocabulary import Visibility
from tests.examples import is_thorough
from tests.factories import MEUDON
from tests.people import GARDENER
from tests.world import grant
from tiles.services.pyramids import refresh_pyramids

SLUG, TABLE = PLAYGROUNDS.slug, '"amenities_playground"'
MANY = 3_000
STATES = ("ouvert", "partiel", "travaux", "ferme")
# Over the three communes and beyond; every third point is Meudon's.
_FILL = """
INSERT INTO amenities_playground (nom, adresse, sol_amortissant, ombrage, horaires, exploitant, etat, geom, commune_id)
SELECT 'Aire ' || i, '', '', '', '', '', (ARRAY['ouvert', 'partiel', 'travaux', 'ferme'])[1 + i %% 4],
       ST_SetSRID(ST_MakePoint(2.15 + random() * %s, 48.78 + random() * %s), 4326),
       CASE WHEN i %% 3 = 0 THEN %s END
FROM generate_series(1, %s) AS i
"""
Feature = dict[str, Any]


def fill(count: int = MANY, *, degrees: float = 0.12) -> None:
    """Add points at random places, as a load that sets the communes itself does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.17)")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        cursor.execute("ALTER TABLE amenities_playground DISABLE TRIGGER USER")
        cursor.execute(_FILL, [degrees, degrees / 2, MEUDON, count])
        cursor.execute("ALTER TABLE amenities_playground ENABLE TRIGGER USER")


def selection(visitor: Visitor | None = None, **parameters: str) -> Selection:
    asked = parse_query({name: [text] for name, text in parameters.items()})
    return queries.select(access.scope(visitor or Visitor(instant=timezone.now()), SLUG), asked)


def features(content: bytes) -> list[Feature]:
    decoded = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}) if content else {}
    return list(decoded[SLUG]["features"]) if decoded else []


def tiles(zoom: int, matrix: TileMatrixSet = WEB_MERCATOR_QUAD) -> list[TileAddress]:
    """Return the tiles of a zoom over the filled area."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM ("
            "SELECT ST_Extent(ST_Transform(geom, %s)) AS b FROM amenities_playground) AS e",
            [matrix.srid],
        )
        found = matrix.covering(cursor.fetchone(), zoom)
    columns, rows = range(found.min_column, found.max_column + 1), range(found.min_row, found.max_row + 1)
    return [matrix.tile(zoom, column, row) for column in columns for row in rows]


def counted(asked: Selection, zoom: int, matrix: TileMatrixSet = WEB_MERCATOR_QUAD) -> int:
    """Return how many points the tiles of a zoom show or count."""
    shown = [feature for at in tiles(zoom, matrix) for feature in features(mvt.render([asked], at))]
    return sum(feature["properties"].get("point_count", 1) for feature in shown)


def of_everybody() -> Selection:
    return selection()


def of_a_filter() -> Selection:
    return selection(filter="etat = 'ouvert' OR etat = 'ferme'")


def of_a_commune() -> Selection:
    return selection(Visitor(instant=timezone.now(), portal=MEUDON))


def of_rows_of_a_grant() -> Selection:
    Layer.objects.filter(slug=SLUG).update(visibility=Visibility.INTERNAL)
    grant(GARDENER, SLUG, rows="etat = 'travaux'")
    return selection(GARDENER.visitor())


@pytest.fixture
def many(catalogue: dict[str, Commune]) -> None:
    fill()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (of_everybody, MANY),
        (of_a_filter, MANY / 2),
        (of_a_commune, MANY / 3),
        (of_rows_of_a_grant, MANY / 4),
    ],
)
def test_tiles_add_up_to_the_rows_at_every_zoom(
    many: None, asked: Callable[[], Selection], expected: float
) -> None:
    found = asked()
    assert {zoom: counted(found, zoom) for zoom in (0, 5, 9, 11, 12, 13)} == dict.fromkeys(
        (0, 5, 9, 11, 12, 13), expected
    )


def test_one_scan_counts_the_tiles_of_a_block_until_the_data_change(many: None) -> None:
    with CaptureQueriesContext(connection) as statements:
        for zoom in (10, 11, 12):
            assert counted(of_a_filter(), zoom) == MANY / 2
    assert sum("GROUP BY cell" in query["sql"] for query in statements) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE amenities_playground SET etat = 'travaux' WHERE etat = 'ferme'")
    assert counted(of_a_filter(), 12) == MANY / 4


def test_cells_of_a_block_are_those_that_each_tile_counts(
    many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [at for zoom in (0, 4, 8, 9, 10, 12) for at in tiles(zoom)]
    by_block = [marks(mvt.render([of_a_filter()], at)) for at in addresses]
    clear_caches()
    monkeypatch.setattr(cells, "MOST_ROWS", -2)  # a table that was never analysed has -1
    assert [marks(mvt.render([of_a_filter()], at)) for at in addresses] == by_block


def statement_of_cells(address: TileAddress) -> str:
    """Return the statement that counts the block of a tile of a filter."""
    clear_caches()
    with CaptureQueriesContext(connection) as statements:
        mvt.render([of_a_filter()], address)
    return next(query["sql"] for query in statements if "GROUP BY cell" in query["sql"])


def test_a_block_is_counted_by_several_processes(many: None) -> None:
    statement = statement_of_cells(tiles(8)[0])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE amenities_playground")
        cursor.execute("SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_setup_cost = 0")
        cursor.execute("SET LOCAL parallel_tuple_cost = 0; SET LOCAL max_parallel_workers_per_gather = 1")
        cursor.execute("SET LOCAL cpu_operator_cost = 10")  # as if there were many rows
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.index("Gather") < plan.index("Subquery Scan")


def test_rows_are_compared_with_a_block_unless_it_holds_the_index(
    many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tiles(8)[0]
    west, south, east, north = cells._block(address).envelope()
    for extent, is_compared in {
        (west, south, east, north): False,
        (west - 1, south, east, north): True,
    }.items():
        monkeypatch.setattr(pyramids, "index_extent", lambda _table, extent=extent: extent)
        assert ("&&" in statement_of_cells(address)) is is_compared


def test_the_extent_of_an_index_holds_every_row(many: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Extent(geom_3857) @ ST_MakeEnvelope(%s, %s, %s, %s) FROM amenities_playground",
            pyramids.index_extent(TABLE),
        )
        assert cursor.fetchone()[0]
    assert pyramids.index_extent("absent") is None


def test_tiles_of_another_matrix_add_up_too(many: None) -> None:
    assert [counted(selection(), zoom, LAMBERT_93) for zoom in (3, 9, 12)] == [MANY] * 3


def test_points_next_to_an_edge_are_in_the_tile_that_holds_them(catalogue: dict[str, Commune]) -> None:
    # Five metres on both sides, by five centimetres: boxes, in single precision, tell neither side there.
    west = WEB_MERCATOR_QUAD.tile(16, 33_170, 22_545)
    east = WEB_MERCATOR_QUAD.tile(16, 33_171, 22_545)
    edge, _south, _east, north = east.envelope()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO amenities_playground (nom, adresse, sol_amortissant, ombrage, horaires, exploitant, etat,"
            " geom) SELECT '', '', '', '', '', '', 'ouvert',"
            " ST_Transform(ST_SetSRID(ST_MakePoint(%s + i * 0.05, %s - 100 - i), 3857), 4326)"
            " FROM generate_series(-100, 100) AS i",
            [edge, north - 100],
        )
        cursor.execute(
            "SELECT ST_X(geom_3857) < %s, array_agg(id ORDER BY id) FROM amenities_playground GROUP BY 1",
            [edge],
        )
        expected = dict(cursor.fetchall())
    shown = {
        side: sorted(feature["id"] for feature in features(mvt.render([selection()], at)))
        for side, at in ((True, west), (False, east))
    }
    assert shown == expected


def test_a_pyramid_counts_what_the_rows_say(many: None) -> None:
    addresses = [at for zoom in (0, 4, 8, 9, 10, 12) for at in tiles(zoom)]
    direct = [marks(mvt.render([selection()], at)) for at in addresses]
    pyramids.keep(TABLE, "etat")
    assert [marks(mvt.render([selection()], at)) for at in addresses] == direct


def marks(content: bytes) -> list[Any]:
    """Return what a tile shows, whatever the order; a mean is the same but for a rounding."""
    return sorted(
        (
            [place // 2 for place in feature["geometry"]["coordinates"]],
            sorted((name, str(value)) for name, value in feature["properties"].items()),
            feature["id"],
        )
        for feature in features(content)
    )


def test_a_pyramid_is_read_instead_of_the_rows(many: None) -> None:
    pyramids.keep(TABLE, "etat")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE layers_tilecell SET n = n + 1 WHERE owner = %s::regclass AND level = 3", [TABLE]
        )
    assert counted(selection(), 0) > MANY


@pytest.mark.parametrize("asked", [of_a_filter, of_a_commune, of_rows_of_a_grant])
def test_who_sees_some_rows_is_not_told_how_many_there_are(
    many: None, asked: Callable[[], Selection]
) -> None:
    found = asked()
    before = counted(found, 5)
    pyramids.keep(TABLE, "etat")
    assert counted(found, 5) == before


@pytest.mark.parametrize(
    "write",
    [
        "DELETE FROM amenities_playground WHERE id % 2 = 0",
        "UPDATE amenities_playground SET etat = 'ferme' WHERE id % 3 = 0",
        "UPDATE amenities_playground SET geom = ST_Translate(geom, 0.3, -0.2) WHERE id % 5 = 0",
        "UPDATE amenities_playground SET nom = 'x'",
        "TRUNCATE amenities_playground CASCADE",
    ],
)
def test_a_pyramid_follows_every_write(many: None, write: str) -> None:
    pyramids.keep(TABLE, "etat")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(write)
    cells = stored_cells()
    pyramids.keep(TABLE, "etat")
    counted_again = stored_cells()
    assert [cell[:5] for cell in cells] == [cell[:5] for cell in counted_again]
    # Sums of metres, added and taken away in another order.
    places = [[place for cell in found for place in cell[5:]] for found in (cells, counted_again)]
    assert places[0] == pytest.approx(places[1], abs=0.01)


def stored_cells() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, i, j, category, n, x, y FROM layers_tilecell"
            " WHERE owner = %s::regclass ORDER BY 1, 2, 3, 4",
            [TABLE],
        )
        return list(cursor.fetchall())


def test_an_added_point_is_counted(many: None) -> None:
    pyramids.keep(TABLE, "etat")
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [0.1, 0.1, MEUDON, 5])
    assert pyramids.agrees(TABLE)


def test_small_layers_keep_no_pyramid(many: None) -> None:
    assert refresh_pyramids() == []


def test_a_large_layer_keeps_one_of_its_style(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiles.services.pyramids.PAYS_FROM", MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE amenities_playground")
    assert (
        TABLE in refresh_pyramids()
    )  # another test may have left a table whose rows PostgreSQL estimates to be many
    assert pyramids.stored_category(TABLE) == "etat"


def test_a_load_that_disabled_the_triggers_is_noticed(many: None) -> None:
    pyramids.keep(TABLE, "etat")
    fill(10)
    assert not pyramids.agrees(TABLE)


def test_tiles_of_before_a_load_that_nobody_saw_are_not_kept(
    many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiles.services.pyramids.PAYS_FROM", MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE amenities_playground")
    refresh_pyramids()
    version = selection().version
    fill(10)
    assert refresh_pyramids() == [TABLE]
    assert selection().version > version


def test_pyramid_that_is_given_up_meanwhile_counts_the_rows(
    many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.formats.mvt.points.has_cells", lambda *_question: True)
    assert counted(selection(), 8) == MANY


def test_point_alone_in_its_cell_is_found_where_sums_are_rounded(many: None) -> None:
    pyramids.keep(TABLE, "etat")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE layers_tilecell SET x = x + 0.02, y = y - 0.02 WHERE n = 1")
    shown = [feature for at in tiles(12) for feature in features(mvt.render([selection()], at))]
    alone = [feature for feature in shown if "cluster" not in feature["properties"]]
    assert alone
    assert all(feature["id"] for feature in alone)


def test_a_point_alone_in_its_cell_is_itself(many: None) -> None:
    shown = [feature for at in tiles(12) for feature in features(mvt.render([selection()], at))]
    alone = [feature for feature in shown if "cluster" not in feature["properties"]]
    assert alone
    assert all(feature["id"] and feature["properties"]["nom"] for feature in alone)


def test_a_cluster_has_no_id_and_tells_its_categories(many: None) -> None:
    (content,) = [mvt.render([selection()], at) for at in tiles(0)]
    (cluster,) = features(content)
    found = cluster["properties"]
    assert not cluster["id"]
    assert {name: found[name] for name in found if name.startswith("point_count:")} == {
        f"point_count:{state}": MANY // 4 for state in STATES
    }


def test_categories_that_somebody_may_not_read_are_not_counted(many: None) -> None:
    ProtectedField.objects.create(layer=Layer.objects.get(slug=SLUG), name="etat")
    pyramids.keep(TABLE, "etat")
    (content,) = [mvt.render([selection()], at) for at in tiles(0)]
    assert set(features(content)[0]["properties"]) == {"cluster", "point_count"}


def test_a_small_layer_never_clusters(catalogue: dict[str, Commune]) -> None:
    fill(mvt.MAX_POINTS)
    shown = features(mvt.tile(selection(), 0, 0, 0))
    assert len({feature["id"] for feature in shown}) == mvt.MAX_POINTS


def test_ids_and_positions_are_those_of_the_rows(many: None) -> None:
    found = Counter[int]()
    with connection.cursor() as cursor:
        for at in tiles(13):
            west, _south, _east, north = at.envelope()
            cell = at.matrix.side(13) / points.EXTENT
            cursor.execute(
                "SELECT id, floor((ST_X(geom_3857) - %s) / %s), floor((%s - ST_Y(geom_3857)) / %s)"
                " FROM amenities_playground",
                [west, cell, north, cell],
            )
            expected = {pk: [x, y] for pk, x, y in cursor.fetchall()}
            for feature in features(mvt.render([selection()], at)):
                assert feature["geometry"]["coordinates"] == expected[feature["id"]]
                found[feature["id"]] += 1
    assert set(found.values()) == {1}
    assert len(found) == MANY


def test_a_tile_of_tens_of_thousands_of_points_counts_them(catalogue: dict[str, Commune]) -> None:
    points = 200_000 if is_thorough() else 40_000
    fill(points, degrees=0.001)
    for zoom in (10, 15):
        contents = [mvt.render([selection()], at) for at in tiles(zoom)]
        assert max(map(len, contents)) <= mvt.MAX_BYTES
        tile_features = [feature for content in contents for feature in features(content)]
        assert sum(feature["properties"].get("point_count", 1) for feature in tile_features) == points


def test_long_texts_are_left_out_before_points_are(catalogue: dict[str, Commune]) -> None:
    fill(900)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE amenities_playground ALTER nom TYPE text")
        cursor.execute("UPDATE amenities_playground SET nom = id || repeat('x', 1000)")
    content = mvt.tile(selection(), 0, 0, 0)
    assert len(content) <= mvt.MAX_BYTES
    assert len(features(content)) == 900
    assert set(features(content)[0]["properties"]) == {"etat"}


def test_properties_that_were_asked_are_carried_or_their_points_are_counted(
    catalogue: dict[str, Commune],
) -> None:
    fill(900)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE amenities_playground ALTER nom TYPE text")
        cursor.execute("UPDATE amenities_playground SET nom = id || repeat('x', 1000)")
    shown = features(mvt.tile(selection(properties="nom"), 0, 0, 0))
    assert [feature["properties"]["point_count"] for feature in shown] == [900]


def test_layers_of_a_tile_share_its_bytes(catalogue: dict[str, Commune]) -> None:
    fill(8_000, degrees=0.005)
    at = tiles(13)[0]
    whole = mvt.render([selection()], at)
    together = mvt.render([selection()] * 6, at)
    assert len(whole) * 6 > mvt.MAX_BYTES
    assert len(together) <= mvt.MAX_BYTES


@pytest.mark.parametrize(("count", "are_gathered"), [(MANY, True), (900, False)])
def test_a_density_has_clusters_in_every_tile_of_a_zoom_or_in_none(
    catalogue: object, count: int, *, are_gathered: bool
) -> None:
    fill(count)
    # At zoom 12 these points are in several tiles, each of which may hold them one by one.
    Layer.objects.filter(slug=SLUG).update(style={"heat": {}, "field": ""})
    asked = selection()
    told = [features(mvt.render([asked], at)) for at in tiles(12)]
    found = [one for tile in told for one in tile]
    assert sum(1 for tile in told if tile) > 1
    assert all(
        any("point_count" in one["properties"] for one in tile) == are_gathered for tile in told if tile
    )
    assert sum(one["properties"].get("point_count", 1) for one in found) == count
