"""ListStoredQueries and DescribeStoredQueries: the one stored query of every server of 2.0."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.formats.stored_queries import stored_query_descriptions, stored_query_list
from wfs.operations.answers import Answer, AnswerPlan
from wfs.operations.service import Service
from wfs.requests import STORED_QUERIES, DescribeStoredQueries, ListStoredQueries


def list_stored_queries(service: Service, request: ListStoredQueries) -> AnswerPlan:
    """Return the stored queries with the types that they return: those that the visitor sees."""
    scopes = service.scopes()
    fresh = service.fresh(scopes, "ListStoredQueries")
    return AnswerPlan(fresh, lambda: Answer(stored_query_list(scopes)))


def describe_stored_queries(service: Service, request: DescribeStoredQueries) -> AnswerPlan:
    """Return the definition of the stored queries asked.

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
    return AnswerPlan(fresh, lambda: Answer(stored_query_descriptions(scopes)))
