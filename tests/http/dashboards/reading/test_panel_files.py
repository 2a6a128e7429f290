"""A file of a panel says what was asked of its page: away from it, nothing else does."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from django.test import Client

from tests import dashboards
from tests.factories import MEUDON
from tests.world import TREES, World


def test_a_workbook_tells_the_filters_of_its_page(world: World) -> None:
    panel = {"id": "genres", "kind": "bar", "title": "Genres", "question": {"layer": TREES, "by": ["genre"]}}
    dashboards.dashboard(
        "fichiers",
        sections=[{"id": "s", "panels": [panel]}],
        filters=[{"field": "commune", "kind": "commune"}],
        is_public=True,
    )
    content = Client().get("/tableaux-de-bord/fichiers/genres.xlsx", {"commune": MEUDON}).content
    with ZipFile(BytesIO(content)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert "Commune\u00a0: Meudon" in words
