"""Every export of ours, imported again: the same rows, types and geometry."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from datasets.comparison.services import schema_changes
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.imports.exported_columns import cut_headings
from datasets.imports.services import ImportOptions, import_file, propose_file
from datasets.models import Delivery
from datasets.registry import definition_of
from datasets.vocabulary import DeliveryState, GeometryKind
from export_formats.columns import named_columns
from export_formats.gdal import day_names, short_names
from export_formats.registry import FORMATS, write_export
from layers.definitions import Field, FieldType
from layers.visitor import system_visitor
from tests.deliveries import dataset, field, published, theme
from tests.export_files import export, exported, selection

pytestmark = pytest.mark.usefixtures("communes")

FIELDS = (
    field("code"),
    field("nom", name="nom"),
    field("places", "int"),
    field("prix", "number"),
    field("neuf", "bool"),
    field("pose", "date"),
    field("vu", "datetime"),
)
TITLES = tuple(item.source for item in FIELDS)
LINES: list[list[str | None]] = [
    ["B01", "L’arbre d'« Été », n° 1 ; œuvre", "3", "12.5", "oui", "2024-12-31", "2024-12-31T10:05:00Z"],
    [
        "B02",
        'Des "guillemets" | et\tune tabulation',
        "-7",
        "0.1",
        "non",
        "1999-02-28",
        "2024-06-30T22:00:01Z",
    ],
    ["B03", None, None, None, None, None, None],
]
_X, _Y = 2.2385, 48.8125
SQUARE = [(_X, _Y), (_X + 0.001, _Y), (_X + 0.001, _Y + 0.001), (_X, _Y)]
FAR = [(x + 0.002, y, 3.5) for x, y in SQUARE]
SHAPES = {
    GeometryKind.POINT: [shapely.Point(_X, _Y), shapely.Point(_X + 0.001, _Y), None],
    GeometryKind.MULTI_LINE: [
        shapely.MultiLineString([SQUARE[:2], SQUARE[2:]]),
        shapely.MultiLineString([SQUARE[:3]]),
        None,
    ],
    GeometryKind.MULTI_SURFACE: [
        shapely.MultiPolygon([shapely.Polygon([(x, y, 35.0) for x, y in SQUARE]), shapely.Polygon(FAR)]),
        shapely.MultiPolygon([shapely.Polygon(FAR)]),
        None,
    ],
    GeometryKind.NONE: None,
}


def _made(kind: GeometryKind) -> Delivery:
    """Put a layer of every type online; surfaces keep their heights."""
    schema = DatasetSchema(fields=FIELDS, geometry=kind, key=("code",), title_field="nom")
    shapes = SHAPES[kind]
    wkbs = None if shapes is None else [shape and shapely.to_wkb(shape, flavor="iso") for shape in shapes]
    recipe = GeometryRecipe("wkb", keeps_z=kind is GeometryKind.MULTI_SURFACE) if shapes else GeometryRecipe()
    return published(
        dataset("tout", schema), *LINES, schema=schema, titles=TITLES, recipe=recipe, shapes=wkbs
    )


def _rows(delivery: Delivery, titles: list[str]) -> list[list[Any]]:
    """Return the rows by their code: the values of the fields of these titles, then the geometry."""
    definition = definition_of(delivery)
    paths = {item.title: item.path for item in definition.fields}
    names = [paths[title] for title in titles]
    if definition.geometry.is_located:
        names.append("geom")
    return sorted(map(list, definition.model._default_manager.values_list(*names)), key=lambda row: row[0])


def _plain(value: Any) -> Any:
    """Return what is compared: positions within a centimetre, numbers as they are."""
    if isinstance(value, GEOSGeometry):
        return shapely.normalize(shapely.set_precision(shapely.from_wkb(bytes(value.wkb)), 1e-7)).wkt
    return float(value) if isinstance(value, Decimal) else value


def test_an_instant_of_a_shapefile_keeps_its_hour_beside_its_day(tmp_path: Path) -> None:
    """22:00:01 in UTC is the next day in France."""
    theme()
    _made(GeometryKind.POINT)
    rows = exported("tout", "shp.zip", tmp_path)
    assert [(row["vu"], row["vu_jour"]) for row in rows] == [
        ("2024-12-31T10:05:00Z", dt.date(2024, 12, 31)),
        ("2024-06-30T22:00:01Z", dt.date(2024, 7, 1)),
        (None, None),
    ]
    with zipfile.ZipFile(tmp_path / "tout.shp.zip") as archive:
        named = archive.read("LISEZMOI.txt").decode().splitlines()
    assert [line.split()[:2] for line in named if line.startswith("  vu")] == [
        ["vu", "vu"],
        ["vu_jour", "vu"],
    ]


def test_names_of_days_are_short_and_distinct() -> None:
    names = ["releve_a_instant", "releve_a_instant_2", "releve_jour", "geometry"]
    columns = short_names(named_columns([Field(name, FieldType.DATETIME, "") for name in names]))
    days = day_names(columns)
    every = [*(column.name for column in columns), *days.values()]
    assert len(days) == len(names)
    assert max(map(len, every)) == 10
    assert len({name.casefold() for name in every}) == len(every)


@pytest.mark.parametrize("kind", list(SHAPES), ids=lambda kind: kind.value or "table")
def test_export_comes_back_as_it_was(tmp_path: Path, kind: GeometryKind, subtests: pytest.Subtests) -> None:
    theme()
    before = _made(kind)
    wanted = [list(map(_plain, row)) for row in _rows(before, list(TITLES))]
    assert wanted[0][6] == dt.datetime(2024, 12, 31, 10, 5, tzinfo=dt.UTC)
    for extension, form in FORMATS.items():
        if form.needs_geometry and not kind:
            continue
        with subtests.test(extension):
            path, _written = export("tout", extension, tmp_path)
            options = ImportOptions(
                slug="retour-" + extension.replace(".", "-"), keeps_z=kind is GeometryKind.MULTI_SURFACE
            )
            after = import_file(path=path, options=options, visitor=system_visitor())
            schema = after.schema_version.schema
            assert after.state == DeliveryState.READY, list(after.report_lines.values_list("field", "reason"))
            assert schema.geometry == kind
            # A Shapefile keeps ten letters of a name; ours are shorter.
            kept = {item.source.lower(): item for item in schema.fields}
            assert [kept[title].type for title in TITLES] == [item.type for item in FIELDS]
            result = _rows(after, [kept[title].title for title in TITLES])
            assert [list(map(_plain, row)) for row in result] == wanted


LONG = DatasetSchema(
    fields=(
        field("code"),
        field("Longueur", "number", name="longueur", column="f2", unit="m"),
        field("Date de mise en service", "datetime", name="date_de_mise_en_service", column="f3"),
        field("Date de mise en place", "date", name="date_de_mise_en_place", column="f4"),
        field("commune", name="commune_source", column="f5"),
        field("id", name="id_source", column="f6"),
        field("État général", name="etat_general_du_banc", column="f7", enum=("bon", "mauvais")),
    ),
    geometry=GeometryKind.POINT,
    key=("code",),
)
"""Names longer than a Shapefile holds, a title with a unit, and producer's columns called as computed ones."""


def _long(count: int = 12) -> Delivery:
    lines: list[list[str | None]] = [
        [f"B{n}", f"{n}.5", "2024-05-01T10:00:00Z", "2024-05-01", "Meudon", f"M{n}", "bon"]
        for n in range(count)
    ]
    shapes = [shapely.to_wkb(shapely.Point(_X + n / 1000, _Y)) for n in range(count)]
    titles = [item.source for item in LONG.fields]
    recipe = GeometryRecipe("wkb")
    return published(dataset("longs", LONG), *lines, schema=LONG, titles=titles, recipe=recipe, shapes=shapes)


def test_an_export_of_what_is_online_changes_neither_schema_nor_row(
    tmp_path: Path, subtests: pytest.Subtests
) -> None:
    theme()
    _long()
    written = selection("longs")
    forms = dict(FORMATS)
    forms |= {f"people.{name}": FORMATS[name].for_people() for name in ("csv", "excel.csv", "xlsx")}
    for extension, form in forms.items():
        with subtests.test(extension):
            path = tmp_path / f"retour.{extension}"
            write_export(written, form, path)
            options = ImportOptions(slug="longs")
            proposal = propose_file(path=path, options=options).proposal
            after = import_file(path=path, options=options, visitor=system_visitor())
            counts = {kind: after.comparison[kind] for kind in ("added", "removed", "changed", "unchanged")}
            assert proposal.unknown == ()
            assert schema_changes(after) == []
            assert counts == {"added": 0, "removed": 0, "changed": 0, "unchanged": 12}


def test_computed_columns_of_an_export_are_named_apart(tmp_path: Path) -> None:
    theme()
    _made(GeometryKind.POINT)
    path, _written = export("tout", "shp.zip", tmp_path)
    proposal = propose_file(path=path, options=ImportOptions(slug="tout")).proposal
    assert set(proposal.computed) == {"id", "commune", "vu_jour"}


def test_names_cut_by_other_software_are_those_of_the_fields() -> None:
    names, titles = cut_headings(LONG)
    assert (names["date_de_mi"], names["date_de__1"]) == ("date_de_mise_en_service", "date_de_mise_en_place")
    assert names["etat_gener"] == "etat_general_du_banc"
    assert titles["date de mi"] == "date_de_mise_en_service"


def test_a_new_column_of_a_producer_is_still_new(tmp_path: Path) -> None:
    theme()
    _made(GeometryKind.NONE)
    path = tmp_path / "suite.csv"
    path.write_text("code;nom;places;couleur\nB01;Banc;3;vert\nB02;Banc;4;bleu\n")
    proposal = propose_file(path=path, options=ImportOptions(slug="tout")).proposal
    assert (proposal.unknown, proposal.computed) == (("couleur",), ())
