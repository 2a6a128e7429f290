"""Records beside the features: those of the features in the file, for who may read them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from export_formats.registry import FORMATS, write_export
from layers import access, queries
from layers.parsing import parse_query
from layers.visitor import Visitor
from tests.export_files import export
from tests.people import PLANNER
from tests.protocols import get
from tests.world import OBSERVATION, PLAYGROUNDS, World


def tables(path: Path) -> set[str]:
    """Return the names of the tables of a GeoPackage that hold data."""
    with sqlite3.connect(path) as base:
        names = {name for (name,) in base.execute("SELECT table_name FROM gpkg_contents")}
    base.close()
    return names


def test_a_geopackage_has_a_table_for_each_relation(world: World, tmp_path: Path) -> None:
    path, _written = export(PLAYGROUNDS, "gpkg", tmp_path)
    assert {"equipements", "inspections"} <= tables(path)


def test_records_are_those_of_the_features_in_the_file(world: World, tmp_path: Path) -> None:
    wanted = world.playgrounds["Jeux-Val"].pk
    path, _written = export(PLAYGROUNDS, "gpkg", tmp_path, ids=str(wanted))
    with sqlite3.connect(path) as base:
        owners = base.execute("SELECT playground_id FROM inspections").fetchall()
    base.close()
    assert owners == [(wanted,)]


def test_a_workbook_has_a_sheet_for_each_relation(world: World, tmp_path: Path) -> None:
    path, _written = export(PLAYGROUNDS, "xlsx", tmp_path)
    names = CalamineWorkbook.from_path(str(path)).sheet_names
    assert names[0] == "Données"
    assert names[-1] == "Notice"
    assert len(names) >= 4


@pytest.mark.parametrize("extension", ["gpkg", "xlsx"])
def test_protected_records_are_in_no_file_of_others(world: World, extension: str) -> None:
    answer = get(f"/export/{PLAYGROUNDS}.{extension}", PLANNER)
    assert (answer.status, answer.shows([OBSERVATION, "inspections", "Inspections"])) == (200, frozenset())


@pytest.mark.parametrize("extension", ["gpkg", "xlsx"])
def test_a_selection_that_can_match_nothing_has_empty_tables(
    world: World, tmp_path: Path, extension: str
) -> None:
    visitor = Visitor(instant=timezone.now(), user_id=1, is_administrator=True)
    selection = queries.select(access.scope(visitor, PLAYGROUNDS), parse_query({"ids": ["999999999"]}))
    assert write_export(selection, FORMATS[extension], tmp_path / f"vide.{extension}").rows == 0
