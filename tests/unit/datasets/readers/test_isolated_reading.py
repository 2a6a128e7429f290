"""A file read in a child process gives what it gives in this one, whatever the format and the pass."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from datasets.errors import ReaderStopped, UnknownPart
from datasets.inference import isolation
from datasets.inference.isolation import open_isolated
from datasets.readers.child import BATCH_ROWS
from datasets.readers.opening import open_source
from datasets.readers.source import ReadOptions, RowBlock, Source

ROOT = Path(__file__).parents[4]
FILES = Path(__file__).parents[4] / "fixtures" / "datasets"


def told(source: Source) -> dict[str, Any]:
    rows = list(source.rows())
    names = (
        "format", "name", "titles", "hints", "srid", "has_geometry", "has_z", "geometry_types", "layers", "layer",
        "findings", "unsaid_rows", "layout", "sample",
    )  # fmt: skip
    return {"rows": rows} | {name: getattr(source, name) for name in names}


@pytest.mark.parametrize(
    "name",
    [
        "amenagements-cyclables-1.gpkg", "collecte-dechets-1.xlsx", "comptages-routiers-1.csv", "espaces-verts-1.zip",
        "stations-velos-1.geojson",
    ],
)  # fmt: skip
def test_source_is_the_same_in_a_child(name: str) -> None:
    with open_source(FILES / name) as here, open_isolated(FILES / name) as there:
        assert told(there) == told(here)


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(
        "a,b\n" + "".join(f"{number},{'x' if number % 500 else 'x,y'}\n" for number in range(4_500))
    )
    return path


def test_rows_of_several_batches_come_in_order(long: Path) -> None:
    with open_source(long) as here, open_isolated(long) as there:
        assert list(there.rows()) == list(here.rows())


def test_blocks_of_a_child_are_those_of_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("a;b\n" + "".join(f"{number};x{number}\n" for number in range(50_000)))
    with open_source(path) as here, open_isolated(path) as there:
        blocks = list(there.blocks())
        assert blocks == list(here.blocks())
    assert sum(isinstance(each, RowBlock) for each in blocks) > 1


@pytest.mark.parametrize("target", ["tells_a_short_block", "tells_a_wide_block"])
def test_block_of_other_rows_than_it_says_is_refused(
    long: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr(isolation, "_CHILD", f"tests.unit.sandbox.readers:{target}")
    with pytest.raises(ReaderStopped), open_isolated(long) as source:
        list(source.blocks())


def test_pass_left_in_the_middle_does_not_disturb_the_next_one(long: Path) -> None:
    with open_isolated(long) as source:
        begun = list(islice(source.rows(), BATCH_ROWS + 1))
        assert list(islice(source.rows(), BATCH_ROWS + 1)) == begun


def test_findings_about_rows_are_those_of_the_last_pass(long: Path) -> None:
    with open_source(long) as here, open_isolated(long) as there:
        assert [told(there)["findings"] for _pass in range(2)] == [told(here)["findings"]] * 2


def test_halves_of_characters_come_through_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": "\\ud800"}]')
    with open_isolated(path) as source:
        assert [values for _line, values, _shape in source.rows()] == [["\ufffd"]]


def test_options_reach_the_reader() -> None:
    with pytest.raises(UnknownPart) as caught:
        open_isolated(FILES / "collecte-dechets-1.xlsx", options=ReadOptions(sheet="absente"))
    assert caught.value.parameter == "sheet"


@pytest.mark.parametrize("target", ["tells_nothing", "tells_wrong_rows", "names_no_fault"])
def test_answer_that_makes_no_sense_is_refused(
    long: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr(isolation, "_CHILD", f"tests.unit.sandbox.readers:{target}")
    with pytest.raises(ReaderStopped), open_isolated(long) as source:
        list(source.rows())


@pytest.mark.parametrize("subject", ["readers", "inference", "comparison", "loading", "publication"])
def test_functions_named_in_strings_are_of_the_subject_that_names_them(subject: str) -> None:
    named = [
        target
        for path in (ROOT / "datasets" / subject).rglob("*.py")
        for target in re.findall(r"\"(datasets\.\w+)[\w.]*:\w+\"", path.read_text())
    ]
    assert set(named) <= {f"datasets.{subject}"}
