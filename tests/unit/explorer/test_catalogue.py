"""Words that people type find the layers whose texts hold them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from explorer.catalogue.queries import matches_words
from interface.text import fold

SCOPE: Any = SimpleNamespace(
    layer=SimpleNamespace(
        title="Cœur d’îlot",
        abstract="",
        theme=SimpleNamespace(title="Nature"),
        slug="ilots",
        keywords=["Œuvre"],
    )
)


@pytest.mark.parametrize("typed", ["coeur", "cœur", "CŒUR ilot", "oeuvre nature", "d'îlot"])
def test_a_ligature_and_its_letters_find_each_other(typed: str) -> None:
    assert matches_words(SCOPE, fold(typed).split())


def test_every_word_has_to_be_there() -> None:
    assert not matches_words(SCOPE, fold("cœur gris").split())
