"""Contents that readers left out in silence, or stopped on: kept, told, or refused with the culprit's name."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.errors import FileRefused
from datasets.readers.opening import open_source
from datasets.readers.shapefile import DbfContent, declare
from datasets.readers.source import Source

POINT = bytes.fromhex("0101000000") + bytes(16)
GEO = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}


def parquet(path: Path, table: pa.Table, geo: Any = None) -> Path:
    """Write a table, with the metadata of its geometries."""
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)} if geo else {}), path)
    return path


def archive(path: Path, *names: str) -> Path:
    """Write an archive of small tables."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in names:
            packed.writestr(name, "code;nom\n1;a\n2;b\n")
    path.write_bytes(content.getvalue())
    return path


def told(source: Source) -> dict[str, str]:
    """Return the fields of the findings by their code."""
    return {finding.code: finding.field for finding in source.findings}


def test_columns_of_bytes_are_named_when_they_are_not_read(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", pa.table({"nom": ["a"], "photo": [b"1"]}))
    with open_source(path) as source:
        assert source.titles == ("nom",)
        assert told(source) == {"binary_field": "photo"}


def test_boxes_of_features_alone_are_left_out_of_geoparquet(tmp_path: Path) -> None:
    box = {"xmin": 1.0, "ymin": 1.0, "xmax": 1.0, "ymax": 1.0}
    table = pa.table({"geometry": [POINT], "noms": [{"usuel": "a"}], "bbox": [box]})
    with open_source(parquet(tmp_path / "a.parquet", table, GEO)) as source:
        assert source.titles == ("noms",)
        assert [values for _line, values, _shape in source.rows()] == [['{"usuel": "a"}']]


def test_numbers_of_half_the_width_are_those_that_were_meant(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([0.1, -2.0, None, float("nan")], pa.float32())})
    with open_source(parquet(tmp_path / "a.parquet", table)) as source:
        assert [values for _line, values, _shape in source.rows()] == [["0.1"], ["-2"], [None], [None]]


@pytest.mark.parametrize(
    "geo", [{"primary_column": "geometry", "columns": []}, GEO | {"columns": {"geometry": "x"}}]
)
def test_metadata_that_make_no_sense_are_refused_in_words(tmp_path: Path, geo: Any) -> None:
    path = parquet(tmp_path / "a.parquet", pa.table({"geometry": [POINT], "n": [1]}), geo)
    with pytest.raises(FileRefused, match="WKB"):
        open_source(path)


def test_two_columns_of_one_name_are_refused_by_their_name(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["Code", "Code"])
    with pytest.raises(FileRefused, match="« Code »"):
        open_source(parquet(tmp_path / "a.parquet", table))


def test_what_a_database_cannot_hold_is_taken_out_of_titles_and_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"n\\u0000om": "\\ud800x"}, {"n\\u0000om": "\\ud83d\\ude00"}]')
    with open_source(path) as source:
        assert source.titles == ("nom",)
        assert [values for _line, values, _shape in source.rows()] == [["\ufffdx"], ["😀"]]
        assert "lost_letters" in told(source)


@pytest.mark.parametrize("names", [("a", "a/b.csv"), ("d" * 300 + ".csv",)])
def test_names_of_an_archive_that_cannot_be_written_are_said(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(FileRefused, match=f"ne peut pas écrire : « {names[-1][:20]}"):
        open_source(archive(tmp_path / "a.zip", *names))


def test_the_encoding_of_a_table_is_found_beside_any_name(tmp_path: Path) -> None:
    (tmp_path / "a[1].CPG").write_text("ANSI")
    declare(tmp_path / "a[1].dbf", DbfContent(encoding="utf-8"))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["UTF-8"]


def test_a_text_cut_inside_a_character_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a;b\n1;é\n".encode("utf-16") + b"\0")
    with pytest.raises(FileRefused, match="incomplet"):
        open_source(path)
