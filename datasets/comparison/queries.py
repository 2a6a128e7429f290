"""The stored comparison of a delivery, as one person may read it: rows added, removed, changed and moved.

Counts and the first rows are stored once, with every field. A person who does not read all of them sees the changes
in the visible ones; a row that changes only elsewhere counts as unchanged, so that sending guesses reveals no hidden
value. Where rows are identified by a hidden field, or some are hidden, nothing is compared. The other rows are read
from the two tables, while both exist, under the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from datasets.access import ReadablePart, readable_part
from datasets.comparison.sql.changed_rows import rows_of_kind
from datasets.comparison.sql.version_pair import GEOMETRY, VersionPair
from datasets.definitions import DatasetSchema
from datasets.models import Delivery
from datasets.vocabulary import HAS_ROWS
from layers.definitions import Field
from layers.errors import InvalidParameter
from layers.parsing.choices import choice
from layers.parsing.numbers import parse_integer
from layers.sql.limits import time_limit
from layers.visitor import Visitor

KINDS = {"ajoutees": "added", "modifiees": "changed", "deplacees": "moved", "retirees": "removed"}
"""The kinds by their word in addresses."""

MAX_PAGE = 100_000
PAGE_ROWS = 50
_ONE_SIDED = frozenset({"added", "removed"})
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """A kind of rows, empty for the first ones of each, and the number of a page of them."""

    kind: str = ""
    number: int = 1

    @property
    def before(self) -> int:
        """The number of the page before."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The number of the page after."""
        return self.number + 1


def parse_changes(parameters: Mapping[str, str]) -> ChangeQuestion:
    """Read ``sorte`` and ``suite`` of an address.

    Raises:
        InvalidParameter: one of them says nothing that there is.
    """
    word = choice(parameters.get("sorte", ""), ["", *KINDS], parameter="sorte")
    number = parameters.get("suite", "") or "1"
    page = parse_integer(number, minimum=1, maximum=MAX_PAGE)
    if page is None:
        raise InvalidParameter(_("« suite » est le numéro d’une page."), parameter="suite")
    return ChangeQuestion(KINDS.get(word, ""), page)


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """Two versions of a dataset, and the fields readable in both, by name, in the order of the schema."""

    new: Delivery
    old: Delivery
    readable: Mapping[str, Field]

    @property
    def is_complete(self) -> bool:
        """Whether every field of the new version is compared."""
        return self.readable.keys() >= self.new.schema_version.schema.by_name.keys()

    @property
    def has_tables(self) -> bool:
        """Whether rows of both are still stored."""
        return {self.new.state, self.old.state} <= HAS_ROWS


def version_pair(*, old: Delivery, new: Delivery) -> VersionPair:
    """Return the tables and the schemas of two versions of a dataset."""
    return VersionPair(old.names, new.names, old.schema_version.schema, new.schema_version.schema)


def compared_versions(visitor: Visitor, delivery: Delivery) -> ComparedVersions | None:
    """Return what may be compared for a visitor; None when nothing was online, or the rows may not be shown."""
    if not delivery.comparison:
        return None
    of_dataset = Delivery.objects.filter(dataset=delivery.dataset_id).select_related("schema_version")
    against = of_dataset.defer("report", "comparison").get(number=delivery.comparison["against"])
    against.dataset = delivery.dataset
    after, before = readable_part(visitor, delivery), readable_part(visitor, against)
    schemas = delivery.schema_version.schema, against.schema_version.schema
    if not (_recognises(after, schemas[0]) and _recognises(before, schemas[1])):
        return None
    closed = schemas[1].by_name.keys() - before.fields.keys()
    readable = {name: field for name, field in after.fields.items() if name not in closed}
    return ComparedVersions(delivery, against, readable)


def _recognises(reading: ReadablePart, schema: DatasetSchema) -> bool:
    """Whether the person reads what recognises a row from one version to the next: its key, else all of it."""
    return reading.covers(schema.key or schema.by_name)


def changed_in(versions: ComparedVersions) -> int | None:
    """Return how many rows change in what the person reads; None when the comparison does not have it."""
    stored: dict[str, Any] = versions.new.comparison
    if versions.is_complete:
        return int(stored["changed"])
    field_sets: list[tuple[list[str], int]] | None = stored.get("together")
    if field_sets is None:
        return None
    readable = versions.readable
    return sum(count for names, count in field_sets if any(n == GEOMETRY or n in readable for n in names))


def first_rows(versions: ComparedVersions, kind: str) -> list[Row]:
    """Return the rows of a kind stored with the delivery, less those that change in hidden fields only."""
    rows: list[Row] = versions.new.comparison["samples"].get(kind, [])
    return [row for row in rows if kind in _ONE_SIDED or _is_readable(versions, row)]


def rows_of_page(versions: ComparedVersions, kind: str, number: int) -> list[Row]:
    """Return a page of the rows of a kind, and one row more when another page follows; the first page is number 1.

    Once a table is dropped, only the rows stored with the delivery are left.

    Raises:
        TooSlow: the database did not find them in time.
    """
    if not versions.has_tables:
        return first_rows(versions, kind) if number == 1 else []
    pair = version_pair(old=versions.old, new=versions.new)
    with time_limit("whole"):
        return [
            *rows_of_kind(
                pair,
                kind,
                limit=PAGE_ROWS + 1,
                offset=(number - 1) * PAGE_ROWS,
                names={*versions.readable, GEOMETRY},
            )
        ]


def _is_readable(versions: ComparedVersions, row: Row) -> bool:
    return any(name == GEOMETRY or name in versions.readable for name in row["fields"])
