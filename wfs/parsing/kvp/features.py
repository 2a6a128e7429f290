"""GetFeature and GetPropertyValue in addresses and forms: the query of each type, list by list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from layers.crs import CRS84
from layers.errors import InvalidParameter
from layers.parsing.cql2 import parse_filter
from layers.parsing.srs_names import SrsName, parse_srs_name
from layers.parsing.xml.reader import check_markup
from wfs.errors import UnsupportedOption
from wfs.names import local_type, read_resource_id
from wfs.parsing.bounds import check_ids, check_queries
from wfs.parsing.fes import read_filter
from wfs.parsing.kvp.parameters import (
    OF_QUESTIONS,
    Parameters,
    read_prefixes,
    split_filters,
    split_groups,
    split_items,
)
from wfs.parsing.options import MAX_COUNT, check_feature_count, check_resolve, read_output, read_result_type
from wfs.parsing.type_queries import (
    QueryParts,
    by_id_query,
    check_stored_query,
    read_bbox,
    read_properties,
    read_sort_text,
    read_value_reference,
)
from wfs.parsing.xml import parse_xml
from wfs.requests import ANCHOR, GetFeature, GetPropertyValue, TypeQuery
from wfs.versions import Version

SELECTING = ("FILTER", "CQL_FILTER", "BBOX", "RESOURCEID")
# What a stored query has no place for: it is the question.
_STORED = (OF_QUESTIONS - {"TYPENAMES", "ALIASES", "PROPERTYNAME", "SORTBY", *SELECTING}) | {
    "STOREDQUERY_ID",
    "ID",
}


def read_get_feature(parameters: Parameters, version: Version, also_read: Sequence[str] = ()) -> GetFeature:
    """Read GetFeature; ``also_read`` are the parameters that the caller reads itself.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    is_stored = "STOREDQUERY_ID" in parameters
    parameters.check((_STORED if is_stored else OF_QUESTIONS) | {ANCHOR, *also_read})
    check_resolve(parameters.get("RESOLVE", "none"), parameter=parameters.written("RESOLVE"))
    request = GetFeature(
        version,
        (),
        output=read_output(
            parameters.get("OUTPUTFORMAT"), version, parameter=parameters.written("OUTPUTFORMAT")
        ),
        count=check_feature_count(
            parameters.number("COUNT", largest=MAX_COUNT), version, parameter=parameters.written("COUNT")
        ),
        start_index=parameters.number("STARTINDEX", largest=MAX_COUNT) or 0,
        anchor=parameters.get(ANCHOR),
        is_hits=read_result_type(
            parameters.get("RESULTTYPE"), version, parameter=parameters.written("RESULTTYPE")
        ),
    )
    if is_stored:
        check_stored_query(
            parameters.get("STOREDQUERY_ID"), version, parameter=parameters.written("STOREDQUERY_ID")
        )
        query = by_id_query(parameters.needed("ID"), srs=_srs(parameters, version))
        return replace(request, queries=(query,), is_single=True)
    return replace(request, queries=read_queries(parameters, version))


def read_get_property_value(parameters: Parameters, version: Version) -> GetPropertyValue:
    """Read GetPropertyValue.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    reference = parameters.needed("VALUEREFERENCE", or_empty=True)
    features = read_get_feature(parameters, version, ["VALUEREFERENCE", "RESOLVEPATH"])
    if "RESOLVEPATH" in parameters:
        raise UnsupportedOption(
            _("Aucun objet n’en désigne un autre : RESOLVEPATH n’est pas servi."), parameter="resolvePath"
        )
    types = [query.name for query in features.queries]
    name = read_value_reference(reference, prefixes=read_prefixes(parameters), types=types)
    return GetPropertyValue(features, reference, name)


def _srs(parameters: Parameters, version: Version) -> SrsName | None:
    return _srs_name(parameters.get("SRSNAME"), parameters, version) if "SRSNAME" in parameters else None


def _srs_name(text: str, parameters: Parameters, version: Version) -> SrsName:
    return parse_srs_name(text, parameter=parameters.written("SRSNAME"), is_xy=version.is_xy)


def read_queries(parameters: Parameters, version: Version) -> tuple[TypeQuery, ...]:
    """Return the query of each type named by the parameters, or of the types of their identifiers.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    _check_alone(parameters)
    prefixes = read_prefixes(parameters)
    if "TYPENAMES" not in parameters and "RESOURCEID" in parameters:
        return _by_resources(parameters, version)
    parts = [QueryParts(name) for name in _types(parameters, version, prefixes)]
    for parameter, read in _READERS.items():
        if parameter in parameters:
            parts = read(parameters, parts, version)
    where = parameters.written("RESOURCEID" if "RESOURCEID" in parameters else "FILTER")
    return tuple(part.query(version, parameter=where) for part in parts)


def _check_alone(parameters: Parameters) -> None:
    """Refuse two ways of choosing the rows, except a box with a filter of CQL2 (OGC 09-025r2, 7.9.2.5.2)."""
    selecting = [name for name in SELECTING if name in parameters]
    if len(selecting) > 1 and set(selecting) != {"CQL_FILTER", "BBOX"}:
        raise InvalidParameter(
            _("%(first)s et %(second)s s’excluent : donnez l’un ou l’autre.")
            % {"first": parameters.written(selecting[0]), "second": parameters.written(selecting[1])},
            parameter=parameters.written(selecting[1]),
        )


def _by_resources(parameters: Parameters, version: Version) -> tuple[TypeQuery, ...]:
    """Return a query for each type that the resources are of, in the order in which they come."""
    parameter, by_type = parameters.written("RESOURCEID"), dict[str, list[str]]()
    for text in read_resources(parameters):
        name, _pk = read_resource_id(text, parameter=parameter)
        by_type.setdefault(name, []).append(text)
        check_queries(len(by_type), parameter=parameter)
    srs = _srs(parameters, version)
    parts = [
        QueryParts(name, ids=tuple(texts), srs=srs, texts={"RESOURCEID": ",".join(texts)})
        for name, texts in by_type.items()
    ]
    for name in ("PROPERTYNAME", "SORTBY"):
        if name in parameters:
            parts = _READERS[name](parameters, parts, version)
    return tuple(part.query(version, parameter=parameter) for part in parts)


def read_resources(parameters: Parameters) -> list[str]:
    """Return the identifiers of features that the parameters name, as they are written.

    Raises:
        InvalidParameter: more than one request names.
    """
    text, parameter = parameters.needed("RESOURCEID"), parameters.written("RESOURCEID")
    # A client may write each of them in parentheses of its own.
    parts = split_groups(text, parameter=parameter, most=check_ids)
    check_ids(sum(part.count(",") + 1 for part in parts), parameter=parameter)
    return [name for part in parts for name in split_items(part, parameter=parameter, most=check_ids)]


def _types(parameters: Parameters, version: Version, prefixes: Mapping[str, str]) -> list[str]:
    text, parameter = parameters.needed("TYPENAMES"), parameters.written("TYPENAMES")
    parts = split_groups(text, parameter=parameter)
    lists = [split_items(part, parameter=parameter) for part in parts]
    if not version.is_2 and len(lists) == 1:
        lists = [[name] for name in lists[0]]
    check_queries(len(lists), parameter=parameter)
    if any(len(names) > 1 for names in lists):
        raise UnsupportedOption(
            _("Les jointures ne sont pas servies : pour plusieurs types, écrivez (a)(b) et non a,b."),
            parameter=parameter,
        )
    return [local_type("".join(names), prefixes=prefixes, parameter=parameter) for names in lists]


def _each(parameters: Parameters, name: str, parts: Sequence[QueryParts], texts: Sequence[str]) -> list[str]:
    """Return one text for each type: a single one, or the same one for each resource, is for all of them."""
    if len(set(texts)) == 1:
        return list(texts[:1]) * len(parts)
    if len(texts) != len(parts):
        raise InvalidParameter(
            _("%(name)s compte %(count)d listes pour %(types)d types.")
            % {"name": parameters.written(name), "count": len(texts), "types": len(parts)},
            parameter=parameters.written(name),
        )
    return list(texts)


def _grouped(
    parameters: Parameters,
    name: str,
    parts: Sequence[QueryParts],
    *,
    most: Callable[..., None] = check_queries,
) -> list[str]:
    texts = split_groups(parameters.get(name), parameter=parameters.written(name), most=most)
    return _each(parameters, name, parts, texts)


def _with_srs(parameters: Parameters, parts: list[QueryParts], version: Version) -> list[QueryParts]:
    """Read a system for all types, or ``(a)()(b)``: one for each, the default of the version where it is left out."""
    texts = _grouped(parameters, "SRSNAME", parts)
    return [
        replace(part, srs=_srs_name(text, parameters, version)) if text or not any(texts) else part
        for part, text in zip(parts, texts, strict=True)
    ]


def _with_aliases(parameters: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    aliases = split_groups(parameters.get("ALIASES"), parameter=parameters.written("ALIASES"))
    if len(aliases) != len(parts) or any("," in alias for alias in aliases):
        raise InvalidParameter(
            _("%(name)s attend un nom pour chacun des %(types)d types.")
            % {"name": parameters.written("ALIASES"), "types": len(parts)},
            parameter=parameters.written("ALIASES"),
        )
    return [replace(part, alias=alias.strip()) for part, alias in zip(parts, aliases, strict=True)]


def _with_filter(parameters: Parameters, parts: list[QueryParts], version: Version) -> list[QueryParts]:
    text, parameter = parameters.needed("FILTER"), parameters.written("FILTER")
    check_markup(text.encode(errors="replace"), parameter=parameter)
    texts = _each(parameters, "FILTER", parts, split_filters(text, parameter=parameter))
    prefixes = read_prefixes(parameters)
    roots = {
        text: parse_xml(text, parameter=parameter, prefixes=prefixes)
        for text in dict.fromkeys(texts)
        if text or not any(texts)
    }
    return [
        part
        if text not in roots
        else replace(
            part,
            filter=read_filter(
                roots[text], version=version.fes, srs=part.srs, types=part.type_names, parameter=parameter
            ),
            texts={"FILTER": text, "NAMESPACES": parameters.get("NAMESPACES")},
        )
        for part, text in zip(parts, texts, strict=True)
    ]


def _with_cql(parameters: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    if len(parts) > 1:
        raise InvalidParameter(
            _("CQL_FILTER s’écrit pour un seul type à la fois."), parameter=parameters.written("CQL_FILTER")
        )
    text = parameters.needed("CQL_FILTER")
    condition = parse_filter(text, crs=CRS84, parameter=parameters.written("CQL_FILTER"))
    return [replace(part, condition=condition, texts=part.texts | {"CQL_FILTER": text}) for part in parts]


def _with_bbox(parameters: Parameters, parts: list[QueryParts], version: Version) -> list[QueryParts]:
    return [
        replace(
            part,
            bbox=read_bbox(text, version=version, srs=part.srs, parameter=parameters.written("BBOX")),
            texts=part.texts | {"bbox": text},
        )
        for part, text in zip(parts, _grouped(parameters, "BBOX", parts), strict=True)
    ]


def _with_resources(parameters: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    return [
        replace(part, ids=tuple(texts), texts={"RESOURCEID": text})
        for part, text, texts in _resources(parameters, parts)
    ]


def _resources(
    parameters: Parameters, parts: list[QueryParts]
) -> Iterator[tuple[QueryParts, str, list[str]]]:
    """Yield the requested identifiers of each type, as one text and as a list."""
    parameter, count = parameters.written("RESOURCEID"), 0
    for part, text in zip(parts, _grouped(parameters, "RESOURCEID", parts, most=check_ids), strict=True):
        texts = split_items(text, parameter=parameter, most=check_ids)
        count += len(texts)
        check_ids(count, parameter=parameter)
        yield part, text, texts


def _with_properties(parameters: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    parameter, prefixes = parameters.written("PROPERTYNAME"), read_prefixes(parameters)
    return [
        replace(
            part,
            properties=read_properties(
                split_items(text, parameter=parameter),
                prefixes=prefixes,
                types=part.type_names,
                parameter=parameter,
            ),
        )
        for part, text in zip(parts, _grouped(parameters, "PROPERTYNAME", parts), strict=True)
    ]


def _with_sort(parameters: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    parameter, prefixes = parameters.written("SORTBY"), read_prefixes(parameters)
    texts = _grouped(parameters, "SORTBY", parts)
    return [
        replace(
            part,
            sort=read_sort_text(text, prefixes=prefixes, types=part.type_names, parameter=parameter),
        )
        if text or not any(texts)
        else part
        for part, text in zip(parts, texts, strict=True)
    ]


# In this order: a filter may use the system and the alias of its type.
_READERS = {
    "SRSNAME": _with_srs,
    "ALIASES": _with_aliases,
    "FILTER": _with_filter,
    "CQL_FILTER": _with_cql,
    "BBOX": _with_bbox,
    "RESOURCEID": _with_resources,
    "PROPERTYNAME": _with_properties,
    "SORTBY": _with_sort,
}
