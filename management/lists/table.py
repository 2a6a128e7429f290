"""A list of management: its address (search, filters, sort, page by key), its pages, and the file of all its rows."""

from __future__ import annotations

import base64
import binascii
import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.http import StreamingHttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from export_formats.csv import safe_cell
from interface.requests import Parameters, filled
from interface.text import fold
from layers.definitions import Text
from layers.errors import InvalidCursor, InvalidParameter
from layers.parsing import single_values

PAGE_ROWS = 50
_DELIMITER = ";"


class Identified(Protocol):
    """A row that a list may hold: its number ends the order."""

    @property
    def pk(self) -> Any:
        """The number of the row."""


Row = TypeVar("Row", bound=Identified)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its text in the file, and the key that rows are sorted by, None where they are not."""

    name: str
    title: Text
    text: Callable[[Row], object]
    key: Callable[[Row], str | float] | None = None


@dataclass(frozen=True, slots=True)
class Filter(Generic[Row]):
    """A way to narrow the list: the words of its values, and whether a row is of one."""

    name: str
    title: Text
    choices: Mapping[str, Text]
    accepts: Callable[[Row, str], bool]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What an address asks of a list: folded words, values of filters, sort (« -name » for the reverse), cursor."""

    text: str
    filters: Mapping[str, str]
    sort: str
    cursor: str

    @property
    def words(self) -> list[str]:
        """The words to search, folded."""
        return fold(self.text).split()

    def address(self, **changes: str) -> str:
        """Return the query string of this list with other values, at its first page unless one is among them."""
        values = {"q": self.text, **self.filters, "tri": self.sort, **changes}
        return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """A page of a list: ``count`` rows answer in all, ``following`` is the cursor of the next page or empty."""

    rows: Sequence[Row]
    count: int
    following: str


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A kind of list: its columns, its filters, what its search reads, and its default sort."""

    columns: tuple[Column[Row], ...]
    matches: Callable[[Row, Sequence[str]], bool]
    default_sort: str
    filters: tuple[Filter[Row], ...] = ()

    def parse(self, parameters: Parameters, *, extra: Iterable[str] = ()) -> ListQuery:
        """Read the parameters of an address; ``extra`` are names that the view reads itself.

        Raises:
            UnknownParameter: a parameter that the list does not have.
            InvalidParameter: a value of a filter or a sort that there is not.
        """
        names = [each.name for each in self.filters]
        values = single_values(filled(parameters), allowed=("q", "tri", "apres", *names, *extra))
        filters = {name: values.get(name, "") for name in names}
        for each in self.filters:
            if filters[each.name] and filters[each.name] not in each.choices:
                words = {"name": each.name, "value": filters[each.name][:40]}
                raise InvalidParameter(
                    _("%(name)s ne prend pas la valeur « %(value)s ».") % words, parameter=each.name
                )
        sort = values.get("tri", "")
        if sort and sort.removeprefix("-") not in self._keys:
            raise InvalidParameter(_("La liste ne se trie pas par « %s ».") % sort[:40], parameter="tri")
        return ListQuery(values.get("q", "").strip(), filters, sort, values.get("apres", ""))

    def rows(self, rows: Iterable[Row], query: ListQuery) -> list[Row]:
        """Return the rows that answer to a query, in its order."""
        chosen = [(each, query.filters[each.name]) for each in self.filters if query.filters[each.name]]
        words = query.words
        matching = [
            row
            for row in rows
            if all(each.accepts(row, value) for each, value in chosen) and self.matches(row, words)
        ]
        return sorted(matching, key=self._key(query), reverse=self._is_descending(query))

    def page(self, rows: Iterable[Row], query: ListQuery) -> ListPage[Row]:
        """Return the page that a query asks for, after the key of its cursor.

        Raises:
            InvalidCursor: the cursor is not one of this order.
        """
        ordered, key = self.rows(rows, query), self._key(query)
        following = ordered
        if query.cursor:
            last = _cursor(query.cursor)
            try:
                following = [
                    row
                    for row in ordered
                    if (key(row) < last if self._is_descending(query) else key(row) > last)
                ]
            except TypeError as error:
                raise _refused() from error
        page = following[:PAGE_ROWS]
        is_followed = len(following) > PAGE_ROWS
        return ListPage(page, len(ordered), _text(key(page[-1])) if is_followed else "")

    def file(self, rows: Iterable[Row], query: ListQuery, *, name: str) -> StreamingHttpResponse:
        """Return every row that answers to a query as CSV (RFC 4180, semicolons), without a cell that a sheet runs."""
        ordered = self.rows(rows, query)
        response = StreamingHttpResponse(self._lines(ordered), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}-{localdate()}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response

    def sort_links(self, query: ListQuery) -> dict[str, SortLink]:
        """Return how each column is sorted by now, and the address that sorts by it."""
        current = query.sort or self.default_sort
        return {
            name: SortLink(
                query.address(tri=f"-{name}" if current == name else name),
                {name: "ascending", f"-{name}": "descending"}.get(current, ""),
            )
            for name in self._keys
        }

    @property
    def _keys(self) -> dict[str, Callable[[Row], str | float]]:
        return {column.name: column.key for column in self.columns if column.key is not None}

    def _is_descending(self, query: ListQuery) -> bool:
        return (query.sort or self.default_sort).startswith("-")

    def _key(self, query: ListQuery) -> Callable[[Row], tuple[Any, str]]:
        key = self._keys[(query.sort or self.default_sort).removeprefix("-")]
        return lambda row: (key(row), str(row.pk))

    def _lines(self, rows: Iterable[Row]) -> Iterator[str]:
        writer = csv.writer(_Line(), delimiter=_DELIMITER, lineterminator="\r\n")
        yield "\ufeff" + writer.writerow([str(column.title) for column in self.columns])
        for row in rows:
            yield writer.writerow(
                [safe_cell(_words(column.text(row)), _DELIMITER) for column in self.columns]
            )


@dataclass(frozen=True, slots=True)
class SortLink:
    """The head of a column: where it sorts, and the value of ``aria-sort``, empty where it does not."""

    address: str
    direction: str


class _Line:
    """A file for ``csv.writer`` that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _text(key: tuple[Any, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _cursor(text: str) -> tuple[Any, str]:
    try:
        sort_key, pk = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _refused() from error
    return sort_key, str(pk)


def _refused() -> InvalidCursor:
    return InvalidCursor(_("Cette page de la liste n’existe pas : reprenez du début."), parameter="apres")
