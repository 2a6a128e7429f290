"""Transaction: every action through the service that writes features, together or not at all.

Desktop tools send no version: the last write wins, and the answer says whose recent values it replaced; the history
has them. A client that knows a version gives it in ``If-Match``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from export_formats.tables import LIST_SEPARATOR
from layers import queries
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.errors import (
    Forbidden,
    InvalidDatetime,
    InvalidFeature,
    InvalidParameter,
    TooCostly,
    UnknownProperty,
)
from layers.formats.xml_names import xml_name
from layers.parsing import FeatureQuery
from layers.parsing.cql2.nodes import read_boolean, read_number
from layers.parsing.datetimes import parse_local_moment
from layers.parsing.feature import FeatureInput, parse_feature, parse_patch
from layers.services.features import (
    WrittenFeature,
    all_or_nothing,
    create_feature,
    delete_feature,
    is_addable,
    is_changeable,
    is_deletable,
    replace_feature,
    update_feature,
    why_read_only,
    writable_names,
)
from layers.sql.query_limiter import check_time_to_write
from layers.vocabulary import WriteRight
from wfs.errors import in_action
from wfs.formats.transactions import Inserted, Summary, transaction_response
from wfs.names import resource_id
from wfs.operations.features import fields_by_name
from wfs.operations.service import DeferredResponse, Response, Service
from wfs.parsing.fes import rename_properties
from wfs.requests import (
    Action,
    DeleteAction,
    FeatureContent,
    InsertAction,
    ReplaceAction,
    Transaction,
    TypeQuery,
    UpdateAction,
)

# Features that one request may change, however few its actions.
MAX_FEATURES = 1_000
# What was written before the day before is no surprise to who writes over it.
_RECENT = dt.timedelta(days=1)


def transaction(service: Service, request: Transaction) -> DeferredResponse:
    """Return the answer of a transaction, which is done when the answer is written."""
    return DeferredResponse(None, lambda: Response(transaction_response(request, _done(service, request))))


def _done(service: Service, request: Transaction) -> Summary:
    """Do every action.

    Raises:
        LayersError: the first action that is refused, named by its handle; nothing is kept.
    """
    summary, named = Summary(), 0
    for rank, action in enumerate(request.actions, start=1):
        named += _named(action)
        if named > MAX_FEATURES:
            with in_action(rank, action.word, action.handle):
                raise _too_many()
    with all_or_nothing():
        for rank, action in enumerate(request.actions, start=1):
            with in_action(rank, action.word, action.handle):
                _DOERS[type(action)](service, action, summary)
                if summary.total > MAX_FEATURES:
                    raise _too_many()
    return summary


def _named(action: Action) -> int:
    """Return how many features an action declares to write; 0 where a filter decides."""
    if isinstance(action, InsertAction):
        return 1
    return 0 if action.target.ids is None else len(action.target.ids)


def _too_many() -> TooCostly:
    return TooCostly(_("une transaction change au plus %d objets.") % MAX_FEATURES)


_ALLOWED: Mapping[WriteRight, Callable[[Scope], bool]] = {
    WriteRight.ADD: is_addable,
    WriteRight.CHANGE: is_changeable,
    WriteRight.DELETE: is_deletable,
}


def _scope(service: Service, name: str, parameter: str, right: WriteRight) -> Scope:
    """Return the scope of a layer of which the visitor has a right on some features.

    Raises:
        MissingCredentials, Forbidden: they do not.
    """
    scope = service.scope(name, parameter=parameter)
    if not _ALLOWED[right](scope):
        raise Forbidden(why_read_only(scope, right))
    return scope


def _scope_of_feature(service: Service, content: FeatureContent, action: str, right: WriteRight) -> Scope:
    """Return the scope of the layer of a feature to write.

    Raises:
        InvalidFeature: there is no such type.
        MissingCredentials, Forbidden: as ``_scope``.
    """
    try:
        return _scope(service, content.name, action, right)
    except InvalidParameter as error:
        raise InvalidFeature(error.detail, parameter=content.name[:60]) from None


def _ignored(content: FeatureContent) -> Iterator[str]:
    """Yield the warning about properties of every feature of GML, of which none is stored."""
    if content.ignored:
        yield _("propriétés de GML que le portail ne garde pas : %s.") % ", ".join(content.ignored)


def _insert(service: Service, action: InsertAction, summary: Summary) -> None:
    scope = _scope_of_feature(service, action.feature, "Insert", WriteRight.ADD)
    done = create_feature(scope=scope, draft=_draft(scope, action.feature, parse_feature))
    summary.inserted.append(Inserted(resource_id(scope.slug, done.pk), action.handle))
    summary.warn(scope.slug, done.pk, [*done.warnings, *_ignored(action.feature)])


def _update(service: Service, action: UpdateAction, summary: Summary) -> None:
    scope = _scope(service, action.target.name, "typeName", WriteRight.CHANGE)
    draft = _draft(scope, action.changes, parse_patch)
    if draft.geometry is None and not draft.values.keys() & writable_names(scope):
        # Clients send back a null beside what they change; alone, it would empty what the portal computes.
        for name, value in draft.values.items():
            if value is None:
                raise _computed(name)
    for pk in _targets(scope, action.target, summary):
        author = _other_author(scope, pk)
        done = update_feature(scope=scope, pk=pk, draft=draft, expected=service.expected)
        _check_computed(done)
        summary.updated += 1
        summary.warn(scope.slug, pk, [*done.warnings, *_overwritten(scope, pk, author)])


def _computed(name: str) -> InvalidFeature:
    """Return the fault of a change to what the portal computes."""
    return InvalidFeature(_("« %s » est calculé par le portail.") % name, parameter=name)


def _check_computed(done: WrittenFeature) -> None:
    """Refuse a change to what the portal computes; clients send back all that they have read, unchanged.

    Raises:
        InvalidFeature: a value that is neither the former nor the new one.
    """
    if done.ignored_properties:
        raise _computed(done.ignored_properties[0])


def _replace(service: Service, action: ReplaceAction, summary: Summary) -> None:
    scope = _scope_of_feature(service, action.feature, "Replace", WriteRight.CHANGE)
    draft = _draft(scope, action.feature, parse_feature)
    pks = list(_targets(scope, action.target, summary))
    if len(pks) != 1:
        raise InvalidFeature(
            _("Replace remplace un objet, et le filtre en désigne %d.") % len(pks), parameter="Filter"
        )
    author = _other_author(scope, pks[0])
    done = replace_feature(scope=scope, pk=pks[0], draft=draft, expected=service.expected)
    _check_computed(done)
    summary.replaced.append(Inserted(resource_id(scope.slug, done.pk), action.handle))
    summary.warn(
        scope.slug,
        done.pk,
        [*done.warnings, *_ignored(action.feature), *_overwritten(scope, done.pk, author)],
    )


def _delete(service: Service, action: DeleteAction, summary: Summary) -> None:
    scope = _scope(service, action.target.name, "typeName", WriteRight.DELETE)
    for pk in _targets(scope, action.target, summary):
        delete_feature(scope=scope, pk=pk, expected=service.expected)
        summary.deleted += 1


_DOERS: Mapping[type[Action], Callable[[Service, Any, Summary], None]] = {
    InsertAction: _insert,
    UpdateAction: _update,
    ReplaceAction: _replace,
    DeleteAction: _delete,
}


def _targets(scope: Scope, target: TypeQuery, summary: Summary) -> tuple[int, ...]:
    """Return the ids of the features that an action is about; one that is named must be there when it is written.

    ``summary`` is what the transaction has written before.

    Raises:
        TooCostly: more than a transaction changes, before any of them is.
        TooSlow: the time of the request is over.
        UnknownProperty: the filter names what the visitor does not have.
    """
    if target.ids is not None:
        return target.ids
    assert target.filter is not None or target.bbox is not None  # the reader gives one of the three
    names = {name: field.name for name, field in fields_by_name(scope).items()}
    query = FeatureQuery(
        bbox=target.bbox, filter=None if target.filter is None else rename_properties(target.filter, names)
    )
    check_time_to_write()
    rows = queries.select(scope, query).queryset.order_by("pk").values_list("pk", flat=True)
    features = tuple(rows[: MAX_FEATURES + 1])
    if summary.total + len(features) > MAX_FEATURES:
        raise _too_many()
    return features


Parse = Callable[..., FeatureInput]


def _draft(scope: Scope, content: FeatureContent, parse: Parse) -> FeatureInput:
    """Return what a client wrote, read by the same rules as GeoJSON.

    Raises:
        UnknownProperty: a property that the visitor does not have.
        InvalidFeature, InvalidGeometry: as ``layers.parsing.feature``.
    """
    fields = fields_by_name(scope)
    unknown = next((name for name in content.values if name not in fields), None)
    if unknown is not None:
        raise UnknownProperty(unknown[:63], parameter=unknown[:63])
    document: dict[str, Any] = {
        "type": "Feature",
        "properties": {
            fields[name].name: _value(fields[name], text) for name, text in content.values.items()
        },
    }
    if content.geometry is not None or parse is parse_feature:
        document["geometry"] = content.geometry
    return parse(
        json.dumps(document).encode(), scope.filterable, kind=scope.definition.geometry, crs=content.crs
    )


def _value(field: Field, text: str | None) -> object:
    """Return a value of XML Schema as GeoJSON has it; what is none is left as it is, to be refused by name."""
    if text is None:
        return None
    try:
        return _FORMS.get(field.type, str)(text)
    except (ValueError, InvalidDatetime):
        return text


def _number(text: str) -> object:
    number = read_number(text.strip())
    return number if isinstance(number, int) else float(number)


def _moment(text: str) -> str:
    return parse_local_moment(text, parameter="").isoformat()


def _texts(text: str) -> list[str]:
    return [part.strip() for part in text.split(LIST_SEPARATOR.strip()) if part.strip()]


_FORMS: Mapping[FieldType, Callable[[str], object]] = {
    FieldType.INTEGER: _number,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: lambda text: read_boolean(text.strip()),
    FieldType.DATE: _moment,
    FieldType.DATETIME: _moment,
    FieldType.TEXTS: _texts,
}


def _other_author(scope: Scope, pk: int) -> str:
    """Return who else has recently changed a feature; empty for nobody."""
    visitor = scope.visitor
    author = queries.last_author(scope, pk, since=visitor.instant - _RECENT)
    return "" if author == visitor.username else author


def _overwritten(scope: Scope, pk: int, author: str) -> Iterator[str]:
    """Return the warning about values of another author that a change replaced; the history has them."""
    changes = queries.history(scope, pk).changes if author else ()
    if changes and changes[0].fields:
        values = ", ".join(
            f"{xml_name(each.field.name)} = {str(each.before)[:60]}" for each in changes[0].fields
        )
        yield _(
            "%(author)s venait de modifier cet objet ; valeurs remplacées, que l’historique garde : %(values)s."
        ) % {
            "author": author,
            "values": values,
        }
