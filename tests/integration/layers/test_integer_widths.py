"""How large the integers of a layer are, for clients that count in 32 bits."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from layers import access, queries
from layers.definitions import FieldType
from layers.queries import Width, integers
from tests.deliveries import bench, dataset, published
from tests.people import ADMINISTRATOR


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "width"),
    [
        ("", "", Width.SHORT),
        ("1", "-2147483647", Width.SHORT),
        ("", "13002526500013", Width.EXACT),
        ("1", "13002526500013", Width.LONG),
        ("", "9007199254740993", Width.LONG),
    ],
)
def test_a_column_of_eight_bytes_is_as_wide_as_its_values(first: str, last: str, width: Width) -> None:
    published(dataset(), *(bench(f"B{rank}", "Banc", places=text) for rank, text in enumerate((first, last))))
    scope = access.scope(ADMINISTRATOR.visitor(), "bancs")
    fields = [field for field in scope.fields if field.type is FieldType.INTEGER]
    with patch.object(integers, "FIRST_ROWS", 1):
        assert queries.integer_widths(scope, fields)["places"] is width
