"""XML of strangers: what is read, and what is refused in words before it can harm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from layers.errors import BodyTooLarge, InvalidParameter, UnreadableRequest
from layers.parsing.xml import MAX_BYTES, Element, reader
from layers.parsing.xml.reader import MAX_DEPTH, MAX_ITEMS, MAX_PREFIXES
from wfs.parsing.xml import parse_xml

BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Filter>&b;</Filter>'
FILE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><Filter>&a;</Filter>'
DTD = '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><Filter/>'
PARAMETER_ENTITY = '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://example.org/"> %a;]><Filter/>'


def test_names_are_resolved_with_their_namespace() -> None:
    root = parse_xml('<a xmlns="urn:one" xmlns:p="urn:two" x="1" p:y="2"><p:b/></a>')
    assert (root.namespace, root.name) == ("urn:one", "a")
    assert root.attributes == {"x": "1", "{urn:two}y": "2"}
    assert (root.children[0].namespace, root.children[0].name) == ("urn:two", "b")


def test_text_of_an_element_knows_the_prefixes_in_scope() -> None:
    root = parse_xml('<a xmlns:p="urn:one"><b xmlns:p="urn:two">p:nom</b><c>p:nom</c></a>')
    assert [child.prefixes["p"] for child in root.children] == ["urn:two", "urn:one"]


def test_text_between_and_around_children_is_kept() -> None:
    assert parse_xml("<a>un<b/>deux<!-- rien --> trois</a>").text == "undeux trois"


@pytest.mark.parametrize(
    "data",
    [
        "<a>é</a>",
        '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>',  # a text is what it is, whatever it declares
        "<a>é</a>".encode(),
        "<a>é</a>".encode("utf-16"),
        '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"),
    ],
)
def test_accents_are_read_in_each_encoding(data: bytes | str) -> None:
    assert parse_xml(data).text == "é"


@pytest.mark.parametrize("text", [BOMB, FILE, DTD, PARAMETER_ENTITY])
def test_a_document_type_is_refused(text: str) -> None:
    with pytest.raises(UnreadableRequest, match="type de document ou des entités"):
        parse_xml(text, parameter="FILTER")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Parc",
        "<a>",
        "<a/><b/>",
        "<a>&inconnu;</a>",
        "<p:a/>",
        "<a>\x00</a>",
        "<a>\ud800</a>",
        "<a b='' b=''/>",
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(UnreadableRequest, match=r"ligne 1, caractère \d+"):
        parse_xml(text)


@pytest.mark.parametrize("encoding", ["shift_jis", "inconnu"])
def test_an_encoding_that_is_not_read_is_refused(encoding: str) -> None:
    with pytest.raises(UnreadableRequest, match="encodage"):
        parse_xml(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: "<a>" * 1_000 + "</a>" * 1_000, f"plus de {MAX_DEPTH} éléments"),
        (lambda: "<a>" + "<b/>" * MAX_ITEMS + "</a>", f"plus de {MAX_ITEMS} éléments et attributs"),
        (lambda: "<a>" + '<b x=""/>' * (MAX_ITEMS // 2) + "</a>", f"plus de {MAX_ITEMS} éléments"),
        (lambda: "<a>" + '<b xmlns:p="u"/>' * (MAX_ITEMS // 2) + "</a>", f"plus de {MAX_ITEMS} éléments"),
        (lambda: "<a>" + "<!---->" * 100_000 + "</a>", f"plus de {MAX_ITEMS} éléments"),
        (lambda: "<a>" + "<?p?>" * 100_000 + "</a>", f"plus de {MAX_ITEMS} éléments"),
        (lambda: f'<a xmlns="{"u" * 501}"/>', "espace de noms du XML compte plus de 500 caractères"),
        (lambda: f"<{'a' * 201}/>", "nom d’élément du XML compte plus de 200 caractères"),
        (
            lambda: "<a " + " ".join(f'xmlns:p{number}="u"' for number in range(MAX_PREFIXES)) + "/>",
            f"plus de {MAX_PREFIXES} espaces de noms",
        ),
    ],
)
def test_what_is_too_much_is_refused_in_words(data: Callable[[], str], message: str) -> None:
    with pytest.raises(UnreadableRequest, match=message):
        parse_xml(data())


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" + b"<b/>" * 400_000 + b"</a>",
        ("<a>" + "<b/>" * 400_000 + "</a>").encode("utf-16"),
        b"<a " + b" ".join(b"a%d=''" % number for number in range(400_000)) + b"/>",
        b"<a " + b" ".join(b"xmlns:a%d='u'" % number for number in range(200_000)) + b"/>",
        b"<a>" * 200_000,
    ],
    ids=["elements", "two bytes", "attributes", "namespaces", "unclosed"],
)
def test_what_is_far_too_much_makes_no_element(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    made: list[object] = []
    monkeypatch.setattr(reader, "Element", lambda *parts: made.append(parts))
    with pytest.raises(UnreadableRequest, match=f"plus de {MAX_ITEMS} éléments"):
        parse_xml(data)
    assert made == []


def test_what_is_a_little_too_much_is_left_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Element] = []
    monkeypatch.setattr(reader, "Element", lambda *parts: made.append(Element(*parts)) or made[-1])
    with pytest.raises(UnreadableRequest):
        parse_xml("<a>" + "<b/>" * (MAX_ITEMS + 1_000) + "</a>")
    assert len(made) == MAX_ITEMS


def test_reading_stops_at_the_query_that_is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Element] = []
    monkeypatch.setattr(reader, "Element", lambda *parts: made.append(Element(*parts)) or made[-1])
    with pytest.raises(InvalidParameter) as refused:
        parse_xml("<GetFeature>" + "<Query/>" * 5_000 + "</GetFeature>")
    assert (refused.value.parameter, len(made)) == ("Query", 22)


def test_ten_thousand_identifiers_are_read() -> None:
    assert len(parse_xml("<Filter>" + '<ResourceId rid="a.1"/>' * 10_000 + "</Filter>").children) == 10_000


@pytest.mark.parametrize(("name", "is_account"), [("Transaction", False), ("GetFeature", True)])
def test_only_a_transaction_of_an_account_may_be_long(name: str, is_account: bool) -> None:
    with pytest.raises(UnreadableRequest, match=f"plus de {MAX_ITEMS} éléments"):
        parse_xml(f"<{name}>" + "<b/>" * MAX_ITEMS + f"</{name}>", is_account=is_account)


def test_a_transaction_of_an_account_holds_a_thousand_wide_features() -> None:
    feature = "<b>" + "<c>1</c>" * 100 + "</b>"
    text = f"<Transaction>{feature * 1_000}</Transaction>"
    assert len(parse_xml(text, is_account=True).children) == 1_000


def test_a_tag_over_many_pieces_is_read() -> None:
    assert parse_xml(f'<a x="{"y" * 1_000_000}"/>').attributes["x"] == "y" * 1_000_000


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(BodyTooLarge, match=str(MAX_BYTES)):
        parse_xml(b"<a>" + b" " * MAX_BYTES + b"</a>")


def test_the_fault_names_the_parameter() -> None:
    with pytest.raises(UnreadableRequest) as raised:
        parse_xml("<a>", parameter="FILTER")
    assert raised.value.parameter == "FILTER"
