"""What an import found, as a report: every finding counted, the first ones kept line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL

from datasets.definitions import Finding
from datasets.loading.sql.staging import StagingPlan, counts, first_findings
from datasets.models import Delivery, ReportLine
from datasets.sql.execution import rows
from datasets.sql.names import qualified
from datasets.vocabulary import GeometryKind, Severity

KEPT_FINDINGS = 10_000
# A delivery whose number of rows moves by more than this share of what is online deserves a look.
DRIFT = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts of an import. ``refused`` rows have an error; ``errors`` and ``warnings`` count findings."""

    read: int
    kept: int
    errors: int
    warnings: int

    @property
    def refused(self) -> int:
        """Rows that an error keeps out."""
        return self.read - self.kept


def write_report(
    delivery: Delivery, plan: StagingPlan, whole: Iterable[Finding], online_rows: int | None
) -> Outcome:
    """Write the report of a staged delivery, and its first findings; return the counts.

    ``whole`` are the findings of the reader and of the titles; ``online_rows`` is the size of what is online.
    """
    read, kept, by_rule = counts(plan)
    findings = [*whole, *_about_the_file(plan, read, kept, by_rule, online_rows)]
    entries = [_entry(plan, number, count) for number, count in by_rule]
    entries += [_of_finding(finding) for finding in findings]
    totals = {
        severity: sum(e["count"] for e in entries if e["severity"] == severity) for severity in Severity
    }
    outcome = Outcome(read, kept, totals[Severity.ERROR], totals[Severity.WARNING])
    lines = _lines(delivery, plan, findings)
    ReportLine.objects.bulk_create(lines, batch_size=1_000)
    delivery.report = {
        "rows_read": read,
        "rows_kept": kept,
        "rows_refused": outcome.refused,
        "errors": outcome.errors,
        "warnings": outcome.warnings,
        "counts": sorted(entries, key=lambda entry: (entry["severity"], -entry["count"])),
        "kept_findings": len(lines),
        "extent": _extent(plan) if plan.schema.geometry is not GeometryKind.NONE else None,
    }
    return outcome


def _entry(plan: StagingPlan, number: int, count: int) -> dict[str, Any]:
    rule = plan.rules[number]
    return {
        "severity": rule.severity.value,
        "code": rule.code,
        "field": rule.field,
        "reason": rule.reason,
        "count": count,
    }


def _of_finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "field": finding.field,
        "reason": finding.reason,
        "count": 1,
    }


def _about_the_file(
    plan: StagingPlan, read: int, kept: int, by_rule: list[tuple[int, int]], online_rows: int | None
) -> list[Finding]:
    warning, error = Severity.WARNING.value, Severity.ERROR.value
    found = [
        Finding(
            warning,
            rule.code,
            _("%(reason)s (%(count)d lignes)") % {"reason": rule.reason, "count": count},
            field=rule.field,
        )
        for number, count in by_rule
        if (rule := plan.rules[number]).is_counted_only
    ]
    if read == 0:
        reason = _("le fichier n’a aucune ligne de données")
        if plan.recipe.only:
            reason = _("le fichier n’a aucune ligne de la famille choisie")
        found.append(Finding(error, "no-rows", reason))
    if online_rows and abs(kept - online_rows) > DRIFT * online_rows:
        sizes = {"new": kept, "old": online_rows}
        found.append(Finding(warning, "row-count", _("%(new)d lignes au lieu de %(old)d en ligne") % sizes))
    outside = sum(count for number, count in by_rule if plan.rules[number].code == "geometry-outside")
    if read and outside * 2 > read:
        reason = _(
            "plus de la moitié des positions sont hors du territoire : système de coordonnées incorrect ?"
        )
        found.append(Finding(warning, "extent", reason))
    return found


def _lines(delivery: Delivery, plan: StagingPlan, whole: list[Finding]) -> list[ReportLine]:
    lines = []
    for severity in (Severity.ERROR, Severity.WARNING):
        mine = [finding for finding in whole if finding.severity == severity.value]
        lines += [_line(delivery, finding) for finding in mine]
        left = max(0, KEPT_FINDINGS - len(lines))
        for number, rule, value in first_findings(plan, severity, left):
            told = plan.rules[rule]
            lines.append(
                _line(
                    delivery, Finding(severity.value, told.code, told.reason, number, told.field, value or "")
                )
            )
    return lines[:KEPT_FINDINGS]


def _line(delivery: Delivery, finding: Finding) -> ReportLine:
    return ReportLine(
        delivery=delivery,
        line=finding.line,
        severity=finding.severity,
        code=finding.code[:40],
        field=finding.field[:200],
        value=finding.value[:200],
        reason=finding.reason[:300],
    )


def _extent(plan: StagingPlan) -> list[float] | None:
    found = rows(
        SQL(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(geom) AS e FROM {}) AS t"
        ).format(qualified(plan.names.staged))
    )[0]
    return None if found[0] is None else list(found)
