"""Plain lines of text go to the database in blocks: whatever the file, blocks and rows are the same table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.errors import FileChanged, FileRefused
from datasets.readers import plain_lines
from datasets.readers.opening import open_source
from datasets.readers.source import RawRow, RowBlock, Source
from tests.examples import examples

PLAIN = "code;nom;taux\n" + "".join(f"C{number};Été {number};{number},5\n" for number in range(200))


def copied(block: RowBlock) -> Iterator[RawRow]:
    """Read a block as ``COPY`` does."""
    for row in block.content.decode().split("\n")[:-1]:
        number, *values = row.split("\t")
        yield int(number), [None if value == "\\N" else unescaped(value) for value in values], None


def unescaped(value: str) -> str:
    """Read the escapes of a value of ``COPY``."""
    parts = value.split("\\\\")
    return "\\".join(part.replace("\\t", "\t") for part in parts)


def in_blocks(source: Source) -> tuple[list[RawRow], int]:
    """Return the rows of a source read in blocks, and how many were in one."""
    rows, count = list[RawRow](), 0
    for each in source.blocks():
        if isinstance(each, RowBlock):
            block = list(copied(each))
            assert len(block) == each.count
            rows, count = rows + block, count + each.count
        else:
            rows.append(each)
    return rows, count


def outcome(path: Path, *, is_in_blocks: bool) -> tuple[Any, ...]:
    """Return all that a reading gives: rows, findings, counts; or the refusal."""
    try:
        with open_source(path) as source:
            rows = in_blocks(source)[0] if is_in_blocks else list(source.rows())
            return rows, source.findings, source.unsaid_rows, source.skipped_rows, source.layout
    except FileRefused as error:
        return (type(error), str(error))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few lines: short files have several."""
    monkeypatch.setattr(plain_lines, "BLOCK_BYTES", 700)


def written(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


_VALUES = st.sampled_from(
    ["", "a", "Été", "12", "1,5", " b ", "\\", "\\N", "\\.", "a\tb", "ligne", "Total", "\u2028", "\x85", "œ"]
)
_ODD_LINES = st.sampled_from(
    [
        'a;"b;c";1', 'a;"b\nc";1', 'a;b"c;1', '"a;b;c', "a;b", "a;b;c;d", "a;b;c;;;", ";;", "", "code;nom;taux",
        "a\rb;c;d",
        "Total;;12", "Source : mairie de Meudon;;", "a;b;c\0", "'a';b;c", "#;#;#",
    ]
)  # fmt: skip
_LINES = st.lists(
    st.tuples(_VALUES, _VALUES, _VALUES).map(";".join) | _VALUES.map(lambda text: f"{text};x;y"), max_size=90
)


@examples(300)
@given(
    lines=_LINES,
    odd=st.lists(st.tuples(st.integers(0, 90), _ODD_LINES), max_size=2),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    is_ended=st.booleans(),
    title=st.sampled_from(["", "Liste des lieux\n\n"]),
)
def test_blocks_and_rows_are_the_same_table(
    tmp_path: Path, small_blocks: None, lines: list[str], odd: list[tuple[int, str]], end: str, encoding: str,
    is_ended: bool, title: str,
) -> None:  # fmt: skip
    lines = [f"C{number};Nom {number};{number}" for number in range(40)] + lines
    for place, line in odd:
        lines.insert(place, line)
    content = title + end.join(["code;nom;taux", *lines]) + end * is_ended
    path = tmp_path / "lieux.csv"
    path.write_bytes(content.encode(encoding, errors="replace"))
    assert outcome(path, is_in_blocks=True) == outcome(path, is_in_blocks=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_lines_are_read_in_blocks(tmp_path: Path, encoding: str, end: str) -> None:
    path = written(tmp_path / "plain.csv", PLAIN.replace("\n", end), encoding)
    with open_source(path) as source:
        rows, count = in_blocks(source)
    assert len(rows) == 200
    assert count == 200 - plain_lines.HELD_LINES


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace("Été 3;", '"Été 3";'),
        PLAIN.replace("Été 3;", "Été\r3;"),
        PLAIN.replace("C3;Été 3;3,5", "C3;Été 3"),
        PLAIN.replace("C3;Été 3;3,5", ";;"),
        PLAIN.replace("C3;Été 3;3,5", "code;nom;taux"),
        PLAIN.replace("C3;Été 3;3,5", ""),
    ],
    ids=["quotes", "carriage return", "short", "blank", "titles", "empty"],
)
def test_a_line_that_is_not_plain_is_in_no_block(tmp_path: Path, content: str) -> None:
    with open_source(written(tmp_path / "odd.csv", content)) as source:
        assert in_blocks(source)[1] == 0


def test_plain_lines_above_the_first_odd_one_are_read_in_blocks(tmp_path: Path, small_blocks: None) -> None:
    content = PLAIN.replace("Été 150;", '"Été 150";')
    with open_source(written(tmp_path / "late.csv", content)) as source:
        assert 50 < in_blocks(source)[1] <= 150 - plain_lines.HELD_LINES


def test_a_file_that_changes_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "changing.csv", PLAIN)
    with pytest.raises(FileChanged), open_source(path) as source:
        for each in source.blocks():
            if isinstance(each, RowBlock):
                written(path, PLAIN + "C;D;1\n")
