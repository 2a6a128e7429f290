"""Days told from today in the filters of a question: ``DATE('today')``, ``DATE('today+30d')``, ``DATE('today-6m')``.

They become days when a panel is read, so that links and files hold the days that were meant. Any other word between the
quotes is left as it is, for the reader of CQL2 to refuse by name.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace

from django.utils import timezone

from dashboards.documents.document import Document, Include, Panel, PanelQuestion

_TODAY = re.compile(r"\bDATE\(\s*'today(?:\s*([+-])\s*(\d{1,4})([dwmy]))?'\s*\)", re.IGNORECASE)


def dated(text: str) -> str:
    """Return a filter with days in place of those that are told from today."""
    return _TODAY.sub(_day, text)


def dated_question(question: PanelQuestion) -> PanelQuestion:
    """Return a question whose filters hold days."""
    if not (question.filter or question.relation_filter):
        return question
    return replace(question, filter=dated(question.filter), relation_filter=dated(question.relation_filter))


def dated_document(document: Document) -> Document:
    """Return a document whose questions hold days."""
    sections = tuple(
        part
        if isinstance(part, Include)
        else replace(part, panels=tuple(_dated_panel(each) for each in part.panels))
        for part in document.sections
    )
    return replace(document, sections=sections)


def _dated_panel(panel: Panel) -> Panel:
    return replace(panel, question=dated_question(panel.question)) if panel.question else panel


def _day(found: re.Match[str]) -> str:
    today = timezone.localdate()
    count = int(found[2] or 0) * (-1 if found[1] == "-" else 1)
    try:
        return f"DATE('{_moved(today, count, (found[3] or 'd').lower())}')"
    except (ValueError, OverflowError):  # beyond the calendar
        return found[0]


def _moved(day: dt.date, count: int, unit: str) -> dt.date:
    """Return a day so many days, weeks, months or years later; the last day of a shorter month."""
    if unit in "dw":
        return day + dt.timedelta(days=count * (7 if unit == "w" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1), 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
