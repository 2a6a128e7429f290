"""GetFeature and GetPropertyValue as addresses and forms write them: what is asked of each type, list by list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from layers.crs import CRS84
from layers.errors import InvalidParameter
from layers.parsing.cql2 import parse_filter
from wfs.errors import UnsupportedOption
from wfs.names import local_type, read_resource_id
from wfs.parsing.bounds import check_ids, check_queries
from wfs.parsing.fes import ParsedFilter, read_filter
from wfs.parsing.kvp.parameters import (
    OF_QUESTIONS,
    Parameters,
    read_prefixes,
    split_filters,
    split_groups,
    split_items,
)
from wfs.parsing.options import MAX_COUNT, check_feature_count, check_resolve, read_output, read_result_type
from wfs.parsing.srs_names import parse_srs_name
from wfs.parsing.type_queries import (
    QueryParts,
    by_id_query,
    check_stored_query,
    read_bbox,
    read_properties,
    read_sort_text,
    read_value_reference,
)
from wfs.parsing.xml.elements import Element
from wfs.parsing.xml.reader import check_markup, parse_xml
from wfs.requests import ANCHOR, GetFeature, GetPropertyValue, SrsName, TypeQuery
from wfs.versions import Version

SELECTING = ("FILTER", "CQL_FILTER", "BBOX", "RESOURCEID")
# What a stored query has no place for: it is the question.
_STORED = (OF_QUESTIONS - {"TYPENAMES", "ALIASES", "PROPERTYNAME", "SORTBY", *SELECTING}) | {
    "STOREDQUERY_ID",
    "ID",
}


def read_get_feature(given: Parameters, version: Version, known: Sequence[str] = ()) -> GetFeature:
    """Read GetFeature; ``known`` are the parameters that the caller reads itself.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    is_stored = "STOREDQUERY_ID" in given
    given.check((_STORED if is_stored else OF_QUESTIONS) | {ANCHOR, *known})
    check_resolve(given.get("RESOLVE", "none"), parameter=given.written("RESOLVE"))
    asked = GetFeature(
        version,
        (),
        output=read_output(given.get("OUTPUTFORMAT"), version, parameter=given.written("OUTPUTFORMAT")),
        count=check_feature_count(
            given.number("COUNT", largest=MAX_COUNT), version, parameter=given.written("COUNT")
        ),
        start_index=given.number("STARTINDEX", largest=MAX_COUNT) or 0,
        anchor=given.get(ANCHOR),
        is_hits=read_result_type(given.get("RESULTTYPE"), version, parameter=given.written("RESULTTYPE")),
    )
    if is_stored:
        check_stored_query(given.get("STOREDQUERY_ID"), version, parameter=given.written("STOREDQUERY_ID"))
        found = by_id_query(given.needed("ID"), srs=_srs(given, version))
        return replace(asked, queries=(found,), is_single=True)
    return replace(asked, queries=read_queries(given, version))


def read_get_property_value(given: Parameters, version: Version) -> GetPropertyValue:
    """Read GetPropertyValue.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    reference = given.needed("VALUEREFERENCE")
    features = read_get_feature(given, version, ["VALUEREFERENCE", "RESOLVEPATH"])
    if "RESOLVEPATH" in given:
        raise UnsupportedOption(
            _("Aucun objet n’en désigne un autre : RESOLVEPATH n’est pas servi."), parameter="resolvePath"
        )
    callings = [query.name for query in features.queries]
    name = read_value_reference(reference, prefixes=read_prefixes(given), callings=callings)
    return GetPropertyValue(features, reference, name)


def _srs(given: Parameters, version: Version) -> SrsName | None:
    return _srs_name(given.get("SRSNAME"), given, version) if "SRSNAME" in given else None


def _srs_name(text: str, given: Parameters, version: Version) -> SrsName:
    return parse_srs_name(text, parameter=given.written("SRSNAME"), is_xy=version.is_xy)


def read_queries(given: Parameters, version: Version) -> tuple[TypeQuery, ...]:
    """Return what is asked of each type that the parameters name, or that their identifiers are of.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    _check_alone(given)
    prefixes = read_prefixes(given)
    if "TYPENAMES" not in given and "RESOURCEID" in given:
        return _by_resources(given, version)
    parts = [QueryParts(name) for name in _types(given, version, prefixes)]
    for parameter, read in _READERS.items():
        if parameter in given:
            parts = read(given, parts, version)
    where = given.written("RESOURCEID" if "RESOURCEID" in given else "FILTER")
    return tuple(part.query(version, parameter=where) for part in parts)


def _check_alone(given: Parameters) -> None:
    """Refuse two ways of choosing the rows, but for a box beside a filter of CQL2 (OGC 09-025r2, 7.9.2.5.2)."""
    found = [name for name in SELECTING if name in given]
    if len(found) > 1 and set(found) != {"CQL_FILTER", "BBOX"}:
        raise InvalidParameter(
            _("%(first)s et %(second)s s’excluent : donnez l’un ou l’autre.")
            % {"first": given.written(found[0]), "second": given.written(found[1])},
            parameter=given.written(found[1]),
        )


def _by_resources(given: Parameters, version: Version) -> tuple[TypeQuery, ...]:
    """Return a query for each type that the resources are of, in the order in which they come."""
    parameter, by_type = given.written("RESOURCEID"), dict[str, list[str]]()
    for text in read_resources(given):
        name, _pk = read_resource_id(text, parameter=parameter)
        by_type.setdefault(name, []).append(text)
        check_queries(len(by_type), parameter=parameter)
    srs = _srs(given, version)
    parts = [
        QueryParts(name, ids=tuple(texts), srs=srs, told={"RESOURCEID": ",".join(texts)})
        for name, texts in by_type.items()
    ]
    for name in ("PROPERTYNAME", "SORTBY"):
        if name in given:
            parts = _READERS[name](given, parts, version)
    return tuple(part.query(version, parameter=parameter) for part in parts)


def read_resources(given: Parameters) -> list[str]:
    """Return the identifiers of features that the parameters name, as they are written.

    Raises:
        InvalidParameter: more than one request names.
    """
    text, parameter = given.needed("RESOURCEID"), given.written("RESOURCEID")
    # A client may write each of them in parentheses of its own.
    parts = split_groups(text, parameter=parameter, most=check_ids)
    check_ids(sum(part.count(",") + 1 for part in parts), parameter=parameter)
    return [name for part in parts for name in split_items(part, parameter=parameter, most=check_ids)]


def _types(given: Parameters, version: Version, prefixes: Mapping[str, str]) -> list[str]:
    text, parameter = given.needed("TYPENAMES"), given.written("TYPENAMES")
    parts = split_groups(text, parameter=parameter)
    found = [split_items(part, parameter=parameter) for part in parts]
    if not version.is_2 and len(found) == 1:
        found = [[name] for name in found[0]]
    check_queries(len(found), parameter=parameter)
    if any(len(names) > 1 for names in found):
        raise UnsupportedOption(
            _("Les jointures ne sont pas servies : pour plusieurs types, écrivez (a)(b) et non a,b."),
            parameter=parameter,
        )
    return [local_type("".join(names), prefixes=prefixes, parameter=parameter) for names in found]


def _each(given: Parameters, name: str, parts: Sequence[QueryParts], texts: Sequence[str]) -> list[str]:
    """Return one text for each type: a single one, or the same one for each resource, is for all of them."""
    if len(set(texts)) == 1:
        return list(texts[:1]) * len(parts)
    if len(texts) != len(parts):
        raise InvalidParameter(
            _("%(name)s compte %(count)d listes pour %(types)d types.")
            % {"name": given.written(name), "count": len(texts), "types": len(parts)},
            parameter=given.written(name),
        )
    return list(texts)


def _grouped(
    given: Parameters, name: str, parts: Sequence[QueryParts], *, most: Callable[..., None] = check_queries
) -> list[str]:
    texts = split_groups(given.get(name), parameter=given.written(name), most=most)
    return _each(given, name, parts, texts)


def _with_srs(given: Parameters, parts: list[QueryParts], version: Version) -> list[QueryParts]:
    """Read a system for all types, or ``(a)()(b)``: one for each, the default of the version where it is left out."""
    texts = _grouped(given, "SRSNAME", parts)
    return [
        replace(part, srs=_srs_name(text, given, version)) if text or not any(texts) else part
        for part, text in zip(parts, texts, strict=True)
    ]


def _with_aliases(given: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    aliases = split_groups(given.get("ALIASES"), parameter=given.written("ALIASES"))
    if len(aliases) != len(parts) or any("," in alias for alias in aliases):
        raise InvalidParameter(
            _("%(name)s attend un nom pour chacun des %(types)d types.")
            % {"name": given.written("ALIASES"), "types": len(parts)},
            parameter=given.written("ALIASES"),
        )
    return [replace(part, alias=alias.strip()) for part, alias in zip(parts, aliases, strict=True)]


def _with_filter(given: Parameters, parts: list[QueryParts], version: Version) -> list[QueryParts]:
    text, parameter = given.needed("FILTER"), given.written("FILTER")
    check_markup(text.encode(errors="replace"), parameter=parameter)
    texts = _each(given, "FILTER", parts, split_filters(text, parameter=parameter))
    roots = {
        text: parse_xml(text, parameter=parameter) for text in dict.fromkeys(texts) if text or not any(texts)
    }
    return [
        replace(part, filter=_filter(roots[text], part, version, parameter), told={"FILTER": text})
        if text in roots
        else part
        for part, text in zip(parts, texts, strict=True)
    ]


def _filter(root: Element, part: QueryParts, version: Version, parameter: str) -> ParsedFilter:
    return read_filter(root, version=version.fes, srs=part.srs, types=part.callings, parameter=parameter)


def _with_cql(given: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    if len(parts) > 1:
        raise InvalidParameter(
            _("CQL_FILTER s’écrit pour un seul type à la fois."), parameter=given.written("CQL_FILTER")
        )
    text = given.needed("CQL_FILTER")
    condition = parse_filter(text, crs=CRS84, parameter=given.written("CQL_FILTER"))
    return [replace(part, condition=condition, told=part.told | {"CQL_FILTER": text}) for part in parts]


def _with_bbox(given: Parameters, parts: list[QueryParts], version: Version) -> list[QueryParts]:
    return [
        replace(
            part,
            bbox=read_bbox(text, version=version, srs=part.srs, parameter=given.written("BBOX")),
            told=part.told | {"bbox": text},
        )
        for part, text in zip(parts, _grouped(given, "BBOX", parts), strict=True)
    ]


def _with_resources(given: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    return [
        replace(part, ids=tuple(texts), told={"RESOURCEID": text})
        for part, text, texts in _resources(given, parts)
    ]


def _resources(given: Parameters, parts: list[QueryParts]) -> Iterator[tuple[QueryParts, str, list[str]]]:
    """Yield the identifiers asked of each type, as one text and one by one."""
    parameter, count = given.written("RESOURCEID"), 0
    for part, text in zip(parts, _grouped(given, "RESOURCEID", parts, most=check_ids), strict=True):
        texts = split_items(text, parameter=parameter, most=check_ids)
        count += len(texts)
        check_ids(count, parameter=parameter)
        yield part, text, texts


def _with_properties(given: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    parameter, prefixes = given.written("PROPERTYNAME"), read_prefixes(given)
    return [
        replace(
            part,
            properties=read_properties(
                split_items(text, parameter=parameter),
                prefixes=prefixes,
                callings=part.callings,
                parameter=parameter,
            ),
        )
        for part, text in zip(parts, _grouped(given, "PROPERTYNAME", parts), strict=True)
    ]


def _with_sort(given: Parameters, parts: list[QueryParts], _version: Version) -> list[QueryParts]:
    parameter, prefixes = given.written("SORTBY"), read_prefixes(given)
    texts = _grouped(given, "SORTBY", parts)
    return [
        replace(
            part,
            sort=read_sort_text(text, prefixes=prefixes, callings=part.callings, parameter=parameter),
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
