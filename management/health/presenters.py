"""The health of the portal in words, and what of it waits for the team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.health import Health
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import day, days_away, number, size
from layers.visitor import Visitor
from management.models import Backup, CertificateReading

CERTIFICATE_DAYS = 21
"""A certificate is to be renewed so many days before its end."""
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HealthLine:
    """A probe in words; ``tone`` is empty where all is well, « warn » or « bad »."""

    title: str
    words: str
    tone: str = ""


def health_lines(state: Health, *, at: dt.datetime) -> list[HealthLine]:
    """Return the probes in words: database, worker, queue, disk, last backup, certificate; two statements."""
    if not state.postgis:
        return [HealthLine(_("Base de données"), _("ne répond pas"), "bad")]
    least = min(state.free_mb.values(), default=0) * 1024**2
    disk = {"full": "bad", "low": "warn"}.get(state.disk, "")
    heartbeat = state.heartbeat_age_s
    return [
        HealthLine(_("Base de données"), _("répond")),
        HealthLine(
            _("Traitements"),
            _("répondent")
            if state.worker == "ok"
            else _("arrêtés depuis %s s") % number(round(heartbeat))
            if heartbeat is not None
            else _("aucun n’a commencé"),
            "" if state.worker == "ok" else "bad",
        ),
        HealthLine(
            _("File d’attente"),
            _("vide") if not state.waiting else _("en attente : %s") % number(state.waiting),
            "" if state.queue == "ok" else "warn",
        ),
        HealthLine(_("Disque"), _("%s libres") % size(least), disk),
        _backup_line(last_backup(), at),
        _certificate_line(certificate(), at),
    ]


def last_backup() -> Backup | None:
    """Return the last backup that was recorded."""
    return Backup.objects.order_by("-made_at", "-pk").first()


def certificate() -> CertificateReading | None:
    """Return what was last read of the certificate that the settings name now; None for none."""
    return CertificateReading.objects.filter(source=settings.PORTAL_CERTIFICATE).first()


def is_late(backup: Backup, at: dt.datetime) -> bool:
    """Whether a backup is older than the settings expect."""
    hours: int = settings.PORTAL_BACKUP_HOURS
    return bool(hours) and at - backup.made_at > hours * _HOUR


def failing_upkeep(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the backup that is late and the certificate that ends soon or is not readable, for administrators."""
    if not visitor.is_administrator:
        return
    backup, at = last_backup(), visitor.instant
    if backup is not None and is_late(backup, at):
        yield _row(
            "backup",
            _("La sauvegarde a %s") % _age(at - backup.made_at),
            _restoration(backup),
            "warn",
            "database",
        )
    reading = certificate()
    if reading is None:
        return
    line = _certificate_line(reading, at)
    if line.tone:
        title = _("%(title)s : %(text)s") % {"title": line.title, "text": line.words}
        detail = (
            _("les navigateurs refusent le portail le jour de sa fin") if reading.ends_at else reading.fault
        )
        yield _row("certificate", title, detail, line.tone, "lock")


def _row(name: str, title: str, detail: str, tone: str, icon: str) -> WaitingRow:
    return WaitingRow(
        subject=f"health {name}",
        group=WaitingGroup.REPAIR,
        icon=icon,
        title=title,
        detail=detail,
        action=_("Voir"),
        address=reverse("management:health"),
        tone=tone,
    )


def _backup_line(backup: Backup | None, at: dt.datetime) -> HealthLine:
    if backup is None:
        return HealthLine(_("Sauvegarde"), _("aucune n’est déclarée au portail"))
    words = {"age": _age(at - backup.made_at), "size": size(backup.size), "restored": _restoration(backup)}
    text = _("il y a %(age)s, %(size)s, %(restored)s") % words
    return HealthLine(_("Sauvegarde"), text, "warn" if is_late(backup, at) else "")


def _restoration(backup: Backup) -> str:
    if backup.restored_at is None:
        return _("restauration non essayée")
    return _("restauration essayée le %s") % day(backup.restored_at)


def _age(age: dt.timedelta) -> str:
    hours = int(age / _HOUR)
    if hours < 1:
        return _("moins d’une heure")
    if hours < 48:
        return ngettext("%s heure", "%s heures", hours) % number(hours)
    days = hours // 24
    return ngettext("%s jour", "%s jours", days) % number(days)


def _certificate_line(reading: CertificateReading | None, at: dt.datetime) -> HealthLine:
    title = _("Certificat")
    if not settings.PORTAL_CERTIFICATE:
        return HealthLine(title, _("non surveillé : aucun n’est nommé dans les réglages"))
    if reading is None:
        return HealthLine(title, _("pas encore lu : il l’est chaque heure"))
    if reading.ends_at is None:
        return HealthLine(title, _("illisible le %s") % day(reading.read_at), "bad")
    days = (reading.ends_at - at).days
    if reading.ends_at <= at:
        return HealthLine(title, _("expiré le %s") % day(reading.ends_at), "bad")
    return HealthLine(title, _("expire %s") % days_away(days), "warn" if days < CERTIFICATE_DAYS else "")
