"""Pages by key: whatever the order, the pages joined are the whole list, each row once."""

from __future__ import annotations

import base64
import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from heritage.catalogue import TREES
from heritage.models import RemarkableTree
from layers import access, queries
from layers.definitions import Field, FieldType
from layers.errors import InvalidCursor, LayersError
from layers.models import Commune
from layers.parsing import FeatureQuery, SortKey
from layers.queries.paging import RowOrder
from layers.visitor import Visitor
from tests import factories
from tests.examples import examples, is_thorough

_SORTABLE = [field for field in TREES.fields if field.is_sortable]
# What the trees of the orchard differ by. The other fields of a type are all empty there, and page alike.
_VARIED = [
    "nom_vernaculaire",
    "genre",
    "hauteur",
    "circonference",
    "date_releve",
    "remarquable",
    "precision_position",
    "commune",
    "id",
]
_BY_TYPE = {field.type: field.name for field in _SORTABLE if field.name not in _VARIED}
SORTABLE = [
    field.name
    for field in _SORTABLE
    if is_thorough() or field.name in _VARIED or field.name == _BY_TYPE[field.type]
]
both_directions = pytest.mark.parametrize("is_descending", [False, True], ids=["up", "down"])


@pytest.fixture
def orchard(catalogue: dict[str, Commune]) -> access.Scope:
    """Trees whose every property has ties, extremes and absences."""
    with factories.in_bulk():
        for number in range(9):
            some = number % 3
            factories.tree(
                ["Chêne", "chêne", "Érable"][some],
                at=["92072", "92048", (3.0, 48.8)][some],
                genre=["", "Quercus", 'L\'arbre "bleu" \\ é'][some],
                hauteur=[None, 0.1 + 0.2, 12.5][some],
                circonference=[None, 1e-7, 2999.9999999][some],
                date_releve=[None, dt.date(1, 1, 1), dt.date(9999, 12, 31)][some],
                critere=[[], ["age"], ["age", "historique"]][some],
                remarquable=bool(number % 2),
                precision_position=[None, 0, 5000][some],
            )
    administrator = Visitor(instant=timezone.now(), user_id=1, is_administrator=True)
    return access.scope(administrator, TREES.slug)


def pages(scope: access.Scope, sort: tuple[SortKey, ...], *, limit: int) -> list[list[int]]:
    """Return the keys of each page, following the cursors to the end."""
    found, cursor = [], ""
    while not found or cursor:
        page = queries.select(scope, FeatureQuery(sort=sort, limit=limit, cursor=cursor)).page()
        rows, cursor = page.rows, page.next
        found.append([row["id"] for row in rows])
        assert len(found) < 50
    return found


def backwards(scope: access.Scope, sort: tuple[SortKey, ...], *, limit: int) -> list[list[int]]:
    """Return the keys of each page, following the cursors from the last page back to the first."""
    page = queries.select(scope, FeatureQuery(sort=sort, limit=limit)).page()
    assert page.previous == ""
    while page.next:
        page = queries.select(scope, FeatureQuery(sort=sort, limit=limit, cursor=page.next)).page()
    found = [[row["id"] for row in page.rows]]
    while page.previous:
        page = queries.select(scope, FeatureQuery(sort=sort, limit=limit, cursor=page.previous)).page()
        found.insert(0, [row["id"] for row in page.rows])
        assert len(found) < 50
    return found


def joined(found: list[list[int]]) -> list[int]:
    return [pk for page in found for pk in page]


@both_directions
@pytest.mark.parametrize("name", SORTABLE)
def test_pages_joined_are_the_whole(orchard: access.Scope, name: str, is_descending: bool) -> None:
    sort = (SortKey(name, is_descending),)
    whole = joined(pages(orchard, sort, limit=100))
    assert (len(whole), [joined(pages(orchard, sort, limit=n)) for n in (1, 4)]) == (9, [whole] * 2)


@both_directions
@pytest.mark.parametrize("name", SORTABLE)
def test_pages_read_backwards_are_the_whole(orchard: access.Scope, name: str, is_descending: bool) -> None:
    sort = (SortKey(name, is_descending), SortKey("hauteur", not is_descending))
    whole = joined(pages(orchard, sort, limit=100))
    assert [joined(backwards(orchard, sort, limit=n)) for n in (1, 4)] == [whole] * 2


def test_a_page_and_its_previous_lead_to_each_other(orchard: access.Scope) -> None:
    first = queries.select(orchard, FeatureQuery(limit=4)).page()
    second = queries.select(orchard, FeatureQuery(limit=4, cursor=first.next)).page()
    back = queries.select(orchard, FeatureQuery(limit=4, cursor=second.previous)).page()
    assert back.rows == first.rows
    assert back.previous == ""
    assert back.next == first.next


def test_nothing_left_before_is_an_empty_page(orchard: access.Scope) -> None:
    first = queries.select(orchard, FeatureQuery(limit=4)).page()
    second = queries.select(orchard, FeatureQuery(limit=4, cursor=first.next)).page()
    RemarkableTree.objects.filter(pk__in=[row["id"] for row in first.rows]).delete()
    back = queries.select(orchard, FeatureQuery(limit=4, cursor=second.previous)).page()
    assert back.rows == []
    assert back.previous == ""
    assert back.next == ""


@both_directions
def test_several_keys_page_as_one_order(orchard: access.Scope, is_descending: bool) -> None:
    sort = (SortKey("hauteur", is_descending), SortKey("genre"), SortKey("id", not is_descending))
    assert joined(pages(orchard, sort, limit=2)) == joined(pages(orchard, sort, limit=100))


@both_directions
def test_what_has_no_value_comes_last(orchard: access.Scope, is_descending: bool) -> None:
    order = joined(pages(orchard, (SortKey("hauteur", is_descending),), limit=2))
    without = set(RemarkableTree.objects.filter(hauteur=None).values_list("pk", flat=True))
    assert set(order[-len(without) :]) == without


def test_the_last_page_is_not_followed_by_an_empty_one(orchard: access.Scope) -> None:
    assert [len(page) for page in pages(orchard, (), limit=3)] == [3, 3, 3]


@pytest.mark.parametrize(("genre", "is_seen"), [("", False), ("Zelkova", True)], ids=["before", "after"])
def test_a_row_inserted_between_two_pages_moves_no_other(
    orchard: access.Scope, genre: str, is_seen: bool
) -> None:
    sort = (SortKey("genre"),)
    everything = joined(pages(orchard, sort, limit=100))
    page = queries.select(orchard, FeatureQuery(sort=sort, limit=4)).page()
    rows, cursor = page.rows, page.next
    new = factories.tree("Nouveau", genre=genre).pk
    page = queries.select(orchard, FeatureQuery(sort=sort, limit=100, cursor=cursor)).page()
    rest = page.rows
    ids = [row["id"] for row in rows + rest]
    assert ([pk for pk in ids if pk != new], new in ids) == (everything, is_seen)


def test_rows_deleted_between_two_pages_hide_no_other(orchard: access.Scope) -> None:
    everything = joined(pages(orchard, (), limit=100))
    page = queries.select(orchard, FeatureQuery(limit=4)).page()
    rows, cursor = page.rows, page.next
    RemarkableTree.objects.filter(pk__in=[row["id"] for row in rows]).delete()
    page = queries.select(orchard, FeatureQuery(limit=100, cursor=cursor)).page()
    rest = page.rows
    assert [row["id"] for row in rest] == everything[4:]


def test_a_cursor_belongs_to_its_sort(orchard: access.Scope) -> None:
    page = queries.select(orchard, FeatureQuery(sort=(SortKey("genre"),), limit=2)).page()
    cursor = page.next
    with pytest.raises(InvalidCursor):
        queries.select(orchard, FeatureQuery(sort=(SortKey("genre", True),), limit=2, cursor=cursor)).page()


def token(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


HOSTILE = [
    ["hauteur,id", "1e400000", 1],
    ["hauteur,id", "sNaN", 1],
    ["hauteur,id", 10**400, 1],
    ["hauteur,id", True, 1],
    ["nom_vernaculaire,id", "\ud800", 1],
    ["nom_vernaculaire,id", "a\x00", 1],
    ["nom_vernaculaire,id", "x", 2**63],
    ["nom_vernaculaire,id", "x", None],
    ["nom_vernaculaire,id", None, "1"],
    ["date_releve,id", "0000-00-00", 1],
    ["date_releve,id", "2024-W01-1", 1],
    ["date_releve,id", ["2024-01-01"], 1],
    ["precision_position,id", 2**40, 1],
    ["precision_position,id", -1, 1],
    ["remarquable,id", 1, 1],
    ["remarquable,id", "true", 1],
    ["<hauteur,id", "sNaN", 1],
    ["<id", 2**63],
    ["<<id", 1],
    ["<"],
    ["id"],
    ["id", 1, 2],
    [],
    {},
    None,
    1,
    "id",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3),
    max_leaves=4,
)
tampered = st.one_of(
    st.text(max_size=40),
    st.builds(token, values),
    st.builds(
        lambda side, name, value, pk: token([f"{side}{name},id", value, pk]),
        st.sampled_from(["", "<"]),
        st.sampled_from(SORTABLE),
        values,
        values,
    ),
)


def turn(scope: access.Scope, name: str, cursor: str) -> None:
    """Ask for the page of a cursor, which is rows or a clear refusal."""
    try:
        queries.select(scope, FeatureQuery(sort=(SortKey(name),), limit=2, cursor=cursor)).page()
    except LayersError as error:
        assert error.parameter == "cursor"


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_a_hostile_cursor_is_rows_or_a_clear_refusal(orchard: access.Scope, value: Any) -> None:
    name = value[0].lstrip("<").split(",")[0] if isinstance(value, list) and value else "id"
    turn(orchard, name or "id", token(value))


@examples(60)
@given(cursor=tampered, name=st.sampled_from(SORTABLE))
@example(cursor="====", name="genre")
@example(cursor="[" * 5000, name="genre")
@example(cursor=base64.urlsafe_b64encode(b"[" * 100_000).decode(), name="genre")
def test_a_tampered_cursor_is_rows_or_a_clear_refusal(orchard: access.Scope, cursor: str, name: str) -> None:
    turn(orchard, name, cursor)


MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.DATETIME, MOMENT),
        (FieldType.DATE, dt.date(2026, 1, 2)),
        (FieldType.NUMBER, 0.1 + 0.2),
        (FieldType.NUMBER, Decimal("0.30")),
        (FieldType.INTEGER, 2**62),
        (FieldType.TEXT, 'é ’ \\ " \n'),
        (FieldType.TEXTS, ["a", "b,c"]),
        (FieldType.BOOLEAN, False),
    ],
    ids=repr,
)
def test_a_cursor_keeps_a_value_exactly(kind: FieldType, value: Any) -> None:
    order = RowOrder.of([(Field("champ", kind, "champ"), False)])
    assert order.read(order.cursor([value, 7])) == ([value, 7], False)


@both_directions
def test_the_index_of_the_key_orders_ids(orchard: access.Scope, is_descending: bool) -> None:
    window = queries.select(orchard, FeatureQuery(sort=(SortKey("id", is_descending),), limit=2)).window()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Sort" not in window.rows.explain()
