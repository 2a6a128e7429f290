"""Synonyms are lines that an editor writes: what cannot be read is named."""

from __future__ import annotations

import pytest

from administration.forms import parse_synonyms, synonyms_text

FIELDS = {"capacite", "mode"}
LINES = ": vélib, vlib\ncapacite : taille\nmode=tramway : tram"


def test_lines_are_read_and_written_back() -> None:
    found = parse_synonyms(LINES, FIELDS)
    assert found == {"": ["vélib", "vlib"], "capacite": ["taille"], "mode=tramway": ["tram"]}
    assert synonyms_text(found) == LINES


@pytest.mark.parametrize("line", ["capacite", "capacite :", "couleur : rouge", "mode : " + "x" * 61])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=line.partition(" ")[0]):
        parse_synonyms(line, FIELDS)
