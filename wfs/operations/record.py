"""The record of a layer in ISO 19139, which capabilities link to: no operation of the standard, but an address."""

from __future__ import annotations

from layers import access, queries
from wfs.formats.iso19139 import RecordContext, record
from wfs.operations.answers import XML, Answer, AnswerPlan
from wfs.operations.service import Service


def layer_record(service: Service, slug: str) -> AnswerPlan:
    """Return the record of a layer.

    Raises:
        UnknownLayer: it is hidden or does not exist.
    """
    scope = access.scope(service.visitor, slug)

    def write() -> Answer:
        context = RecordContext(
            record=service.reverse("wfs:record", slug),
            page=service.reverse("explorer:layer", slug),
            service=service.reverse("wfs:layer", slug),
            bounds=queries.extents([scope])[slug],
            changed=queries.last_change(scope),
        )
        return Answer(record(scope, context), XML)

    return AnswerPlan(service.fresh([scope], "record"), write)
