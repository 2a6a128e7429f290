"""The operations of the service: from a request and a visitor to an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wfs.operations.description import (
    describe_feature_type,
    describe_stored_queries,
    get_capabilities,
    layer_record,
    list_stored_queries,
)
from wfs.operations.features import get_feature, get_property_value
from wfs.operations.service import DeferredResponse, Response, Service
from wfs.operations.transaction import transaction
from wfs.requests import (
    DescribeFeatureType,
    DescribeStoredQueries,
    GetCapabilities,
    GetFeature,
    GetPropertyValue,
    ListStoredQueries,
    Request,
    Transaction,
)

__all__ = ["DeferredResponse", "Response", "Service", "layer_record", "plan"]

_OPERATIONS: dict[type[Any], Callable[[Service, Any], DeferredResponse]] = {
    GetCapabilities: get_capabilities,
    DescribeFeatureType: describe_feature_type,
    GetFeature: get_feature,
    GetPropertyValue: get_property_value,
    ListStoredQueries: list_stored_queries,
    DescribeStoredQueries: describe_stored_queries,
    Transaction: transaction,
}


def plan(service: Service, request: Request) -> DeferredResponse:
    """Return the answer of an operation, before it is written.

    Raises:
        LayersError: its subclasses name the culprit.
    """
    return _OPERATIONS[type(request)](service, request)
