"""What a document may say, and how each thing it may not say is named: line, key, what is allowed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings

from dashboards.documents.document import (
    Document,
    Include,
    LinkedField,
    PageFilter,
    PanelNotice,
    PanelQuestion,
    Section,
)
from dashboards.documents.parsing import parse_document, parse_source
from dashboards.documents.source_text import SourceText
from dashboards.documents.writing import document_yaml
from dashboards.errors import DocumentFault, InvalidDocument
from dashboards.registry import PANEL_KINDS
from tests.panel_kinds import KINDS

WHOLE = """\
slug: aires-de-jeux
title: Aires de jeux
summary: État, contrôles et interventions
theme: equipements
producer: Aires de jeux
audience:
  groups: [Aires de jeux, Élus]
portal: meudon
refresh: 60
filters:
  - commune
  - {field: date, kind: period, title: Période}
links:
  num_bureau: {bureaux: num, resultats: bureau}
sections:
  - id: etat
    title: L’état
    text: Relevé chaque mois
    panels:
      - id: total
        kind: figure
        title: Aires ouvertes
        width: 3
        question: {layer: aires-de-jeux, filter: "etat = 'OUVERT'", measures: count}
        options: {target: 40}
        notice: {operator: "<", threshold: 30, text: "{value} seulement"}
      - id: par-commune
        kind: bar
        question: {layer: aires-de-jeux, by: [commune, etat], sort: -count}
      - {id: mot, kind: text}
      - {id: commun, library: total-general}
  - include: bornes-de-recharge
    section: stations
"""


def parsed(text: str) -> Document:
    return parse_document(text, KINDS)[0]


def faults(text: str) -> tuple[DocumentFault, ...]:
    with pytest.raises(InvalidDocument) as refused:
        parse_document(text, KINDS)
    return refused.value.faults


def with_panel(line: str) -> str:
    """Return a document whose only panel is on line 7."""
    return f"slug: a\ntitle: A\nsections:\n  - id: s\n    title: S\n    panels:\n      - {line}\n"


def section(document: Document) -> Section:
    part = document.sections[0]
    assert isinstance(part, Section)
    return part


def test_a_question_may_name_one_group_or_several() -> None:
    panels = section(parsed(WHOLE)).panels
    assert panels[0].question == PanelQuestion("aires-de-jeux", filter="etat = 'OUVERT'", measures=("count",))
    assert panels[1].question == PanelQuestion("aires-de-jeux", by=("commune", "etat"), sort=("-count",))


def test_a_notice_is_read_with_its_threshold() -> None:
    assert section(parsed(WHOLE)).panels[0].notice == PanelNotice("<", 30, "{value} seulement")


def test_a_filter_named_commune_is_one_of_communes() -> None:
    period = PageFilter("date", title="Période", kind="period")
    assert parsed(WHOLE).filters == (PageFilter("commune", kind="commune"), period)


def test_linked_fields_and_includes_are_read() -> None:
    document = parsed(WHOLE)
    assert document.links == (LinkedField("num_bureau", {"bureaux": "num", "resultats": "bureau"}),)
    assert document.sections[1] == Include("bornes-de-recharge", "stations")


def test_json_says_the_same_as_yaml() -> None:
    source = parse_document(WHOLE, KINDS)[1]
    assert parsed(json.dumps(source.values, indent="\t")) == parsed(WHOLE)


def test_json_keeps_characters_written_as_two_halves() -> None:
    assert (
        parsed(json.dumps({"slug": "a", "title": "Vélos 🚲", "sections": [{"include": "b"}]})).title
        == "Vélos 🚲"
    )


@pytest.mark.parametrize("word", ["no", "2024-01-31", "1:30", "0x10", "on", "1_000"])
def test_a_bare_word_is_a_text_where_yaml_1_1_has_something_else(word: str) -> None:
    assert parsed(f"slug: a\ntitle: {word}\nsections: [{{include: b}}]").title == word


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("", 0, "", "vide"),
        ("slug: a\n  title: A\n", 2, "", "colonne 8"),
        ("slug: 'a\n", 2, "", "guillemets"),
        ("slug: a\nslug: b\n", 2, "slug", "deux fois"),
        ("slug: &a b\n", 1, "", "ancres"),
        ("slug: a\ntitle: !!python/object:os.system x\n", 2, "", "types explicites"),
        ("slug: a\n---\nslug: b\n", 2, "", "un seul document"),
        ("? [a, b]\n: c\n", 1, "", "est un mot"),
        ("[" * 30, 1, "", "20 niveaux"),
        ("- a\n", 1, "", "des clés et leurs valeurs"),
        ("slug: a\x00b\n", 0, "", "caractère"),
        ("x" * 300_001, 0, "", "300000 caractères"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_document_is_refused_where_it_goes_wrong(
    text: str, line: int, key: str, words: str
) -> None:
    fault = faults(text)[0]
    assert (fault.line, fault.key) == (line, key)
    assert words in fault.text


@pytest.mark.parametrize(
    ("panel", "key", "words"),
    [
        ("{id: p, kind: camembert, question: {layer: x}}", "kind", "admis : figure, bar, text"),
        ("{id: p, kind: bars, question: {layer: x}}", "kind", "Vouliez-vous dire « bar »"),
        ("{id: p, question: {layer: x}}", "", "La clé « kind » manque"),
        ("{kind: text}", "", "La clé « id » manque"),
        ("{id: p, kind: bar}", "", "La clé « question » manque"),
        ("{id: p, kind: bar, question: {}}", "question", "La clé « layer » manque"),
        ("{id: p, kind: text, colour: red}", "colour", "admises : height, id, kind"),
        ("{id: p, kind: text, titel: T}", "titel", "Vouliez-vous dire « title »"),
        ("{id: p, kind: text, width: 13}", "width", "Au plus 12"),
        ("{id: p, kind: text, width: large}", "width", "un nombre entier"),
        ("{id: P 1, kind: text}", "id", "n’est pas un identifiant"),
        ("{id: ecran, kind: text}", "id", "mot des adresses"),
        ("{id: p, kind: bar, question: {layer: x, by: [a, a]}}", "question.by", "deux fois"),
        (
            "{id: p, kind: bar, question: {layer: x, measures: 3}}",
            "question.measures",
            "un texte ou une liste",
        ),
        ("{id: p, kind: bar, question: {layer: x, by: [a, b, c, d, e]}}", "question.by", "Au plus 4"),
        (
            "{id: p, kind: figure, question: {layer: x}, options: {goal: 3}}",
            "options.goal",
            "admises : shape, target",
        ),
        (
            "{id: p, kind: figure, question: {layer: x}, options: {shape: dot}}",
            "options.shape",
            "règle « anyOf »",
        ),
        (
            "{id: p, kind: text, notice: {operator: '~', threshold: 1, text: t}}",
            "notice.operator",
            "admis : >, >=",
        ),
    ],
)
def test_a_panel_that_says_what_none_may_is_named(panel: str, key: str, words: str) -> None:
    fault = faults(with_panel(panel))[0]
    assert fault.key == f"sections[0].panels[0].{key}".rstrip(".")
    assert fault.line == 7
    assert words.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»") in fault.text


def test_every_fault_is_told_in_the_order_of_lines() -> None:
    text = with_panel("{id: p, kind: pie}").replace("title: A", "titre: A").replace("    title: S\n", "")
    assert [fault.line for fault in faults(text)] == [1, 2, 4, 6]


def test_a_fault_reads_line_key_words() -> None:
    fault = str(faults(with_panel("{id: p, kind: text, width: 0}"))[0])
    assert fault == "ligne 7, sections[0].panels[0].width\u00a0: Au moins 1\u00a0; lu\u00a0: 0."


def test_two_panels_of_one_name_are_refused_even_in_two_sections() -> None:
    twice = with_panel("{id: p, kind: text}") + "  - {id: t, title: T, panels: [{id: p, kind: text}]}\n"
    assert [(fault.line, fault.key) for fault in faults(twice)] == [(8, "sections[1].panels[0].id")]


def test_two_sections_of_one_name_are_refused() -> None:
    twice = with_panel("{id: p, kind: text}") + "  - {id: s, title: T, panels: []}\n"
    assert [fault.key for fault in faults(twice)] == ["sections[1].id"]


def test_two_hundred_panels_are_refused_with_their_number() -> None:
    panels = [{"id": f"p{number}", "kind": "text"} for number in range(200)]
    parts = [
        {"id": f"s{part}", "title": "S", "panels": panels[part * 50 : part * 50 + 50]} for part in range(4)
    ]
    document: dict[str, Any] = {"slug": "a", "title": "A", "sections": parts}
    found = faults(json.dumps(document, indent=1))
    assert [fault.key for fault in found] == ["sections[1].panels[10]"]
    assert "200 panneaux" in found[0].text
    assert found[0].line > 200


def _titled(title: str) -> SourceText:
    return SourceText({"slug": "a", "title": title, "sections": [{"id": "s", "title": "S", "panels": []}]})


@pytest.mark.parametrize("title", ["a\x00b", "\\\x00", "\ud800"], ids=["null", "after a backslash", "half"])
def test_json_that_no_database_holds_is_refused(title: str) -> None:
    with pytest.raises(InvalidDocument, match="caractère"):
        parse_source(_titled(title), KINDS)


def test_a_backslash_before_zeros_is_a_text() -> None:
    assert parse_source(_titled("a\\u0000b"), KINDS).title == "a\\u0000b"


@pytest.mark.parametrize("audience", ["personne", "{readers: [a]}", "{groups: []}"])
def test_an_audience_is_public_or_named(audience: str) -> None:
    text = f"slug: a\ntitle: A\naudience: {audience}\nsections: [{{include: b}}]\n"
    assert {fault.line for fault in faults(text)} == {3}


def test_the_document_of_the_manual_is_one() -> None:
    manual = (settings.BASE_DIR / "docs" / "dashboards.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", manual, re.DOTALL)[0]
    document = parse_document(example, PANEL_KINDS.values())[0]
    assert parse_document(document_yaml(document), PANEL_KINDS.values())[0] == document
