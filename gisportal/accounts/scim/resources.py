"""What the portal says of itself in SCIM: the attributes of a person and of a group, schemas, types, what is supported.

Only attributes that the portal stores are in the schemas; others that a directory sends are left out, as RFC 7644 §3.3
allows. Shapes and their checks are those of ``scim2-models``.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    Email,
    ETag,
    External,
    Filter,
    Meta,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MAX_RESULTS = 500
# What Entra ID sends beside the standard: unknown attributes, values to remove, filters of a path that match nothing.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class Name(ComplexAttribute):
    """The name of a person."""

    given_name: str | None = None
    family_name: str | None = None


class User(Resource[Any]):
    """A person: RFC 7643 §4.1, the attributes that an account has."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    name: Name | None = None
    active: bool | None = None
    emails: list[Email] | None = None


class GroupMember(ComplexAttribute):
    """A member of a group: the number of its account."""

    value: Annotated[str | None, Mutability.immutable] = None
    ref: Annotated[Reference[User] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )


class Group(Resource[Any]):
    """A group: RFC 7643 §4.2."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    members: list[GroupMember] | None = None


RESOURCES: dict[str, type[User] | type[Group]] = {"Users": User, "Groups": Group}


def service_provider_config(base: str) -> ServiceProviderConfig:
    """Return what is supported; ``base`` is the address of the service, with its final slash."""
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MAX_RESULTS),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="OAuth Bearer Token",
                description="A token of the directory, created by an administrator of the portal",
                spec_uri=Reference[External]("https://www.rfc-editor.org/info/rfc6750"),
                primary=True,
            )
        ],
        meta=Meta(resource_type="ServiceProviderConfig", location=f"{base}ServiceProviderConfig"),
    )


def schemas(base: str) -> list[Any]:
    """Return the schemas of persons and groups."""
    made = [model.to_schema() for model in RESOURCES.values()]
    for schema in made:
        schema.meta = Meta(resource_type="Schema", location=f"{base}Schemas/{schema.id}")
    return made


def resource_types(base: str) -> list[ResourceType]:
    """Return the types of resources."""
    made = [ResourceType.from_resource(model) for model in RESOURCES.values()]
    for resource_type in made:
        resource_type.meta = Meta(
            resource_type="ResourceType", location=f"{base}ResourceTypes/{resource_type.id}"
        )
    return made
