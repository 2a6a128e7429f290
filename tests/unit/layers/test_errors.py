"""Faults: each has a title people read, a status, and a culprit when there is one."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from layers import errors
from layers.errors import LayersError, status_of


def every(kind: type[LayersError]) -> Iterator[type[LayersError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every(child)


FAULTS = sorted(
    {kind for kind in every(LayersError) if kind.__module__ == "layers.errors"}, key=lambda k: k.__name__
)
EXPECTED = {
    errors.UnknownLayer: HTTPStatus.NOT_FOUND,
    errors.HiddenLayer: HTTPStatus.NOT_FOUND,
    errors.UnknownFeature: HTTPStatus.NOT_FOUND,
    errors.UnknownTile: HTTPStatus.NOT_FOUND,
    errors.WrongCredentials: HTTPStatus.UNAUTHORIZED,
    errors.MissingCredentials: HTTPStatus.UNAUTHORIZED,
    errors.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.InvalidBbox: HTTPStatus.BAD_REQUEST,
    errors.UnknownProperty: HTTPStatus.BAD_REQUEST,
    errors.FilterTooComplex: HTTPStatus.BAD_REQUEST,
    errors.InvalidFeature: HTTPStatus.BAD_REQUEST,
    errors.StaleFeature: HTTPStatus.PRECONDITION_FAILED,
    errors.ReferencedFeature: HTTPStatus.CONFLICT,
    errors.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.AddressTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.MissingPrecondition: HTTPStatus.PRECONDITION_REQUIRED,
    errors.RangeOutside: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    errors.TooSlow: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnreachableSource: HTTPStatus.BAD_GATEWAY,
    errors.LateSource: HTTPStatus.GATEWAY_TIMEOUT,
    errors.StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
}


def made(kind: type[LayersError]) -> LayersError:
    """Return a fault of this kind, whatever its arguments."""
    if issubclass(kind, errors.UnknownProperty):
        return kind("nom", parameter="filter")
    if issubclass(kind, errors.RangeOutside):
        return kind(100)
    if issubclass(kind, errors.UnknownLayerVersion):
        return kind("essai", 2)
    if issubclass(kind, errors.TooManyRequests | errors.Busy):
        return kind("essai", retry_after=60)
    return kind("essai")


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_every_fault_has_a_title_of_its_own_words(kind: type[LayersError]) -> None:
    assert bool(kind.title)
    assert kind.__doc__ is not None


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_no_fault_of_a_request_is_a_defect(kind: type[LayersError]) -> None:
    assert status_of(made(kind)) in set(EXPECTED.values())


@pytest.mark.parametrize(
    ("kind", "status"), EXPECTED.items(), ids=lambda value: getattr(value, "__name__", str(value))
)
def test_a_fault_has_its_status(kind: type[LayersError], status: HTTPStatus) -> None:
    assert status_of(made(kind)) == status


def test_a_hidden_layer_reads_like_an_unknown_one() -> None:
    hidden, unknown = errors.HiddenLayer("secrets"), errors.UnknownLayer("secrets")
    assert hidden.title == unknown.title
    assert hidden.detail == unknown.detail
    assert hidden.parameter == unknown.parameter


def test_an_unknown_property_lists_no_other() -> None:
    assert errors.UnknownProperty("x", parameter="filter").detail == "La couche n’a pas de propriété « x »."
