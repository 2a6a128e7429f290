"""Requests of CSW in the parameters of an address (OGC 07-006r1, 10): names in any case, each once, none ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from harvesting.csw.parsing.cql_text import read_cql_text
from harvesting.csw.parsing.filter_encoding import read_filter, sort_key
from harvesting.csw.requests import (
    CONSTRAINT_VERSION,
    RESULT_TYPES,
    SCHEMA_LANGUAGES,
    SECTIONS,
    TYPE_NAMES,
    Condition,
    DescribeRecord,
    GetCapabilities,
    GetDomain,
    GetRecordById,
    GetRecords,
    Request,
    SortKey,
    check_accepted_versions,
    check_format,
    check_ids,
    check_service,
    check_version,
    choice,
    missing,
    read_count,
    read_elements,
    read_position,
    read_schema,
    read_type_names,
)
from layers.errors import InvalidParameter, UnknownOperation, UnknownParameter
from layers.parsing.xml import parse_xml

# Of every request; ``_`` keeps the caches of browsers away.
_COMMON = frozenset({"SERVICE", "VERSION", "REQUEST", "LANGUAGE", "_"})
_OF_RECORDS = frozenset(
    {
        "TYPENAMES", "NAMESPACE", "RESULTTYPE", "REQUESTID", "OUTPUTFORMAT", "OUTPUTSCHEMA", "STARTPOSITION",
        "MAXRECORDS", "ELEMENTSETNAME", "CONSTRAINTLANGUAGE", "CONSTRAINT_LANGUAGE_VERSION", "CONSTRAINT",
        "SORTBY", "DISTRIBUTEDSEARCH",
    }
)  # fmt: skip
_PARAMETERS: Mapping[str, frozenset[str]] = {
    "GetCapabilities": frozenset({"ACCEPTVERSIONS", "SECTIONS", "ACCEPTFORMATS", "UPDATESEQUENCE"}),
    "DescribeRecord": frozenset({"TYPENAME", "NAMESPACE", "OUTPUTFORMAT", "SCHEMALANGUAGE"}),
    "GetDomain": frozenset({"PARAMETERNAME", "PROPERTYNAME"}),
    "GetRecords": _OF_RECORDS,
    "GetRecordById": frozenset({"ID", "ELEMENTSETNAME", "OUTPUTFORMAT", "OUTPUTSCHEMA"}),
}
OPERATIONS = tuple(_PARAMETERS)
# The prefixes that a filter in an address may use without declaring them.
_FILTER_PREFIXES = {
    "ogc": "http://www.opengis.net/ogc",
    "gml": "http://www.opengis.net/gml",
    "apiso": "http://www.opengis.net/cat/csw/apiso/1.0",
}
_DECLARATION = re.compile(r"xmlns\(\s*([\w.-]+)\s*[=,]\s*([^()\s]+)\s*\)")
_SORT = re.compile(r"(?P<name>.+?)(?::(?P<order>A|D|ASC|DESC))?", re.IGNORECASE)
_LONGEST = 16 * 1024


def read_parameters(parameters: Iterable[tuple[str, Sequence[str]]]) -> Request:
    """Return the request in the parameters of an address.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    values = _Parameters(parameters)
    check_service(values.get("SERVICE"))
    operation = values.get("REQUEST")
    if not operation:
        raise missing("request")
    name = next((each for each in OPERATIONS if each.casefold() == operation.casefold()), None)
    if name is None:
        raise unknown_operation(operation)
    values.check(_PARAMETERS[name])
    if name == "GetCapabilities":
        return _get_capabilities(values)
    check_version(values.get("VERSION"))
    readers: Mapping[str, Callable[[_Parameters], Request]] = {
        "DescribeRecord": _describe_record,
        "GetDomain": _get_domain,
        "GetRecords": _get_records,
        "GetRecordById": _get_record_by_id,
    }
    return readers[name](values)


def unknown_operation(name: str) -> UnknownOperation:
    """Return the fault of an operation that is not served."""
    return UnknownOperation(
        _("L’opération « %(name)s » n’est pas servie. Opérations servies : %(served)s.")
        % {"name": name[:60], "served": ", ".join(OPERATIONS)},
        parameter="request",
    )


class _Parameters:
    """The parameters of one request, by their name in capitals; a fault names one as the client wrote it."""

    def __init__(self, parameters: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._values: dict[str, str] = {}
        self._written: dict[str, str] = {}
        for name, values in parameters:
            if name.upper() in self._values or len(values) != 1:
                raise InvalidParameter(_("%s est donné plusieurs fois.") % name[:60], parameter=name[:60])
            if "\x00" in values[0]:
                raise InvalidParameter(_("%s contient un caractère nul.") % name[:60], parameter=name[:60])
            self._values[name.upper()] = values[0].strip()
            self._written[name.upper()] = name

    def get(self, name: str) -> str:
        """Return a value without the blanks around it, empty when it is not there."""
        return self._values.get(name, "")

    def items(self, name: str) -> list[str]:
        """Return the parts of a value between its commas."""
        return [part.strip() for part in self.get(name).split(",") if part.strip()]

    def check(self, expected: Collection[str]) -> None:
        """Refuse what the operation does not read.

        Raises:
            UnknownParameter: naming the first of them.
        """
        for name, written in self._written.items():
            if name not in expected and name not in _COMMON:
                raise UnknownParameter(
                    _("Le paramètre « %(name)s » n’existe pas ici. Paramètres connus : %(known)s.")
                    % {"name": written[:60], "known": ", ".join(sorted({*expected, *_COMMON} - {"_"}))},
                    parameter=written[:60],
                )

    def prefixes(self) -> dict[str, str]:
        """Return the namespaces that the request declares, by prefix."""
        text = self.get("NAMESPACE")[:_LONGEST]
        declared = dict(_DECLARATION.findall(text))
        if text and not declared:
            raise InvalidParameter(
                _("NAMESPACE attend xmlns(préfixe=adresse) ; reçu « %s ».") % text[:80],
                parameter="NAMESPACE",
            )
        return declared


def _get_capabilities(values: _Parameters) -> GetCapabilities:
    check_accepted_versions(values.items("ACCEPTVERSIONS"), parameter="acceptVersions")
    check_accepted_versions([version] if (version := values.get("VERSION")) else [], parameter="version")
    return GetCapabilities(read_sections(values.items("SECTIONS")))


def read_sections(names: Iterable[str]) -> frozenset[str]:
    """Return sections by their names, all of them for ``All`` or nothing.

    Raises:
        InvalidParameter: no such section.
    """
    sections = {choice(name, (*SECTIONS, "All"), parameter="sections") for name in names}
    return frozenset() if "All" in sections else frozenset(sections)


def _describe_record(values: _Parameters) -> DescribeRecord:
    check_format(values.get("OUTPUTFORMAT"))
    if language := values.get("SCHEMALANGUAGE"):
        choice(language, SCHEMA_LANGUAGES, parameter="schemaLanguage")
    names = read_type_names(values.items("TYPENAME"), values.prefixes())
    return DescribeRecord(names or tuple(TYPE_NAMES))


def _get_domain(values: _Parameters) -> GetDomain:
    return checked_domain(values.get("PARAMETERNAME"), values.get("PROPERTYNAME"))


def checked_domain(parameter: str, name: str) -> GetDomain:
    """Return the request for the values of a parameter or of a property.

    Raises:
        MissingParameter: neither.
        InvalidParameter: both.
    """
    if not parameter and not name:
        raise missing("propertyName")
    if parameter and name:
        raise InvalidParameter(
            _("ParameterName et PropertyName ne se demandent pas ensemble."), parameter="parameterName"
        )
    return GetDomain(parameter, name)


def _get_records(values: _Parameters) -> GetRecords:
    if not values.get("TYPENAMES"):
        raise missing("typeNames")
    read_type_names(values.items("TYPENAMES"), values.prefixes())
    check_format(values.get("OUTPUTFORMAT"))
    if distributed := values.get("DISTRIBUTEDSEARCH"):
        choice(distributed, ("false",), parameter="distributedSearch")
    return GetRecords(
        schema=read_schema(values.get("OUTPUTSCHEMA")),
        elements=read_elements(values.get("ELEMENTSETNAME")),
        result_type=choice(values.get("RESULTTYPE") or "hits", RESULT_TYPES, parameter="resultType"),
        start=read_position(values.get("STARTPOSITION")),
        count=read_count(values.get("MAXRECORDS")),
        condition=_constraint(values),
        sort=_sort(values.items("SORTBY")),
        request_id=values.get("REQUESTID")[:200],
    )


def _constraint(values: _Parameters) -> Condition | None:
    text = values.get("CONSTRAINT")
    if version := values.get("CONSTRAINT_LANGUAGE_VERSION"):
        choice(version, (CONSTRAINT_VERSION, "1.0.0"), parameter="constraint_language_version")
    language = values.get("CONSTRAINTLANGUAGE")
    if language:
        language = choice(language, ("CQL_TEXT", "FILTER"), parameter="constraintLanguage")
    if not text:
        return None
    if not language:
        raise missing("constraintLanguage")
    if language == "CQL_TEXT":
        return read_cql_text(text, parameter="constraint")
    root = parse_xml(
        text, limit=_LONGEST, parameter="constraint", prefixes=_FILTER_PREFIXES | values.prefixes()
    )
    return read_filter(root, parameter="constraint")


def _sort(texts: Iterable[str]) -> tuple[SortKey, ...]:
    keys = []
    for text in texts:
        match = _SORT.fullmatch(text)
        assert match is not None  # anything is a name
        order = {"A": "ASC", "D": "DESC"}.get((match["order"] or "").upper()[:1], "")
        keys.append(sort_key(match["name"], order, parameter="sortBy"))
    return tuple(keys)


def _get_record_by_id(values: _Parameters) -> GetRecordById:
    check_format(values.get("OUTPUTFORMAT"))
    return GetRecordById(
        check_ids(values.items("ID")),
        read_schema(values.get("OUTPUTSCHEMA")),
        read_elements(values.get("ELEMENTSETNAME")),
    )
