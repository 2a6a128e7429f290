"""A share link on two servers of one database: a revocation needs no message between them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from gisportal.accounts.links.services import create_link, link_target, restore_link, revoke_links
from gisportal.accounts.models import ShareLink
from interface.sharing import shared_address
from tests import dashboards, factories
from tests.people import PLANNER
from tests.server_processes import serving, status
from tests.world import TREES

PAGE, PANEL = "/tableaux-de-bord/arbres/", "/tableaux-de-bord/arbres/nombre/"
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_revocation_is_seen_by_the_next_request_to_each_server(catalogue: object, tmp_path: Path) -> None:
    """Case 5: each request reads the row of its link, so that no notification could be late or lost."""
    PLANNER.account()
    panels = [{"id": "nombre", "kind": "figure", "title": "Arbres", "question": {"layer": TREES}}]
    dashboards.dashboard("arbres", sections=[{"id": "tout", "panels": panels}], groups=PLANNER.groups)
    factories.tree()
    target = link_target(PLANNER.visitor(), shared_address(PAGE))
    link, token = create_link(
        author_id=PLANNER.account().pk, target=target, title="AMO", last_day=timezone.localdate()
    )
    cookie = {"Cookie": f"{settings.LINK_COOKIE_NAME}={token}"}
    with serving(tmp_path, settings="gisportal.settings.test", count=2) as servers:

        def statuses() -> list[int]:
            return [status(server, path, cookie) for server in servers for path in (PAGE, PANEL)]

        warm = [statuses() for _time in range(2)]
        revoke_links(ShareLink.objects.filter(pk=link.pk))
        revoked = statuses()
        link.refresh_from_db()
        assert link.revoked_at is not None
        restore_link(link.pk, revoked_at=link.revoked_at, at=timezone.now())
        restored = statuses()
    assert warm == [[200] * 4] * 2
    assert revoked == [404] * 4
    assert restored == [200] * 4
