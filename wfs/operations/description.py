"""What describes the service to a visitor: capabilities, schemas, stored queries, and the record of a layer."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from layers import access, queries
from layers.access import Scope
from layers.cache import BoundedCache
from layers.errors import InvalidParameter
from layers.services.features import is_addable, is_changeable, is_deletable
from metadata.iso19139 import iso_document
from metadata.records import layer_record as record_of_layer
from wfs.formats.capabilities import CapabilitiesContext, capabilities
from wfs.formats.schema import feature_types_schema
from wfs.formats.stored_queries import stored_query_descriptions, stored_query_list
from wfs.operations.service import XML, DeferredResponse, Response, Service
from wfs.parsing.fes import FUNCTIONS
from wfs.requests import (
    STORED_QUERIES,
    DescribeFeatureType,
    DescribeStoredQueries,
    GetCapabilities,
    ListStoredQueries,
)
from wfs.versions import Version

# One for each set of permissions, version and address: a few hundred kilobytes each.
_documents: BoundedCache[bytes] = BoundedCache(50)


def get_capabilities(service: Service, request: GetCapabilities) -> DeferredResponse:
    """Return the capabilities, cached until the data or the catalogue change."""
    scopes = service.scopes()
    writable = {scope.slug: actions for scope in scopes if (actions := _actions(scope, request.version))}
    # A token for reading and one for writing see the same rows: what they may do is part of the answer.
    rights = (f"{slug}={','.join(actions)}" for slug, actions in writable.items())
    parts = ("GetCapabilities", str(request.version), *sorted(request.sections), *rights)
    fresh = service.fresh(scopes, *parts)

    def write() -> Response:
        # Links hold the token of who sent it in the address: theirs alone, and remembered for nobody; or a day.
        if service.visitor.carried:
            return Response(document())
        return Response(_documents.recall(fresh.etag, document))

    def document() -> bytes:
        context = CapabilitiesContext(
            request,
            service.endpoint,
            service.reverse,
            service.record_of,
            FUNCTIONS,
            queries.extents(scopes),
            writable,
        )
        return capabilities(scopes, context)

    return DeferredResponse(fresh, write)


def _actions(scope: Scope, version: Version) -> tuple[str, ...]:
    """Return what a visitor may do to the features of a layer: nothing to one that is replaced by file."""
    replaced = ["Replace"] if version.is_2 else []
    return (
        *(["Insert"] if is_addable(scope) else []),
        *(["Update", *replaced] if is_changeable(scope) else []),
        *(["Delete"] if is_deletable(scope) else []),
    )


def describe_feature_type(service: Service, request: DescribeFeatureType) -> DeferredResponse:
    """Return the schema of the requested types, or of all that the visitor sees."""
    scopes = service.named(request.names, parameter=request.version.types)
    fresh = service.fresh(scopes, "DescribeFeatureType", str(request.version), request.gml.value)
    return DeferredResponse(fresh, lambda: Response(feature_types_schema(scopes, request=request)))


def list_stored_queries(service: Service, request: ListStoredQueries) -> DeferredResponse:
    """Return the stored queries with the types that they return: those that the visitor sees."""
    scopes = service.scopes()
    fresh = service.fresh(scopes, "ListStoredQueries")
    return DeferredResponse(fresh, lambda: Response(stored_query_list(scopes)))


def describe_stored_queries(service: Service, request: DescribeStoredQueries) -> DeferredResponse:
    """Return the definitions of the requested stored queries.

    Raises:
        InvalidParameter: no such query.
    """
    for text in request.ids:
        if text not in STORED_QUERIES:
            raise InvalidParameter(
                _("Aucune requête enregistrée ne s’appelle « %s ».") % text[:80], parameter="STOREDQUERY_ID"
            )
    scopes = service.scopes()
    fresh = service.fresh(scopes, "DescribeStoredQueries")
    return DeferredResponse(fresh, lambda: Response(stored_query_descriptions(scopes)))


def layer_record(service: Service, slug: str) -> DeferredResponse:
    """Return the record of a layer in ISO 19139, which capabilities link to.

    Raises:
        UnknownLayer: it is hidden or does not exist.
    """
    scope = access.scope(service.visitor, slug)

    origin = service.reverse("explorer:home").removesuffix("/")
    body = iso_document(record_of_layer(scope), origin=origin)
    return DeferredResponse(
        service.fresh([scope], "record", hashlib.sha256(body).hexdigest()), lambda: Response(body, XML)
    )
