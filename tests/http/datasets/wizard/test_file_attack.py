"""The bench's attack by files, against a server of the test: what it sends is what a browser would."""

from __future__ import annotations

import pytest
from django.test import Client

from bench.attacks import hostile_files
from bench.attacks.files import hostile_uploads
from tests.people import ADMINISTRATOR
from tests.uploads import work


@pytest.mark.django_db(transaction=True)
def test_attack_by_files_tells_refusals_and_probes(live_server: object, media: object) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].OutputString().partition(";")[0]
    port = int(str(live_server).rpartition(":")[2])
    files = {name: hostile_files.TABLES[name] for name in ("hidden-far-cells.xlsx", "endless-view.gpkg")}
    figures = hostile_uploads(port, session=session, files=files, pause=work)
    assert figures[0].measured == "all"
