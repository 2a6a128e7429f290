"""What ``./portal check`` advises: words of names, and lengths."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from launcher.advice import advice, names_of, words_of, words_to_avoid


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository of one package and a glossary."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "glossary.md").write_text(
        "## Words to avoid\n\n| avoid | write |\n|---|---|\n| found, told (a text) | `rows` |\n\n"
        "## Names that stay\n\n| name | where | why |\n|---|---|---|\n| `not_found` | `urls.py` | HTTP |\n"
    )
    package = tmp_path / "town"
    (package / "migrations").mkdir(parents=True)
    (package / "trees.py").write_text("found = 1\ndef was_found(told):\n    self.found_rows = told\n")
    (package / "migrations" / "0001.py").write_text("found = 1\n")
    return tmp_path


def test_the_glossary_lists_the_words(root: Path) -> None:
    assert words_to_avoid(root) == ["found", "told"]


def test_names_that_are_written_are_counted_word_by_word(root: Path) -> None:
    assert advice(root, ["town"])[-1].endswith(": 4, found 3, told 1")


def test_names_that_stay_are_not_counted(root: Path) -> None:
    (root / "town" / "trees.py").write_text("def not_found(): ...\n")
    assert advice(root, ["town"])[-1].endswith(": 0")


def test_names_that_are_read_are_not_counted() -> None:
    assert list(names_of(ast.parse("rows = found.rows"))) == ["rows"]


@pytest.mark.parametrize(
    ("name", "words"), [("hang_ups", ["hang", "ups", "hang_ups"]), ("KeptTile", ["kept", "tile", "kepttile"])]
)
def test_a_name_of_several_words_counts_by_word_and_whole(name: str, words: list[str]) -> None:
    assert words_of(name) == words
