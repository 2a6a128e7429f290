"""Errors of the service, besides those of the kernel, and the exception code of each.

The locator of an exception is the parameter or the element that the fault names, or the handle of an action.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.errors import (
    BadRequest,
    Forbidden,
    InvalidFeature,
    InvalidParameter,
    LayersError,
    MissingParameter,
    ReferencedFeature,
    StaleFeature,
    TooCostly,
    UnknownFeature,
    UnknownLayer,
    UnknownOperation,
    UnknownParameter,
    UnreadableRequest,
    VersionNegotiationFailed,
)


class UnsupportedOption(BadRequest):
    """A part of the standard that is not served: a join, a lock, a native action."""

    title = gettext_noop("Option non servie")


class UnsupportedComparison(BadRequest):
    """An operator on a property that it cannot compare: the envelope of a feature has no order."""

    title = gettext_noop("Comparaison impossible")


# OWS Common 1.1, table 25, and WFS 2.0.2, table 3. The first ancestor of a fault that is here decides.
CODES: dict[type[LayersError], str] = {
    MissingParameter: "MissingParameterValue",
    UnknownOperation: "OperationNotSupported",
    UnsupportedOption: "OptionNotSupported",
    VersionNegotiationFailed: "VersionNegotiationFailed",
    UnreadableRequest: "OperationParsingFailed",
    UnsupportedComparison: "OperationProcessingFailed",
    UnknownParameter: "InvalidParameterValue",
    InvalidParameter: "InvalidParameterValue",
    UnknownLayer: "InvalidParameterValue",
    UnknownFeature: "NotFound",
    InvalidFeature: "InvalidValue",
    StaleFeature: "OperationProcessingFailed",
    ReferencedFeature: "OperationProcessingFailed",
    Forbidden: "OperationProcessingFailed",
    TooCostly: "OperationProcessingFailed",
    LayersError: "NoApplicableCode",
}


def code_of(kind: type[LayersError]) -> str:
    """Return the exception code of a kind of fault."""
    return next(CODES[ancestor] for ancestor in kind.__mro__ if ancestor in CODES)


@contextmanager
def in_action(rank: int, word: str, handle: str) -> Iterator[None]:
    """Name the action of a transaction in its fault: its handle, where it has one, is the locator."""
    try:
        yield
    except LayersError as error:
        named = f"{word} {handle[:60]}" if handle else word
        error.detail = _("Action %(rank)d (%(action)s), rien n’est gardé de la transaction : %(reason)s") % {
            "rank": rank,
            "action": named,
            "reason": error.detail,
        }
        error.parameter = handle[:60] or error.parameter
        raise
