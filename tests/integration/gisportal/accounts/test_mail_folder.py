"""Messages kept as files: whole, readable, private."""

from __future__ import annotations

import os
import stat
from email import message_from_bytes
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from gisportal.accounts.mail import remove_old_messages

SENT = "Bonjour Ève,\n\nhttp://localhost/compte/mot-de-passe/nouveau/eyJ1c2VyIjoxfQ:1abcde:xyz-_/\n"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The folder of messages, after one."""
    settings.EMAIL_BACKEND = "gisportal.accounts.mail.FolderBackend"
    settings.EMAIL_FOLDER = tmp_path / "mail"
    message = EmailMultiAlternatives("Été", SENT, to=["eve@example.org"])
    message.attach_alternative("<p>Bonjour</p>", "text/html")
    message.send()
    return tmp_path / "mail"


def test_a_message_is_a_file_of_the_field(folder: Path) -> None:
    message = message_from_bytes(next(folder.glob("*.eml")).read_bytes())
    assert (message["To"], message.get_content_type()) == ("eve@example.org", "multipart/alternative")


def test_a_link_can_be_copied_from_the_file(folder: Path) -> None:
    assert SENT.split()[-1] in next(folder.glob("*.eml")).read_text("utf-8")


def test_messages_are_read_by_their_owner_alone(folder: Path) -> None:
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, next(folder.glob("*.eml")))]
    assert modes == [0o700, 0o600]


def test_messages_go_away_after_a_month(folder: Path) -> None:
    path = next(folder.glob("*.eml"))
    os.utime(path, (0, 0))
    assert (remove_old_messages(), path.exists()) == (1, False)


def test_messages_are_kept_for_a_while(folder: Path) -> None:
    assert (remove_old_messages(), len(list(folder.glob("*.eml")))) == (0, 1)
