"""The table of operations: which module answers a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wfs.operations.answers import AnswerPlan
from wfs.operations.describe_feature_type import describe_feature_type
from wfs.operations.get_capabilities import get_capabilities
from wfs.operations.get_feature import get_feature
from wfs.operations.get_property_value import get_property_value
from wfs.operations.service import Service
from wfs.operations.stored_queries import describe_stored_queries, list_stored_queries
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

_OPERATIONS: dict[type[Any], Callable[[Service, Any], AnswerPlan]] = {
    GetCapabilities: get_capabilities,
    DescribeFeatureType: describe_feature_type,
    GetFeature: get_feature,
    GetPropertyValue: get_property_value,
    ListStoredQueries: list_stored_queries,
    DescribeStoredQueries: describe_stored_queries,
    Transaction: transaction,
}


def plan(service: Service, request: Request) -> AnswerPlan:
    """Return the answer of an operation, before it is written.

    Raises:
        LayersError: its subclasses name the culprit.
    """
    return _OPERATIONS[type(request)](service, request)
