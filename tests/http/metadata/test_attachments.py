"""Documents of a layer: checked by their content, read by who sees the layer, never executed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from layers.models import Layer
from metadata.models import Attachment, MetadataChange
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER
from tests.staff import signed_in, text
from tests.world import PLAYGROUNDS, TREES, World

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
SCRIPT = PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>")


@pytest.fixture
def team(world: World, settings: Any, tmp_path: Path) -> Client:
    """The browser of an administrator, with a folder of documents of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return signed_in(ADMINISTRATOR)


def add(client: Client, content: bytes, name: str, layer: str = TREES) -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(
        f"/catalogue/{layer}/metadonnees/pieces/", {"piece-title": "Notice", "piece-file": upload}
    )


def address(attachment: Attachment) -> str:
    return f"/catalogue/{attachment.layer.slug}/pieces/{attachment.pk}/{attachment.file_name}"


def picture() -> bytes:
    output = BytesIO()
    image = Image.new("RGB", (8, 8), "red")
    image.save(output, "PNG", pnginfo=None)
    return output.getvalue() + b"<script>secret</script>"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("notice.pdf", PDF, "application/pdf"),
        ("champs.csv", b"nom;sens\nx;y\n", "text/csv"),
        ("lisez-moi.txt", "À lire.".encode(), "text/plain"),
    ],
)
def test_a_document_is_served_as_a_file_that_nothing_executes(
    team: Client, name: str, content: bytes, media_type: str
) -> None:
    assert add(team, content, name).status_code == 302
    attachment = Attachment.objects.get()
    answer = Client().get(address(attachment))
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Type"].startswith(media_type)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert MetadataChange.objects.get().changes == {"attachments": [None, "Notice"]}


def test_a_picture_is_encoded_anew(team: Client) -> None:
    add(team, picture(), "plan <b>.png")
    attachment = Attachment.objects.get()
    assert attachment.file_name == "plan -b.jpg"
    assert b"secret" not in attachment.path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notice.pdf", SCRIPT, "élément actif (JavaScript)"),
        ("notice.pdf", b"%PDF-1.7\n", "incomplet ou endommagé"),
        ("notice.pdf", b"MZ\x90\x00", "ni un PDF, ni une image"),
        ("vide.txt", b"", "vide"),
    ],
)
def test_a_document_that_is_refused_leaves_nothing(
    team: Client, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    answer = add(team, content, name)
    assert answer.status_code == 422
    assert reason in text(answer)
    assert not Attachment.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_document_of_an_internal_layer_is_hidden_like_its_layer(team: Client) -> None:
    add(team, PDF, "notice.pdf", PLAYGROUNDS)
    place = address(Attachment.objects.get())
    assert Client().get(place).status_code == 404
    assert signed_in(OUTSIDER).get(place).status_code == 404
    answer = signed_in(PLANNER).get(place)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]


def test_a_document_is_gone_as_soon_as_its_layer_is_withdrawn(team: Client) -> None:
    add(team, PDF, "notice.pdf")
    place = address(Attachment.objects.get())
    tag = Client().get(place)["ETag"]
    assert Client().get(place, headers={"if-none-match": tag}).status_code == 304
    Layer.objects.filter(slug=TREES).update(state="archived")
    assert Client().get(place, headers={"if-none-match": tag}).status_code == 404


def test_a_document_is_deleted_with_its_file(
    team: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    add(team, PDF, "notice.pdf")
    attachment = Attachment.objects.get()
    assert attachment.path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        team.post(f"/catalogue/{TREES}/metadonnees/pieces/{attachment.pk}/retirer/")
    assert not Attachment.objects.exists()
    assert not attachment.path.exists()
