"""The findings of a version: a page of them by size, their map, and the files of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from export_formats.csv import safe_text
from interface.wording import HARD_SPACE, number
from plui.loading.queries import finding_key, findings_of, has_to_be_accepted
from plui.models import FindingAcceptance, PlanVersion
from plui.packages.findings import Finding, Level
from plui.packages.presenters import level_label, location_of
from plui.versions.parsing import ACCEPTED, OPEN, FindingQuery

PAGE_SIZE = 50
_TONES = {Level.ERROR: "bad", Level.WARNING: "warn", Level.INFO: ""}
_ICONS = {Level.ERROR: "circle-x", Level.WARNING: "triangle-alert", Level.INFO: "info"}
_QUOTED = re.compile(r"«\s(.*?)\s»")
_READINGS = 2


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding of a page. ``number`` is its place in the list; ``readings`` the texts in two encodings, or empty."""

    number: int
    key: str
    finding: Finding
    level: str
    tone: str
    icon: str
    location: str
    size: str
    position: str
    readings: Sequence[str]
    acceptance: FindingAcceptance | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A page of findings, the largest first, and what there is to choose from.

    ``choices`` are (code, count) of the open ones; ``levels``, ``codes`` and ``tables`` count all findings.
    """

    query: FindingQuery
    rows: Sequence[FindingRow]
    count: int
    pages: int
    levels: Sequence[tuple[str, str, int]]
    codes: Sequence[tuple[str, int]]
    tables: Sequence[tuple[str, int]]
    open_codes: Sequence[tuple[str, int]]
    open_count: int

    @property
    def first(self) -> int:
        """The number of the first row."""
        return self.rows[0].number if self.rows else 0

    @property
    def previous(self) -> int:
        """The number of the page before."""
        return self.query.page - 1

    @property
    def next(self) -> int:
        """The number of the page after."""
        return self.query.page + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.rows[-1].number if self.rows else 0


def codes_of(version: PlanVersion) -> set[str]:
    """Return the codes of the findings of a version."""
    return {finding.code for finding in findings_of(version)}


def tables_of(version: PlanVersion) -> set[str]:
    """Return the files that findings of a version are in."""
    return {finding.file for finding in findings_of(version)} - {""}


def finding_page(version: PlanVersion, query: FindingQuery) -> FindingPage:
    """Return a page of the findings of a version."""
    acceptances = {each.key: each for each in version.acceptances.select_related("author")}
    findings = findings_of(version)
    keyed = [(finding_key(finding), finding) for finding in findings]
    is_open = {key: has_to_be_accepted(finding) and key not in acceptances for key, finding in keyed}
    chosen = [
        (key, finding)
        for key, finding in keyed
        if query.level in (None, finding.level)
        and query.code in ("", finding.code)
        and query.table in ("", finding.file)
        and (query.state != OPEN or is_open[key])
        and (query.state != ACCEPTED or key in acceptances)
    ]
    chosen.sort(key=lambda each: -each[1].size)
    pages = max(1, ceil(len(chosen) / PAGE_SIZE))
    first = (min(query.page, pages) - 1) * PAGE_SIZE
    levels = Counter(finding.level for finding in findings)
    return FindingPage(
        query=query,
        rows=[
            _row(number_of, key, finding, acceptances.get(key), is_open=is_open[key])
            for number_of, (key, finding) in enumerate(chosen[first : first + PAGE_SIZE], first + 1)
        ],
        count=len(chosen),
        pages=pages,
        levels=[(level.value.lower(), level_label(level), levels[level]) for level in Level if levels[level]],
        codes=sorted(Counter(finding.code for finding in findings).items()),
        tables=sorted(Counter(finding.file for finding in findings if finding.file).items()),
        open_codes=sorted(Counter(finding.code for key, finding in keyed if is_open[key]).items()),
        open_count=sum(is_open.values()),
    )


def refused_rows(findings: Iterable[Mapping[str, Any]]) -> list[FindingRow]:
    """Return the findings for which a package was refused."""
    return [
        _row(place, "", Finding.from_json(document), None, is_open=False)
        for place, document in enumerate(findings, 1)
    ]


def _row(
    place: int, key: str, finding: Finding, acceptance: FindingAcceptance | None, *, is_open: bool
) -> FindingRow:
    readings = _QUOTED.findall(finding.message) if finding.code == "TABLE_UNEXPECTED_ENCODING" else []
    return FindingRow(
        number=place,
        key=key,
        finding=finding,
        level=level_label(finding.level),
        tone=_TONES[finding.level],
        icon=_ICONS[finding.level],
        location=location_of(finding),
        size=size_words(finding),
        position=_position(finding),
        readings=readings[-_READINGS:] if len(readings) >= _READINGS else (),
        acceptance=acceptance,
        is_open=is_open,
    )


def size_words(finding: Finding) -> str:
    """Write the size of a finding: square metres, or metres of a line; empty without one."""
    if not finding.size:
        return ""
    is_line = bool(finding.geometry) and "Line" in str((finding.geometry or {}).get("type", ""))
    amount = number(round(finding.size, 2 if finding.size < 10 else 0))
    return f"{amount}{HARD_SPACE}{'m' if is_line else 'm²'}"


def _position(finding: Finding) -> str:
    """Write where a finding is in degrees, for who does not see the map."""
    if not finding.geometry:
        return ""
    point = GEOSGeometry(json.dumps(dict(finding.geometry))).centroid
    return f"{point.y:.5f}, {point.x:.5f}"


def finding_features(page: FindingPage) -> dict[str, Any]:
    """Return the findings of a page that have a place, as GeoJSON; ``item`` is the number of the row."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.number,
                "properties": {"item": row.number, "tone": row.tone, "label": str(row.number)},
                "geometry": dict(row.finding.geometry),
            }
            for row in page.rows
            if row.finding.geometry
        ],
    }


FILE_COLUMNS = ("level", "code", "message", "file", "row", "attribute", "value", "size", "accepted", "reason")


def findings_csv(version: PlanVersion) -> str:
    """Return the findings of a version as CSV, with the reasons of those accepted."""
    reasons = dict(version.acceptances.values_list("key", "reason"))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(FILE_COLUMNS)
    for finding in findings_of(version):
        reason = reasons.get(finding_key(finding))
        writer.writerow(
            [
                finding.level.value, finding.code, safe_text(finding.message), safe_text(finding.file), finding.row or "",
                safe_text(finding.attribute), safe_text(finding.value), round(finding.size, 4) or "",
                _("oui") if reason else "", safe_text(reason or ""),
            ]
        )  # fmt: skip
    return "\ufeff" + written.getvalue()


def findings_lines(version: PlanVersion) -> str:
    """Return the findings as lines of JSON, of the shape of the national validator's report and of ``check_plu``."""
    lines = (
        json.dumps({"level": finding.level.value} | finding.to_json(), ensure_ascii=False)
        for finding in findings_of(version)
    )
    return "".join(f"{line}\n" for line in lines)
