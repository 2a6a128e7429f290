"""A document written back says the same, without what is a default."""

import yaml

from dashboards.documents import document_values, document_yaml, parse_document, version_values
from dashboards.documents.document import Document, Include, Panel, PanelQuestion, Section
from tests.panel_kinds import KINDS
from tests.unit.dashboards.documents.test_document_parsing import WHOLE

LONG = "Première ligne\n\n- une liste : « à lire »\n- no\n"


def test_what_is_written_is_read_back_the_same() -> None:
    document = parse_document(WHOLE, KINDS)[0]
    assert parse_document(document_yaml(document), KINDS)[0] == document


def test_a_text_of_several_lines_stays_one_that_people_edit() -> None:
    document = Document("a", "A", sections=(Section("s", "S", (), text=LONG),))
    text = document_yaml(document)
    assert "text: |" in text
    assert parse_document(text, KINDS)[0] == document


def test_words_that_yaml_would_take_for_something_else_stay_texts() -> None:
    titles = ["no", "null", "2024-01-31", "1e3", "12", "~", "true", "0x10", "1:30", " a", "# b", "é : ü"]
    for title in titles:
        document = Document("a", title, sections=(Include("b"),))
        assert parse_document(document_yaml(document), KINDS)[0] == document


def test_defaults_are_not_written() -> None:
    panel = Panel("p", "bar", question=PanelQuestion("x"))
    document = Document("a", "A", sections=(Section("s", "S", (panel,)),))
    assert document_values(document) == {
        "slug": "a",
        "title": "A",
        "sections": [
            {"id": "s", "title": "S", "panels": [{"id": "p", "kind": "bar", "question": {"layer": "x"}}]}
        ],
    }


def test_a_version_holds_no_right() -> None:
    kept = version_values(parse_document(WHOLE, KINDS)[0])
    assert set(kept) == {"title", "summary", "refresh", "filters", "links", "sections"}


def test_the_first_line_tells_editors_where_the_schema_is() -> None:
    text = document_yaml(Document("a", "A"), schema="https://portail.example.org/schema.json")
    assert text.startswith("# yaml-language-server: $schema=https://portail.example.org/schema.json\n")
    assert yaml.safe_load(text) == {"slug": "a", "title": "A"}
