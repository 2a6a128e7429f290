"""``/gestion/sante/``: the age of the last backup and the end of the certificate, and what of them waits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from gisportal.journal.models import JournalEntry
from management.health.presenters import failing_upkeep
from management.health.services import read_certificate
from management.models import Backup, CertificateReading
from tests.people import Person
from tests.staff import signed_in

pytestmark = pytest.mark.django_db
ADMINISTRATOR = Person("cheffe", is_administrator=True)


def lines() -> dict[str, tuple[str, str]]:
    """Return the words and the tone of each line of the page, by title."""
    rows = signed_in(ADMINISTRATOR).get("/gestion/sante/").context["health"]
    return {line.title: (line.words, line.tone) for line in rows}


def waiting() -> set[str]:
    return {row.subject for row in failing_upkeep(ADMINISTRATOR.visitor())}


def certificate(folder: Path, days: int) -> Path:
    """Write a certificate that ends in so many days, and a minute."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "p")]),
    )
    now = timezone.now()
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=400))
    made = builder.not_valid_after(now + dt.timedelta(days=days, minutes=1)).sign(key, hashes.SHA256())
    path = folder / "portal.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def test_what_is_not_configured_is_said_in_words_and_waits_for_nobody() -> None:
    assert read_certificate() is None
    assert lines()["Sauvegarde"] == ("aucune n’est déclarée au portail", "")
    assert lines()["Certificat"][1] == ""
    assert waiting() == set()


def test_a_recorded_backup_has_an_age_a_size_and_a_trial(tmp_path: Path) -> None:
    path = tmp_path / "portal.dump"
    path.write_bytes(b"x" * 2_048)
    call_command("record_backup", str(path), str(path))
    assert lines()["Sauvegarde"] == ("il y a moins d’une heure, 4 ko, restauration non essayée", "")
    call_command("record_backup", "--restored")
    assert "restauration essayée le" in lines()["Sauvegarde"][0]
    entries = JournalEntry.objects.filter(subject=f"management.backup {Backup.objects.get().pk}")
    assert [entry.detail["action"] for entry in entries.order_by("pk")] == ["addition", "restored"]


def test_a_backup_that_is_late_waits(settings: Settings) -> None:
    Backup.objects.create(made_at=timezone.now() - dt.timedelta(hours=31), size=1)
    assert lines()["Sauvegarde"][1] == "warn"
    assert waiting() == {"health backup"}
    settings.PORTAL_BACKUP_HOURS = 0
    assert waiting() == set()


@pytest.mark.parametrize(
    "arguments", [[], ["--bytes", "0"], ["--restored"], ["/absent"], ["--bytes", "1", "--restored"]]
)
def test_a_faulty_record_of_a_backup_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("record_backup", *arguments)


@pytest.mark.parametrize(("days", "tone"), [(30, ""), (20, "warn"), (-1, "bad")])
def test_the_end_of_the_certificate_is_foreseen(
    settings: Settings, tmp_path: Path, days: int, tone: str
) -> None:
    settings.PORTAL_CERTIFICATE = str(certificate(tmp_path, days))
    assert lines()["Certificat"] == ("pas encore lu : il l’est chaque heure", "")
    read_certificate()
    assert lines()["Certificat"][1] == tone
    assert waiting() == ({"health certificate"} if tone else set())


@pytest.mark.parametrize("source", ["FILE", "/absent.pem", "127.0.0.1:1"])
def test_a_certificate_that_is_not_readable_is_said_with_its_fault(
    settings: Settings, tmp_path: Path, source: str
) -> None:
    path = tmp_path / "portal.pem"
    path.write_bytes(b"no certificate")
    settings.PORTAL_CERTIFICATE = source.replace("FILE", str(path))
    read_certificate()
    assert CertificateReading.objects.get().fault
    assert lines()["Certificat"][1] == "bad"
