"""DescribeFeatureType: the XML Schema of what a visitor reads."""

from __future__ import annotations

from wfs.formats.schema import feature_types_schema
from wfs.operations.answers import Answer, AnswerPlan
from wfs.operations.service import Service
from wfs.requests import DescribeFeatureType


def describe_feature_type(service: Service, request: DescribeFeatureType) -> AnswerPlan:
    """Return the schema of the types asked, of all that the visitor sees where none is named."""
    scopes = service.named(request.names, parameter=request.version.types)
    fresh = service.fresh(scopes, "DescribeFeatureType", str(request.version), request.gml.value)
    return AnswerPlan(fresh, lambda: Answer(feature_types_schema(scopes, request=request)))
