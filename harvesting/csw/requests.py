"""Requests of CSW as values, and the names and bounds that both encodings share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from harvesting.csw.queryables import Entry, Queryable
from layers.errors import InvalidParameter, MissingParameter, VersionNegotiationFailed
from layers.parsing.numbers import parse_integer
from metadata.iso19139 import GMD, ElementSet

VERSION = "2.0.2"
SERVICE = "CSW"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
DCAT = "http://www.w3.org/ns/dcat#"
OUTPUT_SCHEMAS = (CSW, GMD, DCAT)
OUTPUT_FORMATS = ("application/xml", "text/xml")
SCHEMA_LANGUAGES = ("XMLSCHEMA", "http://www.w3.org/XML/Schema", "http://www.w3.org/2001/XMLSchema")
RESULT_TYPES = ("hits", "results", "validate")
ELEMENT_SETS = tuple(each.value for each in ElementSet)
SECTIONS = ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Filter_Capabilities")
# The types of records, by namespace: both are the same datasets.
TYPE_NAMES: Mapping[str, str] = {"csw:Record": CSW, "gmd:MD_Metadata": GMD}
PREFIXES: Mapping[str, str] = {"csw": CSW, "gmd": GMD}
CONSTRAINT_VERSION = "1.1.0"
DEFAULT_RECORDS, MAX_RECORDS = 10, 500
MAX_IDS = 500
MAX_POSITION = 2**31 - 1

Condition = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class SortKey:
    """A queryable to sort by."""

    queryable: Queryable
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class GetCapabilities:
    """``sections`` are names of ``SECTIONS``, all of them when it is empty."""

    sections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DescribeRecord:
    """``type_names`` are keys of ``TYPE_NAMES``."""

    type_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GetDomain:
    """``parameter`` is ``Operation.parameter``, ``queryable`` a property: one of them is empty."""

    parameter: str = ""
    queryable: str = ""


@dataclass(frozen=True, slots=True)
class GetRecords:
    """``start`` counts from 1; ``request_id`` comes back in an acknowledgement."""

    schema: str = CSW
    elements: ElementSet = ElementSet.SUMMARY
    result_type: str = "hits"
    start: int = 1
    count: int = DEFAULT_RECORDS
    condition: Condition | None = None
    sort: tuple[SortKey, ...] = ()
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class GetRecordById:
    """``ids`` are identifiers of datasets, or the addresses that identify them."""

    ids: tuple[str, ...]
    schema: str = CSW
    elements: ElementSet = ElementSet.SUMMARY


Request = GetCapabilities | DescribeRecord | GetDomain | GetRecords | GetRecordById


def check_service(text: str) -> None:
    """Refuse a request for another service.

    Raises:
        MissingParameter: no service.
        InvalidParameter: another one.
    """
    if not text:
        raise missing("service")
    choice(text, (SERVICE,), parameter="service")


def check_version(text: str) -> None:
    """Refuse an operation of another version.

    Raises:
        MissingParameter: no version.
        InvalidParameter: another one.
    """
    if not text:
        raise missing("version")
    choice(text, (VERSION,), parameter="version")


def check_accepted_versions(texts: Collection[str], *, parameter: str) -> None:
    """Refuse a client that does not read the only version.

    Raises:
        VersionNegotiationFailed: it is not among ``texts``, of which there are some.
    """
    if texts and VERSION not in texts:
        raise VersionNegotiationFailed(
            _("Aucune de ces versions n’est servie : %(versions)s. Versions servies : %(served)s.")
            % {"versions": ", ".join(texts)[:80], "served": VERSION},
            parameter=parameter,
        )


def missing(parameter: str) -> MissingParameter:
    """Return the fault of a parameter that is not there."""
    return MissingParameter(_("Le paramètre « %s » manque.") % parameter, parameter=parameter)


def choice(text: str, choices: Collection[str], *, parameter: str) -> str:
    """Return which of some words a text is, in any case.

    Raises:
        InvalidParameter: none of them.
    """
    for each in choices:
        if each.casefold() == text.casefold():
            return each
    raise InvalidParameter(
        _("%(name)s : « %(value)s » n’est pas servi. Valeurs servies : %(served)s.")
        % {"name": parameter, "value": text[:80], "served": ", ".join(choices)},
        parameter=parameter,
    )


def read_elements(text: str) -> ElementSet:
    """Return an element set, ``summary`` when there is none.

    Raises:
        InvalidParameter: no such set.
    """
    return ElementSet(choice(text or "summary", ELEMENT_SETS, parameter="ElementSetName"))


def read_schema(text: str) -> str:
    """Return an output schema, that of CSW when there is none.

    Raises:
        InvalidParameter: no such schema.
    """
    return choice(text or CSW, OUTPUT_SCHEMAS, parameter="outputSchema")


def check_format(text: str) -> None:
    """Refuse an output format that is no XML.

    Raises:
        InvalidParameter: such a format.
    """
    if text:
        choice(text.partition(";")[0].strip(), OUTPUT_FORMATS, parameter="outputFormat")


def read_type_names(texts: Collection[str], prefixes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the types that some qualified names are, by their namespace; one without prefix by its local name.

    Raises:
        InvalidParameter: another type.
    """
    names = []
    for text in texts:
        prefix, mark, local = text.rpartition(":")
        namespace = {**PREFIXES, **prefixes}.get(prefix) if mark else ""
        for name, uri in TYPE_NAMES.items():
            if name.endswith(f":{local}") and namespace in {"", uri}:
                names.append(name)
                break
        else:
            choice(text, TYPE_NAMES, parameter="typeNames")
    return tuple(names)


def read_position(text: str) -> int:
    """Return the position of the first record, from 1.

    Raises:
        InvalidParameter: not such a number.
    """
    return _whole_number(text, parameter="startPosition", smallest=1, largest=MAX_POSITION) if text else 1


def read_count(text: str) -> int:
    """Return how many records an answer has at most: ``MAX_RECORDS`` for who asks for more, as ``nextRecord`` says.

    Raises:
        InvalidParameter: not a whole number.
    """
    if not text:
        return DEFAULT_RECORDS
    return min(_whole_number(text, parameter="maxRecords", smallest=0, largest=MAX_POSITION), MAX_RECORDS)


def check_ids(ids: Collection[str]) -> tuple[str, ...]:
    """Return the identifiers of a request, each once.

    Raises:
        MissingParameter: there is none.
        InvalidParameter: more than ``MAX_IDS``.
    """
    each = tuple(dict.fromkeys(text.strip() for text in ids if text.strip()))
    if not each:
        raise missing("id")
    if len(each) > MAX_IDS:
        raise InvalidParameter(
            _("%(name)s nomme %(count)d fiches ; au plus %(max)d à la fois.")
            % {"name": "id", "count": len(each), "max": MAX_IDS},
            parameter="id",
        )
    return each


def _whole_number(text: str, *, parameter: str, smallest: int, largest: int) -> int:
    number = parse_integer(text, maximum=largest)
    if number is None or number < smallest:
        raise InvalidParameter(
            _("%(name)s attend un nombre entier de %(min)d à %(max)d ; reçu « %(value)s ».")
            % {"name": parameter, "min": smallest, "max": largest, "value": text[:40]},
            parameter=parameter,
        )
    return number
