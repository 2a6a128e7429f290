"""The report of an import: every finding counted, the first ones stored line by line, as one person may read them.

Everybody sees the line and the rule. The value is for who reads every field in every row; for others only when the
finding is about fields that they read, and never for a whole row or a position (made of columns that may be
protected).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from psycopg.sql import SQL

from datasets.access import ReadablePart
from datasets.definitions import Finding
from datasets.loading.sql.rules import Rule
from datasets.loading.sql.staging import StagingPlan, counts, first_findings
from datasets.models import Delivery, ReportLine
from datasets.sql import qualified, rows
from datasets.vocabulary import GeometryKind, Severity

MAX_FINDINGS = 10_000
# A delivery whose number of rows moves by more than this share of what is online deserves a look.
DRIFT = 0.2
PAGE_LINES = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts of an import. ``refused`` rows have an error; ``errors`` and ``warnings`` count findings."""

    read: int
    accepted: int
    errors: int
    warnings: int

    @property
    def refused(self) -> int:
        """Rows refused by an error."""
        return self.read - self.accepted


def write_report(
    delivery: Delivery, plan: StagingPlan, about_file: Iterable[Finding], online_rows: int | None
) -> Outcome:
    """Write the report of a staged delivery, and its first findings; return the counts.

    ``about_file`` are the findings of the reader and of the titles; ``online_rows`` is the size of what is online.
    """
    read, accepted, by_rule = counts(plan)
    findings = [*about_file, *_about_the_file(plan, read, accepted, by_rule, online_rows)]
    entries = [_entry(plan.rules[number], count) for number, count in by_rule]
    alike = Counter((each.severity, each.code, each.field, each.reason) for each in findings)
    first = {(each.severity, each.code, each.field, each.reason): each for each in findings}
    entries += [_entry(first[key], count) for key, count in alike.items()]
    totals = {
        severity: sum(e["count"] for e in entries if e["severity"] == severity) for severity in Severity
    }
    outcome = Outcome(read, accepted, totals[Severity.ERROR], totals[Severity.WARNING])
    lines = _lines(delivery, plan, findings, [number for number, _count in by_rule])
    ReportLine.objects.bulk_create(lines, batch_size=1_000)
    delivery.report = {
        "rows_read": read,
        "rows_kept": accepted,
        "rows_refused": outcome.refused,
        "errors": outcome.errors,
        "warnings": outcome.warnings,
        "counts": sorted(entries, key=lambda entry: (entry["severity"], -entry["count"])),
        "kept_findings": len(lines),
        "extent": _extent(plan) if plan.schema.geometry is not GeometryKind.NONE else None,
    }
    return outcome


def _entry(about: Rule | Finding, count: int) -> dict[str, Any]:
    return {
        "severity": Severity(about.severity).value,
        "code": about.code,
        "field": about.field,
        "reason": about.reason,
        "count": count,
    }


def _about_the_file(
    plan: StagingPlan, read: int, accepted: int, by_rule: list[tuple[int, int]], online_rows: int | None
) -> list[Finding]:
    warning, error = Severity.WARNING.value, Severity.ERROR.value
    findings = [
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
        findings.append(Finding(error, "no-rows", reason))
    if online_rows and abs(accepted - online_rows) > DRIFT * online_rows:
        sizes = {"new": accepted, "old": online_rows}
        findings.append(
            Finding(warning, "row-count", _("%(new)d lignes au lieu de %(old)d en ligne") % sizes)
        )
    outside = sum(count for number, count in by_rule if plan.rules[number].code == "geometry-outside")
    if read and outside * 2 > read:
        reason = _(
            "plus de la moitié des positions sont hors du territoire : système de coordonnées incorrect ?"
        )
        findings.append(Finding(warning, "extent", reason))
    return findings


def _lines(
    delivery: Delivery, plan: StagingPlan, findings: list[Finding], broken_rules: list[int]
) -> list[ReportLine]:
    lines = []
    for severity in (Severity.ERROR, Severity.WARNING):
        of_file = [finding for finding in findings if finding.severity == severity.value]
        lines += [_line(delivery, finding) for finding in of_file]
        left = max(0, MAX_FINDINGS - len(lines))
        for number, rule, value in first_findings(plan, severity, left, broken_rules):
            broken = plan.rules[rule]
            lines.append(
                _line(
                    delivery,
                    Finding(severity.value, broken.code, broken.reason, number, broken.field, value or ""),
                )
            )
    return lines[:MAX_FINDINGS]


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
    bounds = rows(
        SQL(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(geom) AS e FROM {}) AS t"
        ).format(qualified(plan.names.staged))
    )[0]
    return None if bounds[0] is None else list(bounds)


@dataclass(frozen=True, slots=True)
class VisibleFinding:
    """A finding for one person: ``line`` 0 is the whole file; a value that ``is_masked`` is not there at all."""

    line: int
    severity: str
    field: str
    value: str
    is_masked: bool
    reason: str


class _Findings(Sequence[VisibleFinding]):
    """The findings of a delivery as a sequence that is read a slice at a time."""

    def __init__(self, delivery: Delivery, reading: ReadablePart) -> None:
        self.lines = ReportLine.objects.filter(delivery=delivery).order_by("severity", "pk")
        self.open_titles = _open_titles(delivery, reading)

    def __len__(self) -> int:
        return self.lines.count()

    @overload
    def __getitem__(self, part: int) -> VisibleFinding: ...

    @overload
    def __getitem__(self, part: slice) -> list[VisibleFinding]: ...

    def __getitem__(self, part: int | slice) -> VisibleFinding | list[VisibleFinding]:
        if isinstance(part, int):
            return _visible(self.open_titles, self.lines[part])
        return [_visible(self.open_titles, line) for line in self.lines[part]]

    def __iter__(self) -> Iterator[VisibleFinding]:
        return (_visible(self.open_titles, line) for line in self.lines.iterator())


def findings_of(delivery: Delivery, reading: ReadablePart) -> Iterator[VisibleFinding]:
    """Yield every stored finding of a delivery."""
    return iter(_Findings(delivery, reading))


def findings_page(delivery: Delivery, reading: ReadablePart, number: str) -> Page[VisibleFinding]:
    """Return a page of the findings; a number that is not one gives the first, one too large the last."""
    return Paginator(_Findings(delivery, reading), PAGE_LINES).get_page(number)


def _visible(open_titles: frozenset[str] | None, line: ReportLine) -> VisibleFinding:
    is_masked = bool(line.value) and open_titles is not None and line.field not in open_titles
    value = "" if is_masked else line.value
    return VisibleFinding(line.line, line.get_severity_display(), line.field, value, is_masked, line.reason)


def _open_titles(delivery: Delivery, reading: ReadablePart) -> frozenset[str] | None:
    """Return the titles in the file whose values may be shown, those of a key joined as its rule does; None: all."""
    schema = delivery.schema_version.schema
    if reading.covers(schema.by_name):
        return None
    if not reading.has_every_row:
        return frozenset()
    hidden = {item.source for item in schema.fields if item.name not in reading.fields}
    titles = {item.source for item in schema.fields}
    key = ", ".join(schema.by_name[name].source for name in schema.key)
    return frozenset((titles | {key}) - hidden if reading.covers(schema.key) else titles - hidden - {key})
