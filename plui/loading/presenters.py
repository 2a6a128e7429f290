"""A version and what it changes, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plui.loading.queries import ChangeCount, open_findings
from plui.models import PlanVersion
from plui.packages.findings import Level
from plui.packages.presenters import finding_line
from plui.vocabulary import PlanState
from publication.models import Submission
from publication.vocabulary import OPEN_STATES, SubjectKind


def version_sentence(version: PlanVersion) -> str:
    """Name a version: its number once stored, its title, its IDURBA and its national model."""
    values = {
        "title": version.title,
        "idurba": version.idurba,
        "model": version.model_name or "—",
        "number": version.pk,
    }
    if PlanVersion.objects.filter(pk=version.pk).exists():
        return _("Version %(number)d : %(title)s (%(idurba)s), modèle %(model)s.") % values
    return _("%(title)s (%(idurba)s), modèle %(model)s.") % values


def change_lines(changes: Mapping[str, ChangeCount]) -> list[str]:
    """Return what a version changes, a line a table."""
    return [
        _(
            "%(table)s : %(added)d ajoutés, %(changed)d modifiés, %(removed)d supprimés, %(unchanged)d inchangés"
        )
        % {"table": table, **asdict(count)}
        for table, count in changes.items()
    ]


def open_lines(version: PlanVersion) -> list[str]:
    """Return the findings that a staged version still has to have accepted."""
    if version.state != PlanState.STAGED:
        return []
    findings = open_findings(version)
    if not len(findings):
        return []
    count = len(findings)
    head = ngettext("%d constat à accepter :", "%d constats à accepter :", count) % count
    lines = [head, *(finding_line(finding) for finding in findings)]
    if any(finding.level is Level.ERROR for finding in findings):
        lines.append(
            _(
                "Une erreur acceptée ici reste une erreur pour le Géoportail de l’urbanisme, qui refusera le paquet."
            )
        )
    return lines


def state_sentence(version: PlanVersion) -> str:
    """Say where a version is: to be examined, waiting for a decision or its day, online, replaced, withdrawn."""
    if version.state == PlanState.ONLINE and version.in_force_from is not None:
        day = version.in_force_from.strftime("%d/%m/%Y")
        return _("En ligne, en vigueur depuis le %s.") % day
    if version.state != PlanState.STAGED:
        return _("État : %s.") % version.get_state_display()
    submission = Submission.objects.filter(
        kind=SubjectKind.PLAN, version=version.pk, state__in=OPEN_STATES
    ).first()
    if submission is None:
        return _("À examiner : rien n’a changé en ligne.")
    if submission.starts_at is None:
        return _("Soumise : une autre personne l’approuve.")
    return _("Approuvée : mise en ligne le %s.") % localtime(submission.starts_at).strftime("%d/%m/%Y")


def import_document(
    version: PlanVersion,
    changes: Mapping[str, ChangeCount],
    *,
    is_dry_run: bool = False,
    is_repeated: bool = False,
) -> dict[str, Any]:
    """Return an import as JSON: the version, its state, its changes by table, its findings."""
    return {
        "version": None if is_dry_run else version.pk,
        "idurba": version.idurba,
        "title": version.title,
        "model": version.model_name,
        "state": version.state,
        "in_force_from": version.in_force_from.isoformat() if version.in_force_from else None,
        "is_dry_run": is_dry_run,
        "is_repeated": is_repeated,
        "changes": {table: asdict(count) for table, count in changes.items()},
        "findings": version.findings,
    }
