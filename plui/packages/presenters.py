"""The report of a package as lines of text."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plui.packages.findings import Finding, Level
from plui.packages.services import PackageReport

_REASONS = {
    "metadata": gettext_lazy("d’après la fiche de métadonnées"),
    "INTERCO": gettext_lazy("d’après l’attribut INTERCO"),
    "NOMRAPP": gettext_lazy("d’après l’attribut NOMRAPP"),
    "0_Procedure": gettext_lazy("d’après les noms de 0_Procedure"),
    "default": gettext_lazy("à défaut d’indice"),
}
_LEVELS = {
    Level.ERROR: gettext_lazy("erreur"),
    Level.WARNING: gettext_lazy("avertissement"),
    Level.INFO: gettext_lazy("information"),
}


def model_sentence(report: PackageReport) -> str:
    """Say which national model was chosen, and by what."""
    return _("Modèle %(model)s (%(specification)s), %(reason)s.") % {
        "model": report.model.name,
        "specification": report.model.specification,
        "reason": _REASONS.get(report.model_reason, ""),
    }


def count_sentence(report: PackageReport) -> str:
    """Say how many findings there are, by level."""
    errors, warnings = report.count_of(Level.ERROR), report.count_of(Level.WARNING)
    return ", ".join(
        (
            ngettext("%d erreur", "%d erreurs", errors) % errors,
            ngettext("%d avertissement", "%d avertissements", warnings) % warnings,
        )
    )


def report_lines(report: PackageReport) -> list[str]:
    """Return the head of a report: document, model, tables with their rows, counts."""
    return [
        _("Document %(idurba)s, dossier %(folder)s.") % {"idurba": report.idurba, "folder": report.folder},
        model_sentence(report),
        *(
            _("%(table)s : %(rows)s, %(encoding)s")
            % {
                "table": table.name,
                "rows": ngettext("%d ligne", "%d lignes", table.count) % table.count,
                "encoding": table.encoding.upper(),
            }
            for table in report.tables
        ),
        count_sentence(report),
    ]


def location_of(finding: Finding) -> str:
    """Return where a finding is: file, row and attribute; empty when it concerns the whole package."""
    parts = [finding.file]
    if finding.row:
        parts.append(_("ligne %d") % finding.row)
    if finding.attribute:
        parts.append(finding.attribute)
    return ", ".join(filter(None, parts))


def finding_line(finding: Finding) -> str:
    """Return a finding on one line: level, code, where, message."""
    head = f"{level_label(finding.level)} {finding.code}"
    where = location_of(finding)
    head = f"{head} — {where}" if where else head
    return _("%(title)s : %(text)s") % {"title": head, "text": finding.message}


def level_label(level: Level) -> str:
    """Return a level in words."""
    return str(_LEVELS[level])
