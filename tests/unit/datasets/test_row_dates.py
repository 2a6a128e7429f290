"""The date of a dataset's rows: the one that was chosen, else the only one that says when something happened."""

from __future__ import annotations

import pytest

from datasets.definitions import DatasetSchema, SchemaField
from datasets.vocabulary import ColumnType


def schema(*names: str, chosen: str = "") -> DatasetSchema:
    """Return a schema of dates."""
    fields = tuple(SchemaField(name=name, type=ColumnType.DATE, column=name, source=name) for name in names)
    return DatasetSchema(fields=fields, time_field=chosen)


@pytest.mark.parametrize(
    ("names", "chosen", "dated_by"),
    [
        (["date_debut", "date_maj"], "", "date_debut"),
        (["updated_at", "ouverture"], "", "ouverture"),
        (["date_maj"], "", "date_maj"),
        (["date_debut", "date_fin", "date_maj"], "", ""),
        (["date_debut", "date_maj"], "date_maj", "date_maj"),
        (["date_maj", "updated_at"], "", ""),
    ],
)
def test_an_event_dates_rows_before_an_update(names: list[str], chosen: str, dated_by: str) -> None:
    assert schema(*names, chosen=chosen).dated_by() == dated_by
