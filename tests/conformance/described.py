"""The portal under schemathesis: its own OpenAPI document, asked in the process and the transaction of the test."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

# The least of the maxima that limits have.
LARGEST_GROUPS = 10_000


def refuses_what_is_wrong(context: Any, response: Any, case: Any) -> Any:
    """Report a request that breaks the document and passes; a stale version or a too long address refuses first.

    A ``limit`` over its maximum is that maximum (OGC 17-069r4, /req/core/fc-limit-response-1 C): no fault of a request.
    """
    limit = str((case.query or {}).get("limit", ""))
    if response.status_code in {412, 414} or (
        limit.isascii() and limit.isdigit() and int(limit) > LARGEST_GROUPS
    ):
        return None
    return negative_data_rejection(context, response, case)


# No 500, no status, type, header or member that the document does not tell, and nothing wrong that is let through.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    refuses_what_is_wrong,
    missing_required_header,
]
_REFUSED = schemathesis.GenerationMode.NEGATIVE
# Compressed bodies would be read as they are.
_HEADERS = {"Host": "localhost", "Accept-Encoding": "identity"}


@contextmanager
def described(raw: dict[str, Any]) -> Iterator[Any]:
    """Give the document to schemathesis; the connection of the test is kept from one request to the next."""
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = WSGIHandler()
    with patch.object(connection, "close_if_unusable_or_obsolete"):
        yield schema


def ask(
    operation: Any,
    *,
    times: int,
    headers: Mapping[str, str] | None = None,
    prepared: Callable[[Any, st.DataObject], Any] = lambda case, _drawn: case,
    draw: int = 0,
) -> set[int]:
    """Ask an operation what the document says may be asked, and a few things it says may not; return the statuses.

    ``prepared`` changes a generated case before it is sent. What a case writes is taken back before the next. Cases of
    another ``draw`` are other ones.
    """
    statuses = set()

    @seed(20_261_124 + draw if settings.default.derandomize else random.getrandbits(64))
    @settings(
        max_examples=times,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=_REFUSED)),
        drawn=st.data(),
    )
    def one(case: Any, drawn: st.DataObject) -> None:
        with warnings.catch_warnings(), transaction.atomic():
            warnings.simplefilter("ignore")
            sent = prepared(case, drawn)
            answer = sent.call_and_validate(checks=CHECKS, headers=_HEADERS | dict(headers or {}))
            transaction.set_rollback(True)
        statuses.add(answer.status_code)

    one()
    return statuses
