"""Files made to harm end within the limits, with a sentence, in a process of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from bench.attacks import hostile_files
from datasets.definitions import GeometryRecipe
from datasets.errors import FileRefused, TooDemanding, UnreadableFile, UnsafeFile
from datasets.inference.isolation import infer_isolated, open_isolated, read_positions
from datasets.readers.opening import open_source
from tests.request_recorder import request_recorder


@pytest.fixture(autouse=True)
def small_limits(settings: Any) -> None:
    settings.SANDBOX_MEMORY_MB = 256
    settings.SANDBOX_CPU_SECONDS = 1
    settings.SANDBOX_WALL_SECONDS = 20


def read(path: Path) -> list[list[str | None]]:
    with open_isolated(path) as source:
        return [values for _line, values, _shape in source.rows()]


def refusal(folder: Path, name: str, content: Callable[[], bytes]) -> FileRefused:
    path = folder / name
    path.write_bytes(content())
    with pytest.raises(FileRefused) as caught:
        read(path)
    return caught.value


WORDS = [
    ("a1-and-xfd1048576.xlsx", TooDemanding, "17179 millions de cellules"),
    ("hidden-far-cells.xlsx", TooDemanding, "plus de 256 Mo de mémoire"),
    ("large-column.gpkg", TooDemanding, "plus de 256 Mo de mémoire"),
    ("slow-column.gpkg", TooDemanding, "plus de 1 secondes"),
    ("endless-view.gpkg", UnsafeFile, "vues"),
    ("endless-catalogue.gpkg", UnsafeFile, "vues"),
    ("shared-strings.xlsx", UnreadableFile, "endommagé"),
    ("entities.gml", UnsafeFile, "entités"),
]
OTHERS = sorted(set(hostile_files.TABLES) - {name for name, _fault, _words in WORDS})


@pytest.mark.parametrize("name", OTHERS)
def test_file_made_to_harm_is_refused_without_a_word_of_the_machine(tmp_path: Path, name: str) -> None:
    error = refusal(tmp_path, name, hostile_files.TABLES[name])
    assert not re.search(r"/tmp|Traceback|passwd|sandbox", error.detail)


@pytest.mark.parametrize(("name", "fault", "words"), WORDS)
def test_refusal_says_what_the_file_asks_for(
    tmp_path: Path, name: str, fault: type[FileRefused], words: str
) -> None:
    error = refusal(tmp_path, name, hostile_files.TABLES[name])
    assert (isinstance(error, fault), words in error.detail) == (True, True)


def test_rows_beyond_the_output_limit_are_refused(tmp_path: Path, settings: Any) -> None:
    settings.SANDBOX_OUTPUT_MB = 1
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + f"{'x' * 1000},2\n" * 2_000)
    with pytest.raises(TooDemanding, match="plus de 1 Mo une fois lu"):
        read(path)


def test_archive_beyond_the_disk_limit_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.SANDBOX_DISK_MB = 1
    path = tmp_path / "a.zip"
    path.write_bytes(hostile_files.archive(("a.csv", b"a,b\n" + b"1,2\n" * 600_000)))
    with pytest.raises(TooDemanding, match="plus de 1 Mo une fois lu"):
        read(path)


def test_tables_beside_triggers_and_views_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(hostile_files.trigger_and_extension())
    assert read(path) == [["ici"]]


def test_view_left_out_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(hostile_files.trigger_and_extension())
    with open_isolated(path) as source:
        assert [finding.reason for finding in source.findings if finding.code == "views"] == [
            "Les vues du GeoPackage ne sont pas lues\u00a0: v."
        ]


def test_refusal_is_in_the_language_of_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    with translation.override("en"), pytest.raises(FileRefused, match="This file is empty"):
        read(path)


@pytest.mark.parametrize("name", hostile_files.NESTED)
@pytest.mark.parametrize("question", ["schema", "positions"])
def test_shapes_nested_without_end_do_not_end_this_process(tmp_path: Path, name: str, question: str) -> None:
    path = tmp_path / name
    path.write_bytes(hostile_files.NESTED[name]())
    recipe = GeometryRecipe("wkb") if name.endswith(".gpkg") else GeometryRecipe("geojson", (1,))
    with open_isolated(path) as source, suppress(FileRefused):
        if question == "schema":
            infer_isolated(source)
        else:
            read_positions(source, recipe)
    with open_isolated(path) as source:
        if name.endswith(".gpkg"):  # its geometry is read with the row
            with pytest.raises(UnreadableFile, match="géométrie"):
                list(source.rows())
        else:
            assert len(list(source.rows())) == 1


def geojson_of_crs(path: Path, crs: dict[str, Any]) -> Path:
    """Write a layer whose coordinates are in a reference that GDAL has to look up."""
    feature = {
        "type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [2.2, 48.8]}
    }  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    return path


def test_spatial_reference_that_is_an_address_is_not_fetched_by_a_child(tmp_path: Path) -> None:
    with request_recorder() as (address, received):
        path = geojson_of_crs(
            tmp_path / "a.geojson", {"type": "link", "properties": {"href": f"{address}/crs"}}
        )
        assert len(read(path)) == 1
        assert received == []
        with open_source(path):  # the same reader without walls: the address is one that GDAL follows
            assert "/crs" in received
