"""Properties asked by their own names, and the draft of CQL2 text that GDAL writes."""

from __future__ import annotations

import pytest

from layers.definitions import ID, Field, FieldType
from layers.errors import BadRequest, InvalidDatetime, InvalidParameter, UnknownParameter
from layers.parsing.cql2 import parse_filter, standard_date, standard_text
from layers.parsing.cql2.nodes import Literal, Operation, Property
from layers.parsing.properties import parse_query_of

FIELDS = {
    field.name: field
    for field in (
        ID,
        Field("nom", FieldType.TEXT, "Nom"),
        Field("etat", FieldType.TEXT, "État", choices=(("bon", "Bon"), ("mauvais", "Mauvais"))),
        Field("places", FieldType.INTEGER, "Places"),
        Field("prix", FieldType.NUMBER, "Prix"),
        Field("neuf", FieldType.BOOLEAN, "Neuf"),
        Field("pose", FieldType.DATE, "Pose"),
        Field("usages", FieldType.TEXTS, "Usages"),
        Field("commune", FieldType.TEXT, "Commune"),
    )
}


def asked(**parameters: str) -> object:
    query = parse_query_of({name: [value] for name, value in parameters.items()}, FIELDS)
    return query.filter.tree if query.filter else None


def test_a_property_is_an_equality_of_the_type_of_its_field() -> None:
    assert asked(places="3") == Operation("=", (Property("places"), Literal(3)))


def test_several_properties_and_a_filter_all_hold() -> None:
    tree = asked(places="3", neuf="true", filter="prix > 1")
    assert isinstance(tree, Operation) and (tree.operator, len(tree.arguments)) == ("and", 3)


def test_a_property_is_part_of_what_identifies_the_selection() -> None:
    one, other = (parse_query_of({"places": [value]}, FIELDS).fingerprint for value in ("3", "4"))
    assert one != other


def test_a_parameter_wins_over_a_field_of_its_name() -> None:
    query = parse_query_of({"commune": ["92048"]}, FIELDS)
    assert (query.communes, query.filter) == (("92048",), None)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("places", "3.5", InvalidParameter),
        ("places", "", InvalidParameter),
        ("prix", "beaucoup", InvalidParameter),
        ("neuf", "oui", InvalidParameter),
        ("pose", "31/12/2024", InvalidDatetime),
        ("etat", "moyen", InvalidParameter),
        ("nom", "x" * 1_001, InvalidParameter),
        ("nom", "a\x00b", InvalidParameter),
        ("inconnu", "1", UnknownParameter),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(name: str, value: str, fault: type[BadRequest]) -> None:
    with pytest.raises(fault) as raised:
        asked(**{name: value})
    assert raised.value.parameter == name


def test_a_property_given_twice_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        parse_query_of({"places": ["1", "2"]}, FIELDS)


@pytest.mark.parametrize(
    ("draft", "standard"),
    [
        ("nom ILIKE 'a%'", "CASEI(nom) LIKE CASEI('a%')"),
        ("nom = 'x ILIKE ''y'''", "nom = 'x ILIKE ''y'''"),
        ("(\"un nom\" ilike 'b') AND (n > 1)", "(CASEI(\"un nom\") LIKE CASEI('b')) AND (n > 1)"),
    ],
)
def test_the_draft_is_put_in_the_words_of_the_standard(draft: str, standard: str) -> None:
    assert standard_text(draft) == standard


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("2024-05-31T", "2024-05-31"),
        ("2024-05-31T08Z", "2024-05-31T08:00:00Z"),
        ("2024-05-31T08:30Z", "2024-05-31T08:30:00Z"),
        ("2024-05-31T08:30:15Z", "2024-05-31T08:30:15Z"),
        ("un texte", "un texte"),
    ],
)
def test_a_date_that_the_draft_cuts_short_is_read_in_full(short: str, full: str) -> None:
    assert standard_date(short) == full


def test_a_filter_says_that_it_is_a_draft() -> None:
    told = parse_filter("a = 1", lang="cql-text").is_draft, parse_filter("a = 1").is_draft
    assert told == (True, False)
