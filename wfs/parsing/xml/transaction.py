"""Transaction as bodies write it, in the elements of each version: actions that are not done yet, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from layers.crs import Crs
from layers.errors import InvalidFeature, InvalidParameter, MissingParameter, UnreadableRequest
from layers.parsing.srs_names import SrsName, parse_srs_name, x_first
from layers.parsing.xml.elements import Element, check_attributes, check_children, needed_attribute
from wfs.errors import UnsupportedOption, in_action
from wfs.names import GEOMETRY, NAMESPACE, local_type, read_resource_id
from wfs.parsing.fes import read_filter, read_property_name
from wfs.parsing.gml import check_axes, is_geometry, read_shape
from wfs.requests import (
    Action,
    DeleteAction,
    FeatureContent,
    InsertAction,
    ReplaceAction,
    Transaction,
    TypeQuery,
    UpdateAction,
    default_srs,
)
from wfs.versions import V1_1_0, GmlVersion, Version

# Features inserted, and elements of the other actions.
MAX_ACTIONS = 1_000
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_COMMON = frozenset({"handle", "srsName", "inputFormat", "typeName"})
_MEMBERS = ("member", "featureMember", "featureMembers")
_PREFIXES = {"gml": GmlVersion.V3_2.namespace}
_GML = frozenset(gml.namespace for gml in GmlVersion)
# Properties of every feature of GML (OGC 07-036, 9.4): the portal computes the extent, and stores no other.
_OF_EVERY_FEATURE = frozenset(
    {"metaDataProperty", "description", "descriptionReference", "identifier", "name", "boundedBy", "location"}
)


def is_of_gdal(root: Element, version: Version) -> bool:
    """Whether a transaction is as GDAL 3.10 sends it to a service of 2.0.0: in the elements of 1.1.0."""
    return version.is_2 and (root.namespace, root.name) == (V1_1_0.wfs, "Transaction")


def read_transaction(root: Element, version: Version) -> Transaction:
    """Read Transaction; locks are not served, so that which of them to release says nothing.

    Raises:
        UnsupportedOption: a lock, a native action.
        BadRequest: its other subclasses name the culprit, and the action by its handle.
    """
    check_attributes(root, ("service", "version", "handle", "releaseAction", "lockId"))
    if "lockId" in root.attributes or root.child("LockId") is not None:
        raise UnsupportedOption(_("Les verrous ne sont pas servis."), parameter="lockId")
    written = V1_1_0 if is_of_gdal(root, version) else version
    actions, searches = list[Action](), 0
    for rank, element in enumerate(root.children, start=1):
        with in_action(rank, element.name[:60], element.attributes.get("handle", "")):
            read = list(_actions(element, root, written))
            actions += read
            searches += sum(map(_is_search, read))
            if len(actions) > MAX_ACTIONS:
                raise UnreadableRequest(
                    _("une transaction compte au plus %d actions.") % MAX_ACTIONS, parameter=root.name
                )
            if searches > settings.WFS_MAX_QUERIES:
                raise _too_many_searches()
    return Transaction(version, tuple(actions), written)


def _is_search(action: Action) -> bool:
    """Whether the features of an action are looked for in their layer, and not named."""
    return not isinstance(action, InsertAction) and action.target.ids is None


def _too_many_searches() -> InvalidParameter:
    return InvalidParameter(
        _("une transaction cherche des objets par au plus %d filtres : nommez-les par leur identifiant.")
        % settings.WFS_MAX_QUERIES,
        parameter="Filter",
    )


def _actions(element: Element, root: Element, version: Version) -> Iterable[Action]:
    if element.name == "Native":
        raise UnsupportedOption(_("Aucune action Native n’est servie."), parameter="Native")
    read = _READERS.get(element.name)
    if read is None or element.namespace != root.namespace or (read is _replace and not version.is_2):
        raise UnreadableRequest(
            _("%(element)s, de l’espace de noms « %(namespace)s », n’a pas sa place dans <%(parent)s>.")
            % {"element": element, "namespace": element.namespace[:80], "parent": root.name},
            parameter=element.name[:60],
        )
    return read(element, version)


def _insert(element: Element, version: Version) -> Iterable[Action]:
    check_attributes(element, _COMMON | {"idgen"})
    if element.attributes.get("idgen", "GenerateNew") != "GenerateNew":
        raise UnsupportedOption(
            _("Le portail donne les identifiants : idgen=GenerateNew."), parameter="idgen"
        )
    features = list(_features(element.children))
    if not features:
        raise MissingParameter(_("%s ne contient aucun objet.") % element, parameter=element.name)
    handle = element.attributes.get("handle", "")
    srs = _srs(element, version)
    return [InsertAction(_feature(child, srs, version), handle) for child in features]


def _features(elements: Iterable[Element]) -> Iterable[Element]:
    """Yield the features of an Insert, those of a collection in it too."""
    for element in elements:
        if element.namespace == NAMESPACE or element.name != "FeatureCollection":
            yield element
        else:
            for member in element.named(*_MEMBERS):
                yield from member.children


def _update(element: Element, version: Version) -> Iterable[Action]:
    check_attributes(element, _COMMON)
    check_children(element, ("Property", "Filter"), namespaces=(version.fes.namespace, ""))
    name, srs = _type_name(element), _srs(element, version)
    pairs = [_property(child, name, version) for child in element.named("Property")]
    if not pairs:
        raise MissingParameter(_("%s ne nomme aucune propriété.") % element, parameter="Property")
    target = _target(element, version, name=name)
    return [
        UpdateAction(target, _content(target.name, pairs, srs, version), element.attributes.get("handle", ""))
    ]


def _property(element: Element, type_name: str, version: Version) -> tuple[str, Element | None]:
    """Return the local name of a property to change and its value, None for no value.

    Raises:
        InvalidFeature: a property of every feature of GML, which nothing stores.
    """
    called = "ValueReference" if version.is_2 else "Name"
    check_children(element, (called, "Value"))
    named, value = element.child(called), element.child("Value")
    if named is None:
        raise MissingParameter(
            _("%(element)s demande <%(name)s>.") % {"element": element, "name": called}, parameter=called
        )
    how = named.attributes.get("action", "replace")
    if how not in {"replace", "remove"}:
        raise UnsupportedOption(
            _("Une propriété n’a qu’une valeur : action « %s » n’est pas servie.") % how[:40],
            parameter="action",
        )
    if _is_of_gml(named):
        raise InvalidFeature(
            _("« %s » est une propriété de GML, que le portail calcule ou ne garde pas.")
            % named.text.strip()[:80],
            parameter=called,
        )
    name = read_property_name(named.text, prefixes=named.prefixes, types=(type_name,), parameter=called)
    return name, None if how == "remove" else value


def _is_of_gml(named: Element) -> bool:
    """Whether a path leads to a property of every feature of GML: ``gml:name[1]``."""
    prefix, mark, local = named.text.strip().rpartition("/")[2].removesuffix("[1]").rpartition(":")
    # Without a prefix a path is one of ours, whatever the default namespace.
    namespace = named.prefixes.get(prefix, _PREFIXES.get(prefix)) if mark else None
    return namespace in _GML and local in _OF_EVERY_FEATURE


def _replace(element: Element, version: Version) -> Iterable[Action]:
    check_attributes(element, _COMMON)
    features = [child for child in element.children if child.name != "Filter"]
    if len(features) != 1:
        raise UnreadableRequest(_("%s attend un objet et un filtre.") % element, parameter=element.name)
    feature = _feature(features[0], _srs(element, version), version)
    target = _target(element, version, name=feature.name)
    return [ReplaceAction(target, feature, element.attributes.get("handle", ""))]


def _delete(element: Element, version: Version) -> Iterable[Action]:
    check_attributes(element, _COMMON)
    check_children(element, ("Filter",), namespaces=(version.fes.namespace, ""))
    target = _target(element, version, name=_type_name(element))
    return [DeleteAction(target, element.attributes.get("handle", ""))]


_READERS: Mapping[str, Callable[[Element, Version], Iterable[Action]]] = {
    "Insert": _insert,
    "Update": _update,
    "Replace": _replace,
    "Delete": _delete,
}


def _type_name(element: Element) -> str:
    typed = needed_attribute(element, "typeName")
    return local_type(typed, prefixes=element.prefixes, parameter="typeName")


def _target(element: Element, version: Version, *, name: str) -> TypeQuery:
    """Return the features of an action, by its required filter.

    Raises:
        MissingParameter: no filter, which would be every feature of the type.
    """
    filters = element.named("Filter")
    if len(filters) != 1:
        raise MissingParameter(
            _("%s attend un filtre, et un seul, qui dit de quels objets il s’agit.") % element,
            parameter="Filter",
        )
    srs = _srs(element, version)
    parsed = read_filter(filters[0], version=version.fes, srs=srs, types=(name,), parameter="Filter")
    if parsed.expression is not None:
        return TypeQuery(name, filter=parsed.expression, srs=srs)
    return TypeQuery(name, ids=tuple(dict.fromkeys(_own_id(text, name) for text in parsed.ids)), srs=srs)


def _own_id(text: str, name: str) -> int:
    kind, pk = read_resource_id(text, parameter="Filter")
    if kind != name:
        raise UnreadableRequest(
            _("« %(id)s » n’est pas un objet de « %(type)s ».") % {"id": text[:80], "type": name[:80]},
            parameter="Filter",
        )
    return pk


def _srs(element: Element, version: Version) -> SrsName:
    text = element.attributes.get("srsName", "")
    if not text:
        return default_srs(version)
    return parse_srs_name(text, parameter="srsName", is_xy=version.is_xy)


def _feature(element: Element, srs: SrsName, version: Version) -> FeatureContent:
    """Read a feature: the portal gives its identifier, and stores the properties of its layer alone.

    Raises:
        InvalidFeature: an element of another namespace.
    """
    if element.namespace != NAMESPACE:
        raise InvalidFeature(
            _("%(element)s n’est pas un type d’objets de l’espace de noms %(namespace)s.")
            % {"element": element, "namespace": NAMESPACE},
            parameter=element.name[:60],
        )
    properties, ignored = list[Element](), dict[str, None]()
    for child in element.children:
        if child.name == "boundedBy" and child.namespace in _GML | {""}:
            continue
        if child.namespace in _GML and child.name in _OF_EVERY_FEATURE:
            ignored[f"gml:{child.name}"] = None
            continue
        properties.append(child)
        if child.namespace not in {NAMESPACE, ""}:
            raise UnreadableRequest(
                _("%(element)s, de l’espace de noms « %(namespace)s », n’a pas sa place dans <%(parent)s>.")
                % {"element": child, "namespace": child.namespace[:80], "parent": element.name[:60]},
                parameter=child.name[:60],
            )
    content = _content(element.name, [(child.name, child) for child in properties], srs, version)
    return replace(content, ignored=tuple(ignored))


def _content(
    name: str, pairs: Iterable[tuple[str, Element | None]], srs: SrsName, version: Version
) -> FeatureContent:
    values: dict[str, str | None] = {}
    shape: tuple[Any, Crs] | None = None
    names: set[str] = set()
    for called, element in pairs:
        if called in names:
            raise UnreadableRequest(_("« %s » est donné deux fois.") % called[:60], parameter=called[:60])
        names.add(called)
        if called == GEOMETRY:
            shape = _shape(element, srs, version)
        else:
            values[called] = _text(called, element)
    if shape is None:
        return FeatureContent(name, values)
    return FeatureContent(name, values, shape[0].__geo_interface__, shape[1])


def _shape(element: Element | None, srs: SrsName, version: Version) -> tuple[Any, Crs]:
    """Read a geometry to write: x, y in 1.0.0, where QGIS writes so under the names that have latitude first."""
    inside = [] if element is None else element.children
    if len(inside) != 1 or not is_geometry(inside[0]):
        raise UnreadableRequest(_("« %s » attend une géométrie en GML.") % GEOMETRY, parameter=GEOMETRY)
    shape, of = read_shape(inside[0], default=srs.crs, parameter=GEOMETRY)
    of = x_first(of) if version.is_xy else of
    check_axes(inside[0], shape, of, parameter=GEOMETRY)
    return shape, of


def _text(name: str, element: Element | None) -> str | None:
    if element is None or element.attributes.get(_NIL, "").strip() in {"true", "1"}:
        return None
    if element.children:
        raise UnreadableRequest(
            _("« %s » attend une valeur simple, sans élément dedans.") % name[:60], parameter=name[:60]
        )
    return element.text
