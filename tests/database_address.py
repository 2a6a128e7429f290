"""The address of the test database, for programs and connections of their own."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.db import connection


def database_address() -> str:
    """Return the address of the test database."""
    place = connection.settings_dict
    options = urlencode({"host": place["HOST"], "port": place["PORT"]})
    user = quote(place["USER"]) + (f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else "")
    return f"postgresql://{user}@/{place['NAME']}?{options}"
