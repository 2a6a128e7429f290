"""What a personal token costs: the same page of an open layer asked with one and without, in turn."""

from __future__ import annotations

from statistics import median

from bench.client import Connection, timed
from bench.figures import Figure
from bench.server import Server
from gisportal.accounts.models import User
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope

_BOUND_MS = 3.0
_TURNS = 300
_PATH = "/api/collections/points/items?limit=10"


def token(server: Server) -> list[Figure]:
    """Measure how much longer a page takes by ``Authorization: Bearer`` than anonymously."""
    account, _is_new = User.objects.get_or_create(username="mesure")
    account.tokens.all().delete()
    _token, text = create_token(user=account, name="mesure", scope=TokenScope.READ, days=1)
    client = Connection(server.port)
    bearer = {"Authorization": f"Bearer {text}"}
    pairs = [(timed(client, _PATH), timed(client, _PATH, **bearer)) for _ in range(_TURNS)]
    without, by_token = median(one for one, _ in pairs), median(two for _, two in pairs)
    more = by_token - without
    measured = f"{more:.1f} ms ({by_token:.1f} ms, anonymous {without:.1f})"
    return [Figure("A page by Bearer token", f"≤ {_BOUND_MS:g} ms more", measured, more <= _BOUND_MS)]
