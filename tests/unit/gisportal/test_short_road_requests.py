"""Which requests the short road may answer: a day of plans, however it is written, takes the long one."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from gisportal.short_road.requests import plain_request


def is_plain(query: str) -> bool:
    """Whether a page of items with a query may be answered in the event loop."""
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "path": "/api/collections/plui-zones/items",
        "raw_path": b"/api/collections/plui-zones/items",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    return plain_request(scope) is not None


@pytest.mark.parametrize(
    "query",
    ["plan-date=2024-03-01", "limit=1&PLAN-DATE=2024-03-01", "plan%2Ddate=2024-03-01", "Plan%2ddate=hier"],
)
def test_a_day_of_plans_takes_the_long_road(settings: Settings, query: str) -> None:
    settings.SHORT_ROAD = True
    assert is_plain("limit=1")
    assert not is_plain(query)
