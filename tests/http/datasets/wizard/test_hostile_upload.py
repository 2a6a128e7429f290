"""A file made to harm, given to the wizard: a sentence beside its field, and the site as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bench.attacks import hostile_files
from datasets.models import Upload
from tests.people import ADMINISTRATOR
from tests.uploads import work

pytestmark = pytest.mark.usefixtures("communes", "media")


@pytest.fixture
def client(settings: Any) -> Client:
    settings.SANDBOX_CPU_SECONDS = 1
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a1-and-xfd1048576.xlsx", "millions de cellules"),
        ("hidden-far-cells.xlsx", "Mo de mémoire"),
        ("slow-column.gpkg", "plus de 1 secondes"),
        ("endless-view.gpkg", "des vues"),
    ],
)
def test_hostile_file_is_refused_with_its_reason_and_not_kept(client: Client, name: str, words: str) -> None:
    file = SimpleUploadedFile(name, hostile_files.TABLES[name]())
    address = client.post("/jeux/nouveau/", {"file": file}).headers["Location"]
    work()
    assert words in client.get(address).content.decode()
    assert not Upload.objects.get().location.exists()


@pytest.mark.parametrize("name", hostile_files.NESTED)
def test_nested_shapes_are_answered_and_never_an_outage(client: Client, name: str) -> None:
    file = SimpleUploadedFile(name, hostile_files.NESTED[name]())
    address = client.post("/jeux/nouveau/", {"file": file}).headers["Location"]
    work()
    assert client.get(address).status_code in {200, 302}
