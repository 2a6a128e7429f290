"""Create, replace, update, delete (OGC API Features Part 4, draft 20-002r1): ``Allow`` lists what a person may do.

The answer to a write is the feature as it now is, with the tag that a next change starts from, and ``warnings`` where
its author should know something.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from interface.http.clients import is_qgis
from interface.http.links import RequestAddress, link, representations
from interface.http.media_types import GEOJSON, HTML, JSON, JSONFG, MERGE_PATCH
from interface.http.resources import Resource, with_validators
from layers import access, queries
from layers.access import Scope
from layers.crs import CRS84, Crs, parse_crs
from layers.errors import BodyTooLarge, InvalidFeature, MissingPrecondition, UnsupportedMediaType
from layers.formats.http_validators import started_from
from layers.parsing.feature import FeatureInput, parse_feature, parse_patch
from layers.services.features import (
    Expected,
    WrittenFeature,
    create_feature,
    delete_feature,
    is_addable,
    is_changeable,
    is_deletable,
    replace_feature,
    update_feature,
    why_read_only,
)
from layers.visitor import visitor_of
from layers.vocabulary import WriteRight
from ogc.formats.openapi.writing import writing_paths
from ogc.serializers import feature_document
from ogc.views.features import feature_validators

# The right that each method takes.
_RIGHTS = {
    "POST": WriteRight.ADD,
    "PUT": WriteRight.CHANGE,
    "PATCH": WriteRight.CHANGE,
    "DELETE": WriteRight.DELETE,
}
MAX_BODY_BYTES = 1024 * 1024
FEATURE_TYPES = (GEOJSON, JSON)
PATCH_TYPES = (MERGE_PATCH, JSON)
# The forms of a feature, which its answer links to.
FORMS = (GEOJSON, HTML, JSONFG)


class WritingView(Resource):
    """The writing methods of a resource of features, which depend on the visitor, and their ``Allow`` header."""

    def scope(self) -> Scope:
        """Return the visitor's scope of the layer."""
        return access.scope(visitor_of(self.request), self.kwargs["layer"])

    def writing(self, scope: Scope) -> list[str]:
        """Return the methods that write, for this visitor."""
        raise NotImplementedError

    def _allowed_methods(self) -> list[str]:
        """Return the methods of ``Allow``; Django calls this for OPTIONS and for 405."""
        return ["GET", "HEAD", "OPTIONS", *self.writing(self.scope())]

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a method; where some people have it, say why this visitor does not.

        Raises:
            MissingCredentials: the visitor did not say who they are (RFC 9110, 15.5.2): clients that give credentials
                only when they are asked for would never write.
        """
        answer = super().http_method_not_allowed(request, *args, **kwargs)
        if str(request.method).lower() in self.http_method_names:
            answer.reason = why_read_only(self.scope(), _RIGHTS[str(request.method)])  # type: ignore[attr-defined]  # read by ErrorMiddleware
        return answer

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """List the methods, and the media types of bodies."""
        answer = super().options(request, *args, **kwargs)
        if "POST" in answer["Allow"]:
            answer["Accept-Post"] = ", ".join(FEATURE_TYPES)
        if "PATCH" in answer["Allow"]:
            answer["Accept-Patch"] = ", ".join(PATCH_TYPES)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def written(
        self, scope: Scope, done: WrittenFeature, draft: FeatureInput, status: HTTPStatus
    ) -> HttpResponse:
        """Answer with the feature as it now is, made of a draft."""
        address = self.reverse("ogc:item", scope.slug, done.pk)
        fresh = feature_validators(self, scope, done.pk, GEOJSON)
        instance = queries.feature(scope, done.pk)
        document = feature_document(
            scope, instance, queries.related(scope, instance), CRS84, reverse=self.reverse
        )
        document["links"] = [
            *representations(RequestAddress(address, {}), GEOJSON, FORMS),
            link("collection", self.reverse("ogc:collection", scope.slug), JSON),
        ]
        document |= {"warnings": list(done.warnings)} if done.warnings else {}
        answer = self.document(document, GEOJSON)
        # Most clients that send related records only send back those they have read.
        if draft.related is not None and json.loads(answer.content).get("related", {}) != draft.related:
            message = _(
                "Les enregistrements liés (related) ne s’écrivent pas ici : ceux reçus ne sont pas gardés."
            )
            answer = self.document(document | {"warnings": [*done.warnings, message]}, GEOJSON)
        answer = with_validators(answer, fresh)
        answer.status_code = status
        answer["Content-Location"] = self.linked({"href": address})["href"]
        answer["Content-Crs"] = f"<{CRS84.uri}>"
        return answer


class ItemsWritingView(WritingView):
    """A collection to which features are added."""

    http_method_names = ["options", "post"]

    def writing(self, scope: Scope) -> list[str]:
        """Return POST where the visitor may create."""
        return ["POST"] if is_addable(scope) else []

    def post(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Create a feature (OGC 20-002r1)."""
        scope = self.scope()
        if not is_addable(scope):
            return self.http_method_not_allowed(request)
        self.check_parameters()
        draft = _feature(request, scope)
        done = create_feature(scope=scope, draft=draft)
        answer = self.written(scope, done, draft, HTTPStatus.CREATED)
        answer["Location"] = answer["Content-Location"]
        return answer


class ItemWritingView(WritingView):
    """A feature that is replaced, updated or deleted."""

    http_method_names = ["options", "put", "patch", "delete"]

    def writing(self, scope: Scope) -> list[str]:
        """Return the methods that write, on a feature that the visitor may change.

        QGIS takes those of the first feature for those of every one: it is given what the visitor may do to some.
        """
        pk: int = self.kwargs["pk"]
        queries.row_version(scope, pk)
        is_for_all = self.request.method == "OPTIONS" and is_qgis(self.request)
        rights = {
            WriteRight.CHANGE: (is_changeable(scope), ("PUT", "PATCH")),
            WriteRight.DELETE: (is_deletable(scope), ("DELETE",)),
        }
        return [
            method
            for right, (is_some, methods) in rights.items()
            if is_some and (is_for_all or access.row_access(scope, pk, right).is_allowed)
            for method in methods
        ]

    def put(self, request: HttpRequest, layer: str, pk: int) -> HttpResponseBase:
        """Replace the feature (OGC 20-002r1)."""
        scope = self.scope()
        if not is_changeable(scope):
            return self.http_method_not_allowed(request)
        self.check_parameters()
        draft = _feature(request, scope)
        done = replace_feature(scope=scope, pk=pk, draft=draft, expected=_expected(request))
        return self.written(scope, done, draft, HTTPStatus.OK)

    def patch(self, request: HttpRequest, layer: str, pk: int) -> HttpResponseBase:
        """Change part of the feature (OGC 20-002r1)."""
        scope = self.scope()
        if not is_changeable(scope):
            return self.http_method_not_allowed(request)
        self.check_parameters()
        draft = _patch(request, scope)
        done = update_feature(scope=scope, pk=pk, draft=draft, expected=_expected(request))
        return self.written(scope, done, draft, HTTPStatus.OK)

    def delete(self, request: HttpRequest, layer: str, pk: int) -> HttpResponseBase:
        """Delete the feature (OGC 20-002r1)."""
        scope = self.scope()
        if not is_deletable(scope):
            return self.http_method_not_allowed(request)
        self.check_parameters()
        delete_feature(scope=scope, pk=pk, expected=_expected(request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def writing_described(scope: Scope) -> dict[str, Any]:
    """Return the paths of what this visitor may write, for the OpenAPI document."""
    methods = [
        *(["POST"] if is_addable(scope) else []),
        *(["PUT", "PATCH"] if is_changeable(scope) else []),
        *(["DELETE"] if is_deletable(scope) else []),
    ]
    return writing_paths(scope, methods)


def _feature(request: HttpRequest, scope: Scope) -> FeatureInput:
    body, kind = _body(request, FEATURE_TYPES), scope.definition.geometry
    return parse_feature(body, scope.filterable, kind=kind, crs=_content_crs(request))


def _patch(request: HttpRequest, scope: Scope) -> FeatureInput:
    body, kind = _body(request, PATCH_TYPES), scope.definition.geometry
    return parse_patch(body, scope.filterable, kind=kind, crs=_content_crs(request))


def _body(request: HttpRequest, accepted: tuple[str, ...]) -> bytes:
    """Return the body of a request.

    Raises:
        UnsupportedMediaType: in a form that is not accepted, or compressed.
        BodyTooLarge: over ``MAX_BODY_BYTES``.
        InvalidFeature: cut short.
    """
    if request.content_type not in accepted or "Content-Encoding" in request.headers:
        raise UnsupportedMediaType(
            _("Corps attendu : %(accepted)s, sans compression ; reçu « %(type)s ».")
            % {"accepted": ", ".join(accepted), "type": (request.content_type or "")[:60]},
            parameter="Content-Type",
        )
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > MAX_BODY_BYTES:
        raise _too_large()
    try:
        body = request.body
    except OSError:  # the client went away
        raise InvalidFeature(_("Le corps n’est pas arrivé en entier."), parameter="body") from None
    if len(body) > MAX_BODY_BYTES:
        raise _too_large()
    return body


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(_("Le corps dépasse %d Ko.") % (MAX_BODY_BYTES // 1024), parameter="body")


def _content_crs(request: HttpRequest) -> Crs:
    """Return the CRS and axis order of the geometry sent (OGC 20-002r1): CRS84 unless the header says otherwise."""
    header = request.headers.get("Content-Crs")
    return CRS84 if header is None else parse_crs(header, parameter="Content-Crs")


def _expected(request: HttpRequest) -> Expected:
    """Return the versions that the change may start from, None for any (``If-Match: *``; RFC 9110, 13.1.1).

    Raises:
        MissingPrecondition: the request does not say.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise MissingPrecondition(
            _("Donnez dans If-Match l’ETag de l’objet lu, ou * pour écrire quelle que soit sa version."),
            parameter="If-Match",
        )
    tags = parse_etags(header)
    return None if tags == ["*"] else started_from(tags)
