"""A document that is too large is refused by one fault, before a schema is asked of any part of it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from dashboards.documents import faults
from dashboards.documents.parsing import parse_document, parse_library_panel, parse_source
from dashboards.documents.schema import MAX_PANELS, MAX_SECTIONS
from dashboards.documents.sizes import MAX_MEMBERS
from dashboards.documents.source_text import MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, SourceText
from dashboards.errors import DocumentFault, InvalidDocument
from tests.panel_kinds import KINDS


def nested(levels: int) -> Any:
    found: Any = "x"
    for _level in range(levels):
        found = [found]
    return found


def section(panels: Any, number: int = 0) -> dict[str, Any]:
    return {"id": f"s{number}", "title": "S", "panels": panels}


def document(*sections: Any, **words: Any) -> dict[str, Any]:
    return {"slug": "a", "title": "A", "sections": list(sections), **words}


PANEL = {"id": "p", "kind": "text"}
LARGE: dict[str, tuple[Any, str, str]] = {
    "panels": (document(section([{"id": "a"}] * 10_000)), "sections[0].panels[60]", f"{MAX_PANELS} au plus"),
    "panels of sections": (
        document(*[section([PANEL] * 40, number) for number in range(30)]),
        "sections[1].panels[20]",
        "1200 panneaux",
    ),
    "sections": (document(*[{}] * 10_000), "sections[40]", f"{MAX_SECTIONS} au plus"),
    "keys": (
        document(section([PANEL | {f"k{number}": 1 for number in range(5_000)}])),
        "sections[0].panels[0]",
        f"Au plus {MAX_MEMBERS} éléments",
    ),
    "options": (
        document(section([PANEL | {"options": {"of": list(range(5_000))}}])),
        "sections[0].panels[0].options.of",
        f"Au plus {MAX_MEMBERS} éléments",
    ),
    "values": (
        document(section([PANEL | {"options": {"of": [[1] * 400] * 40}}])),
        "",
        f"plus de {MAX_VALUES} valeurs",
    ),
    "levels": (document(nested(400)), "sections[0]" + "[0]" * (MAX_DEPTH - 2), f"{MAX_DEPTH} niveaux"),
    "texts": (document(summary="x" * (MAX_CHARACTERS + 1)), "", f"plus de {MAX_CHARACTERS} caractères"),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the schemas that are asked."""
    found: list[object] = []
    monkeypatch.setattr(jsonschema, "Draft202012Validator", found.append)
    return found


def fault(refused: Any) -> DocumentFault:
    (found,) = refused.value.faults
    assert isinstance(found, DocumentFault)
    return found


@pytest.mark.parametrize(("values", "key", "words"), LARGE.values(), ids=LARGE)
def test_what_is_too_large_is_named_before_a_schema_is_asked(
    asked: list[object], values: Any, key: str, words: str
) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse_source(SourceText(values), KINDS)
    assert (fault(refused).key, words in fault(refused).text, asked) == (key, True, [])


def test_a_text_is_left_at_its_bound(asked: list[object]) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse_document("slug: a\ntitle: A\nx:\n" + "- 1\n" * 50_000, KINDS)
    assert f"plus de {MAX_VALUES} valeurs" in fault(refused).text
    assert fault(refused).line == 3 + 2 * MAX_VALUES + 1 - 7  # the mapping, five texts and the list


def test_a_library_panel_is_bounded_too(asked: list[object]) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse_library_panel({"title": "A", "kind": "text", "options": {"of": [1] * 5_000}}, KINDS)
    assert (fault(refused).key, asked) == ("options.of", [])


def test_few_unknown_keys_are_looked_up_among_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(faults, "closest", lambda word, _known: looked.append(word) or "")
    with pytest.raises(InvalidDocument):
        parse_source(SourceText(document(section([PANEL | {f"k{n}": 1 for n in range(400)}]))), KINDS)
    assert len(looked) == faults.MAX_FAULTS


def test_the_largest_document_is_read() -> None:
    sections = [section([PANEL | {"id": f"p{n}-{m}"} for m in range(2)], n) for n in range(30)]
    assert len(parse_source(SourceText(document(*sections)), KINDS).sections) == 30
