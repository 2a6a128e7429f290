"""The validators of a feature: what tells that a client has the answer already, and that a change starts from it."""

from __future__ import annotations

from django.utils.translation import get_language

from interface.http.resources import Resource
from layers import queries
from layers.access import Scope
from layers.formats.http_validators import HttpValidators, validators_of_feature


def feature_validators(view: Resource, scope: Scope, pk: int, form: str) -> HttpValidators:
    """Return the validators of a feature in a form, at the address asked of ``view``; read them before the feature."""
    version = queries.row_version(scope, pk)
    address = view.reverse("ogc:item", scope.slug, pk)
    query = view.request.META.get("QUERY_STRING", "")
    parts = (address, query, form, get_language() or "")
    return validators_of_feature(scope, version, queries.beside_version(scope.definition), parts)
