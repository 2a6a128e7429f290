"""GetCapabilities: the service as this visitor may use it, no more and no less."""

from __future__ import annotations

from layers import queries
from layers.access import Scope
from layers.cache import BoundedCache
from layers.services.features import is_deletable, is_writable
from wfs.formats.capabilities import CapabilitiesContext, capabilities
from wfs.operations.answers import Answer, AnswerPlan
from wfs.operations.service import Service
from wfs.parsing.fes import FUNCTIONS
from wfs.requests import GetCapabilities

# One for each set of permissions, version and address: a few hundred kilobytes each.
_documents: BoundedCache[bytes] = BoundedCache(50)


def get_capabilities(service: Service, request: GetCapabilities) -> AnswerPlan:
    """Return the capabilities, remembered for as long as neither the data nor the catalogue change."""
    scopes = service.scopes()
    writable = {scope.slug: actions for scope in scopes if (actions := _actions(scope))}
    # A token for reading and one for writing see the same rows: what they may do is part of the answer.
    told = (f"{slug}={','.join(actions)}" for slug, actions in writable.items())
    parts = ("GetCapabilities", str(request.version), *sorted(request.sections), *told)
    fresh = service.fresh(scopes, *parts)

    def write() -> Answer:
        # Links hold the token of who sent it in the address: theirs alone, and remembered for nobody.
        if service.visitor.link_token:
            return Answer(document())
        return Answer(_documents.recall(fresh.etag, document))

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

    return AnswerPlan(fresh, write)


def _actions(scope: Scope) -> tuple[str, ...]:
    """Return what a visitor may do to the features of a layer."""
    if not is_writable(scope):
        return ()
    return ("Insert", "Update", *(["Delete"] if is_deletable(scope) else []))
