"""Backups that are recorded, and the certificate that browsers get, read by a task since no page waits for that."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from management.models import Backup, CertificateReading

_CONNECTION_S = 10
_MAX_BYTES = 1024 * 1024


@transaction.atomic
def record_backup(*, size: int) -> Backup:
    """Record a backup of ``size`` bytes that was just made; journaled."""
    backup = Backup.objects.create(size=size)
    record(Event.ADMINISTRATION, subject=f"management.backup {backup.pk}", action="addition")
    return backup


@transaction.atomic
def record_restoration() -> Backup | None:
    """Record that the last backup was restored in a trial just now; None without any backup. Journaled."""
    backup = Backup.objects.select_for_update().order_by("-made_at", "-pk").first()
    if backup is not None:
        backup.restored_at = timezone.now()
        backup.save(update_fields=["restored_at"])
        record(Event.ADMINISTRATION, subject=f"management.backup {backup.pk}", action="restored")
    return backup


def read_certificate() -> CertificateReading | None:
    """Read the end of the certificate that the settings name, and store it with the fault there is; None for none.

    ``settings.PORTAL_CERTIFICATE`` is the path of a PEM file, whose first certificate counts, or ``host:port``, asked
    as a browser does (RFC 6066 §3), whether its certificate is valid or not.
    """
    source: str = settings.PORTAL_CERTIFICATE
    if not source:
        CertificateReading.objects.all().delete()
        return None
    ends_at, fault = None, ""
    try:
        ends_at = _end_of(_pem(source))
    except (OSError, ValueError) as error:
        fault = str(error)[:300] or type(error).__name__
    reading, _is_new = CertificateReading.objects.update_or_create(
        pk=1, defaults={"source": source, "ends_at": ends_at, "fault": fault, "read_at": timezone.now()}
    )
    return reading


def _pem(source: str) -> bytes:
    if source.startswith("/"):
        with Path(source).open("rb") as file:
            return file.read(_MAX_BYTES)
    host, _colon, port = source.rpartition(":")
    return ssl.get_server_certificate((host.strip("[]"), int(port)), timeout=_CONNECTION_S).encode()


def _end_of(pem: bytes) -> dt.datetime:
    return x509.load_pem_x509_certificate(pem).not_valid_after_utc
