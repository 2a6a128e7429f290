"""Answers from the public catalogue: found by condition or identifier, in a total order, written when they are needed.

Positions count in the order asked for, then by identifier. A dataset withdrawn between two pages moves those after it
one place up: none comes twice, and the one that moves across is read by the next harvest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from harvesting.csw.formats.capabilities import OPERATION_PARAMETERS, capabilities
from harvesting.csw.formats.results import (
    acknowledgement,
    describe_record_response,
    domain_response,
    record_by_id_response,
    records_response,
)
from harvesting.csw.queryables import Entry, Kind, Value, queryable
from harvesting.csw.requests import (
    DescribeRecord,
    GetCapabilities,
    GetDomain,
    GetRecordById,
    GetRecords,
    Request,
    SortKey,
)
from harvesting.public_catalogue import PublicCatalogue
from interface.text import fold
from layers.errors import InvalidParameter, UnknownFeature


@dataclass(frozen=True, slots=True)
class Service:
    """The catalogue of a portal at an address.

    ``origin`` is the scheme and the host, ``address`` that of the service, both without a final slash; ``echoed`` is
    the request as XML, for who asks to have it checked.
    """

    catalogue: PublicCatalogue
    origin: str
    address: str
    echoed: str = ""

    def entries(self) -> list[Entry]:
        """Return the public records by identifier."""
        records = sorted(self.catalogue.records(), key=lambda record: record.dataset_id)
        return [Entry(record, self.origin) for record in records]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer still to be written, and the records in it."""

    write: Callable[[], bytes]
    entries: Sequence[Entry] = ()

    @property
    def count(self) -> int:
        """The number of records."""
        return len(self.entries)


def answer(service: Service, request: Request) -> Answer:
    """Return the answer of a request.

    Raises:
        UnknownFeature: GetRecordById names a record that the public does not see.
        InvalidParameter: GetDomain names a parameter or a property that does not exist.
    """
    if isinstance(request, GetCapabilities):
        return Answer(lambda: capabilities(request, address=service.address, home=f"{service.origin}/"))
    if isinstance(request, DescribeRecord):
        return Answer(lambda: describe_record_response(request.type_names))
    if isinstance(request, GetDomain):
        values = _domain(service, request)
        return Answer(lambda: domain_response(request, values))
    if isinstance(request, GetRecordById):
        chosen = _by_id(service, request)
        return Answer(lambda: record_by_id_response(request, chosen), chosen)
    return _records(service, request)


def _records(service: Service, request: GetRecords) -> Answer:
    instant = service.catalogue.instant
    if request.result_type == "validate":
        return Answer(lambda: acknowledgement(service.echoed, request_id=request.request_id, instant=instant))
    entries = service.entries()
    if request.condition is not None:
        entries = [entry for entry in entries if request.condition(entry)]
    for key in reversed(request.sort):
        entries = _sorted(entries, key)
    matched, count = len(entries), request.count if request.result_type == "results" else 0
    page = entries[request.start - 1 : request.start - 1 + count]
    return Answer(lambda: records_response(request, page, matched=matched, instant=instant), page)


def _sorted(entries: Iterable[Entry], key: SortKey) -> list[Entry]:
    """Return entries by a property, those without value last; equals keep their order."""
    valued: list[tuple[Any, Entry]] = []
    empty: list[Entry] = []
    for entry in entries:
        value = next(iter(key.queryable.values(entry)), None)
        if value is None:
            empty.append(entry)
        else:
            is_text = key.queryable.kind is Kind.TEXT and not key.queryable.name.endswith("identifier")
            valued.append((fold(str(value)) if is_text else value, entry))
    ordered = sorted(valued, key=lambda each: each[0], reverse=key.is_descending)
    return [entry for _value, entry in ordered] + empty


def _by_id(service: Service, request: GetRecordById) -> list[Entry]:
    by_id = {name: entry for entry in service.entries() for name in (entry.record.dataset_id, entry.address)}
    for name in request.ids:
        if name not in by_id:
            raise UnknownFeature(_("Aucune fiche ne s’appelle « %s ».") % name[:200], parameter="id")
    return list({by_id[name].address: by_id[name] for name in request.ids}.values())


def _domain(service: Service, request: GetDomain) -> list[str]:
    if request.parameter:
        operation, _mark, parameter = request.parameter.partition(".")
        values = OPERATION_PARAMETERS.get(operation, {}).get(parameter)
        if values is None:
            raise InvalidParameter(
                _("« %s » n’est pas un paramètre qui a des valeurs : écrivez GetRecords.outputSchema.")
                % request.parameter[:80],
                parameter="parameterName",
            )
        return list(values)
    prop = queryable(request.queryable, parameter="propertyName")
    if prop.kind in {Kind.FULL_TEXT, Kind.BOX}:
        raise InvalidParameter(_("« %s » n’a pas de liste de valeurs.") % prop.name, parameter="propertyName")
    texts = {_text(value) for entry in service.entries() for value in prop.values(entry)}
    return sorted(texts)


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
