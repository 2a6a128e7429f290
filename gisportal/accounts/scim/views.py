"""SCIM over HTTP (RFC 7644): discovery, persons and groups. Every call of a directory is an entry of the journal."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ForbiddenException,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    NotFoundException,
    PatchOp,
    Resource,
    ResponseParameters,
    SCIMException,
)

from gisportal.accounts.models import DirectoryToken, User
from gisportal.accounts.scim import resources, services
from gisportal.accounts.scim.queries import accounts_of, filter_accounts, filter_groups, groups_of
from gisportal.accounts.services import directory_called

MEDIA_TYPE = "application/scim+json"
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
RowT = TypeVar("RowT", bound=Model)


def _answer(
    document: dict[str, Any] | None, status: HTTPStatus = HTTPStatus.OK, location: str = ""
) -> HttpResponse:
    if document is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    response = HttpResponse(json.dumps(document, ensure_ascii=False), content_type=MEDIA_TYPE, status=status)
    if location:
        response["Location"] = location
    response["Cache-Control"] = "private, no-store"
    return response


def _error(error: Error) -> HttpResponse:
    return _answer(error.model_dump(), HTTPStatus(int(error.status or HTTPStatus.BAD_REQUEST)))


@method_decorator(csrf_exempt, name="dispatch")
class ScimView(View):
    """A view of SCIM: faults are errors of RFC 7644 §3.12, writes are whole or not at all, a trial changes nothing."""

    http_method_names = ["get", "post", "put", "patch", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and record the call."""
        token: DirectoryToken = request.directory_token  # type: ignore[attr-defined]  # set by the accounts' middleware
        self.token = token
        self.base = f"{settings.PORTAL_ADDRESS}{reverse('scim:config').removesuffix('ServiceProviderConfig')}"
        try:
            with transaction.atomic():
                response = super().dispatch(request, *args, **kwargs)
                transaction.set_rollback(token.is_trial and request.method in _WRITES)
        except SCIMException as error:
            response = _error(error.to_error())
        except ValidationError as error:
            response = _error(Error.from_validation_errors(error)[0])
        directory_called.send(
            sender=DirectoryToken,
            token=token,
            call=f"{request.method} {request.path.removeprefix('/scim/v2')}"[:200],
            status=response.status_code,
        )
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a method, in SCIM's form."""
        response = _error(
            Error(status=HTTPStatus.METHOD_NOT_ALLOWED, detail=f"{request.method} is not supported here")
        )
        response["Allow"] = ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))
        return response

    def body(self) -> dict[str, Any]:
        """Return the JSON of the request, without nulls.

        Raises:
            InvalidSyntaxException: it is no JSON object.
        """
        try:
            document = json.loads(self.request.body)
        except (ValueError, RecursionError) as error:
            raise InvalidSyntaxException(detail="the body is no JSON") from error
        if not isinstance(document, dict):
            raise InvalidSyntaxException(detail="the body is no JSON object")
        cleaned: dict[str, Any] = _without_nulls(document)
        return cleaned

    def parameters(self, model: type[Resource[Any]]) -> ResponseParameters[Any]:
        """Return the attributes that the address selects."""
        names = {"attributes": "attributes", "excludedAttributes": "excludedAttributes"}
        values = {name: self.request.GET[name] for name in names if self.request.GET.get(name)}
        return ResponseParameters[model].model_validate(values, scim_policy=resources.POLICY)  # type: ignore[valid-type]  # the model of the call  # a model of the view

    def listing(
        self, model: type[Resource[Any]], items: list[Any], *, total: int, start: int
    ) -> HttpResponse:
        """Return a list response: RFC 7644 §3.4.2, without an error when nothing matches."""
        listed = ListResponse[model](  # type: ignore[valid-type]  # the model of the call  # a model of the view
            total_results=total, start_index=start, items_per_page=len(items), resources=items
        )
        document = listed.model_dump(
            scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=self.parameters(model)
        )
        document.setdefault("Resources", [])
        return _answer(document)

    def page(self, rows: QuerySet[RowT]) -> tuple[list[RowT], int, int]:
        """Return a page of rows, how many there are in all, and the rank of its first one, from 1.

        Raises:
            InvalidValueException: ``startIndex`` or ``count`` is no number.
        """
        start, count = (
            max(self._number("startIndex", 1), 1),
            max(self._number("count", resources.MAX_RESULTS), 0),
        )
        bounded = min(count, resources.MAX_RESULTS)
        return list(rows[start - 1 : start - 1 + bounded]), rows.count(), start

    def _number(self, name: str, default: int) -> int:
        text = self.request.GET.get(name, "")
        try:
            return min(int(text), 10**9) if text else default
        except ValueError as error:
            raise InvalidValueException(detail=f"{name} is no number") from error


def _without_nulls(value: Any) -> Any:
    """Return JSON without its nulls: directories write them for what they do not know (``"$ref": null``)."""
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value if each is not None]
    return value


class ServiceProviderConfigView(ScimView):
    """``/ServiceProviderConfig``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return what is supported."""
        config = resources.service_provider_config(self.base)
        return _answer(config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


class _DiscoveryView(ScimView):
    """A list of what the service says of itself, or one item of it by ``id``; filters are refused (RFC 7644 §4)."""

    def items(self) -> list[Any]:
        """Return the list."""
        raise NotImplementedError

    def get(self, request: HttpRequest, name: str = "") -> HttpResponse:
        """Return the list, or one item."""
        if "filter" in request.GET:
            raise ForbiddenException(detail="this list is not filtered")
        items = self.items()
        if not name:
            return self.listing(type(items[0]), items, total=len(items), start=1)
        item = next((item for item in items if item.id == name), None)
        if item is None:
            raise NotFoundException(detail="no such resource")
        return _answer(item.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


class SchemasView(_DiscoveryView):
    """``/Schemas``."""

    def items(self) -> list[Any]:
        """Return the schemas."""
        return resources.schemas(self.base)


class ResourceTypesView(_DiscoveryView):
    """``/ResourceTypes``."""

    def items(self) -> list[Any]:
        """Return the types."""
        return list(resources.resource_types(self.base))


@method_decorator(csrf_exempt, name="dispatch")
class AbsentView(ScimView):
    """Whatever else is under ``/scim/v2/``: no search of several types at once (RFC 7644 §3.4.3), and nothing more."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return a 501 for a search, else a 404, in SCIM's form."""
        if kwargs["rest"] == ".search":
            return _error(
                Error(status=HTTPStatus.NOT_IMPLEMENTED, detail="search is not supported: query with GET")
            )
        return _error(Error(status=HTTPStatus.NOT_FOUND, detail="no such resource"))


class UsersView(ScimView):
    """``/Users``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the accounts that meet a filter."""
        text = request.GET.get("filter", "")
        rows, total, start = self.page(filter_accounts(self.token, text) if text else accounts_of(self.token))
        items = [services.user_resource(self.token, user, self.base) for user in rows]
        return self.listing(resources.User, items, total=total, start=start)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create an account."""
        sent = resources.User.model_validate(
            self.body(), scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=resources.POLICY
        )
        user = services.create_user(self.token, sent)
        made = services.user_resource(self.token, user, self.base)
        document = made.model_dump(
            scim_ctx=Context.RESOURCE_CREATION_RESPONSE, response_parameters=self.parameters(resources.User)
        )
        return _answer(document, HTTPStatus.CREATED, f"{self.base}Users/{user.pk}")


class UserView(ScimView):
    """``/Users/{id}``."""

    def user(self, pk: str) -> User:
        """Return an account that the directory sees.

        Raises:
            NotFoundException: there is none of this number.
        """
        rows = accounts_of(self.token)
        user = rows.filter(pk=pk).first() if pk.isascii() and pk.isdecimal() and len(pk) < 10 else None
        if user is None:
            raise NotFoundException(detail="no such User")
        return user

    def present(self, user: User, context: Context) -> HttpResponse:
        """Return an account."""
        made = services.user_resource(self.token, user, self.base)
        document = made.model_dump(scim_ctx=context, response_parameters=self.parameters(resources.User))
        return _answer(document, location=f"{self.base}Users/{user.pk}")

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Return an account, active or not."""
        return self.present(self.user(pk), Context.RESOURCE_QUERY_RESPONSE)

    def put(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Replace an account; what is left out of the request is emptied, but whether it is active."""
        user = self.user(pk)
        sent = resources.User.model_validate(
            self.body(), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=resources.POLICY
        )
        if sent.active is None:
            sent.active = user.is_active
        services.write_user(self.token, user, sent)
        return self.present(user, Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Change an account; return it (200 with a body, as Entra ID requires)."""
        user = self.user(pk)
        resource = services.user_resource(self.token, user, self.base)
        patch = PatchOp[resources.User].model_validate(
            self.body(), scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=resources.POLICY
        )
        patch.patch(resource, scim_policy=resources.POLICY)
        services.write_user(self.token, user, resource)
        return self.present(user, Context.RESOURCE_PATCH_RESPONSE)

    def delete(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Disable an account, which is absent for the directory from then on."""
        services.remove_user(self.token, self.user(pk))
        return _answer(None)


class GroupsView(ScimView):
    """``/Groups``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the groups named to the directory that meet a filter."""
        text = request.GET.get("filter", "")
        rows, total, start = self.page(filter_groups(self.token, text) if text else groups_of(self.token))
        items = [services.group_resource(self.token, group, self.base) for group in rows]
        return self.listing(resources.Group, items, total=total, start=start)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create a group, which gives nothing yet."""
        sent = resources.Group.model_validate(
            self.body(), scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=resources.POLICY
        )
        group = services.create_group(self.token, sent)
        made = services.group_resource(self.token, group, self.base)
        document = made.model_dump(
            scim_ctx=Context.RESOURCE_CREATION_RESPONSE, response_parameters=self.parameters(resources.Group)
        )
        return _answer(document, HTTPStatus.CREATED, f"{self.base}Groups/{group.pk}")


class GroupView(ScimView):
    """``/Groups/{id}``."""

    def group(self, pk: str) -> Group:
        """Return a group named to the directory.

        Raises:
            ForbiddenException: there is one of this number, and it is not named to the directory.
            NotFoundException: there is none.
        """
        number = int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 10 else 0
        group = groups_of(self.token).filter(pk=number).first()
        if group is None and Group.objects.filter(pk=number).exists():
            raise ForbiddenException(detail="this group is not named to this directory")
        if group is None:
            raise NotFoundException(detail="no such Group")
        return group

    def present(self, group: Group, context: Context) -> HttpResponse:
        """Return a group."""
        made = services.group_resource(self.token, group, self.base)
        document = made.model_dump(scim_ctx=context, response_parameters=self.parameters(resources.Group))
        return _answer(document, location=f"{self.base}Groups/{group.pk}")

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Return a group."""
        return self.present(self.group(pk), Context.RESOURCE_QUERY_RESPONSE)

    def put(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Replace a group: its members are those of the request."""
        group = self.group(pk)
        sent = resources.Group.model_validate(
            self.body(), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=resources.POLICY
        )
        services.write_group(self.token, group, sent)
        return self.present(group, Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Change a group; return nothing (204, as Entra ID requires), or the attributes that the address asks for."""
        group = self.group(pk)
        resource = services.group_resource(self.token, group, self.base)
        patch = PatchOp[resources.Group].model_validate(
            self.body(), scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=resources.POLICY
        )
        patch.patch(resource, scim_policy=resources.POLICY)
        services.write_group(self.token, group, resource)
        if request.GET.get("attributes"):
            return self.present(group, Context.RESOURCE_PATCH_RESPONSE)
        return _answer(None)

    def delete(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Delete a group that the directory created and that gives nothing."""
        services.remove_group(self.token, self.group(pk))
        return _answer(None)
