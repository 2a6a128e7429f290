"""What the database does by itself, whoever writes: the commune, the Web Mercator copy, the data version."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.db import connection, transaction

from amenities.catalogue import PLAYGROUNDS
from amenities.models import Equipment
from heritage.catalogue import TREES
from heritage.models import RemarkableTree
from layers.definitions import LayerDefinition
from layers.models import Commune
from layers.registry import SHARED_TABLES
from layers.sql.catalogue import table_versions
from plui.models import ZoneUrba
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES, box, line, point

TREE_TABLE = RemarkableTree._meta.db_table
# x of the borders: Sèvres 2.18 to 2.20, Meudon to 2.22, Boulogne to 2.24.


def commune_of(row: object) -> str | None:
    row.refresh_from_db()  # type: ignore[attr-defined]
    return row.commune_id  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((2.19, 48.81), SEVRES),
        ((2.21, 48.81), MEUDON),
        ((2.23, 48.81), BOULOGNE),
        ((2.20, 48.81), MEUDON),
        ((2.22, 48.81), BOULOGNE),
        ((2.50, 48.81), None),
    ],
    ids=["west", "middle", "east", "border-lowest-code", "other-border-lowest-code", "outside"],
)
def test_a_point_is_of_the_commune_that_holds_it(
    communes: dict[str, Commune], at: tuple[float, float], expected: str | None
) -> None:
    assert commune_of(factories.tree(at=at)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (line((2.199, 48.81), (2.215, 48.81)), MEUDON),
        (line((2.19, 48.81), (2.201, 48.81)), SEVRES),
        (line((2.235, 48.81), (2.30, 48.81)), BOULOGNE),
        (line((2.30, 48.81), (2.40, 48.81)), None),
    ],
    ids=["mostly-in", "barely-out", "mostly-outside-the-territory", "outside"],
)
def test_a_line_is_of_the_commune_of_its_longest_part(
    communes: dict[str, Commune], path: LineString, expected: str | None
) -> None:
    assert commune_of(factories.prescription_lin("Alignement", path)) == expected


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        (box(2.215, 48.805, 2.235, 48.815), BOULOGNE),
        (box(2.195, 48.805, 2.2049, 48.815), SEVRES),
        (box(2.10, 48.70, 2.30, 48.90), BOULOGNE),
        (box(2.30, 48.80, 2.32, 48.82), None),
    ],
    ids=["mostly-east", "mostly-west", "equal-shares-lowest-code", "outside"],
)
def test_a_surface_is_of_the_commune_of_its_largest_part(
    communes: dict[str, Commune], surface: Polygon, expected: str | None
) -> None:
    assert commune_of(factories.zone(geom=surface)) == expected


def test_a_feature_that_moves_changes_commune(communes: dict[str, Commune]) -> None:
    tree = factories.tree(at=MEUDON)
    RemarkableTree.objects.filter(pk=tree.pk).update(geom=point(2.23, 48.81))
    assert commune_of(tree) == BOULOGNE


def test_nobody_writes_the_commune_by_hand(communes: dict[str, Commune]) -> None:
    tree = factories.tree(at=MEUDON)
    RemarkableTree.objects.filter(pk=tree.pk).update(commune_id=BOULOGNE)
    assert commune_of(tree) == MEUDON


def test_a_row_inserted_by_plain_sql_has_its_commune(communes: dict[str, Commune]) -> None:
    insert_by_sql("Charme", 2.23)
    assert RemarkableTree.objects.get(nom_vernaculaire="Charme").commune_id == BOULOGNE


def test_rows_loaded_by_copy_have_their_communes(communes: dict[str, Commune]) -> None:
    columns = "nom_vernaculaire, geom, " + ", ".join(NEUTRAL)
    with connection.cursor() as cursor, cursor.copy(f"COPY {TREE_TABLE} ({columns}) FROM STDIN") as copy:
        for name, x in (("Orme", 2.19), ("Frêne", 2.21), ("Tilleul", 3.0)):
            copy.write_row([name, f"SRID=4326;POINT({x} 48.81)", *NEUTRAL.values()])
    found = dict(RemarkableTree.objects.values_list("nom_vernaculaire", "commune_id"))
    assert found == {"Orme": SEVRES, "Frêne": MEUDON, "Tilleul": None}


@pytest.mark.parametrize("model", [RemarkableTree, ZoneUrba, Commune], ids=lambda model: model.__name__)
def test_the_mercator_copy_is_the_transformed_geometry(communes: dict[str, Commune], model: type) -> None:
    factories.tree()
    factories.zone()
    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT bool_and(geom_3857 = ST_Transform(geom, 3857)), count(*) > 0 FROM {table}")
        assert cursor.fetchone() == (True, True)


def test_the_mercator_copy_follows_the_geometry(communes: dict[str, Commune]) -> None:
    tree = factories.tree(at=(0.0, 0.0))
    RemarkableTree.objects.filter(pk=tree.pk).update(geom=point(180.0, 0.0))
    tree.refresh_from_db()
    assert round(tree.geom_3857.x, 2) == 20037508.34


def data_version(definition: LayerDefinition) -> int:
    return sum(table_versions({*definition.tables, *SHARED_TABLES}).values())


def version() -> int:
    return data_version(TREES)


def test_a_table_never_written_to_has_no_version(db: None) -> None:
    assert table_versions({"layers_never_written"}) == {}


WRITES = {
    "insert": lambda: insert_by_sql("Aulne", 2.21),
    "update": lambda: run(f"UPDATE {TREE_TABLE} SET genre = 'Cedrus'"),
    "delete": lambda: run(f"DELETE FROM {TREE_TABLE}"),
    "truncate": lambda: run(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TREE_TABLE} CASCADE"),
    "orm": lambda: factories.tree("Hêtre"),
    "bulk": lambda: RemarkableTree.objects.update(genre="Fagus"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_changes_the_version(communes: dict[str, Commune], write: object) -> None:
    factories.tree()
    before = version()
    write()  # type: ignore[operator]
    assert version() > before


def test_a_read_leaves_the_version(communes: dict[str, Commune]) -> None:
    factories.tree()
    before = version()
    list(RemarkableTree.objects.all())
    assert version() == before


def test_a_transaction_rolled_back_leaves_the_version(communes: dict[str, Commune]) -> None:
    factories.tree()
    before = version()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        factories.tree("Cyprès")
        raise ZeroDivisionError
    assert version() == before


def test_a_related_record_changes_the_version_of_its_layer(communes: dict[str, Commune]) -> None:
    playground = factories.playground()
    before = data_version(PLAYGROUNDS)
    Equipment.objects.create(playground=playground, type="ressort")
    assert data_version(PLAYGROUNDS) > before


def test_a_boundary_changes_the_version_of_every_layer(communes: dict[str, Commune]) -> None:
    before = version()
    Commune.objects.filter(code=MEUDON).update(geom=MultiPolygon(box(2.20, 48.80, 2.21, 48.82), srid=4326))
    assert version() > before


def test_another_layer_leaves_the_version(communes: dict[str, Commune]) -> None:
    before = version()
    factories.playground()
    assert version() == before


def test_one_statement_counts_once_whatever_its_rows(communes: dict[str, Commune]) -> None:
    for number in range(3):
        factories.tree(f"Arbre {number}")
    before = version()
    run(f"UPDATE {TREE_TABLE} SET genre = 'Acer'")
    assert version() == before + 1


NEUTRAL = {
    "remarquable": True,
    "protege": False,
    "critere": "{}",
    "protection": "aucune",
    "statut_foncier": "public",
    **dict.fromkeys(["matricule", "genre", "espece", "famille", "cultivar_variete", "adresse", "source"], ""),
    **dict.fromkeys(["stade_developpement", "etat_sanitaire"], ""),
    "created_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
}


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def insert_by_sql(name: str, x: float) -> None:
    columns = ", ".join(["nom_vernaculaire", "geom", *NEUTRAL])
    values = ", ".join(["%s", "ST_SetSRID(ST_MakePoint(%s, 48.81), 4326)", *["%s"] * len(NEUTRAL)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TREE_TABLE} ({columns}) VALUES ({values})", [name, x, *NEUTRAL.values()]
        )
