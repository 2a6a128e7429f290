"""The answers to a form as a CSV that a French Excel opens: no cell of it is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from export_formats.csv import safe_cell
from webforms.answers.presenters import answer_text
from webforms.documents import Item
from webforms.models import Answer, Form

DELIMITER = ";"


def answers_csv(form: Form, answers: Iterable[Answer]) -> Iterator[str]:
    """Yield the lines of the file, the titles first: of every question that any version asked."""
    items = questions_of(form)
    titles = [_("numéro"), _("reçue le"), _("état"), _("version"), _("ligne"), _("latitude"), _("longitude")]
    yield "\ufeff" + _line([*titles, *(item.label or name for name, item in items.items())])
    for answer in answers:
        yield _line(
            [
                *_first_cells(answer),
                *(answer_text(item, answer.values.get(name)) for name, item in items.items()),
            ]
        )


def questions_of(form: Form) -> dict[str, Item]:
    """Return the questions of every version by name, the latest words of each."""
    items: dict[str, Item] = {}
    for version in form.versions.order_by("number"):
        items |= {item.name: item for item in version.content.single_items if item.is_answered}
    return items


def _first_cells(answer: Answer) -> list[Any]:
    point = answer.geom.point_on_surface if answer.geom is not None else None
    return [
        answer.reference,
        localtime(answer.received_at).strftime("%Y-%m-%d %H:%M"),
        answer.get_state_display(),
        answer.version.number,
        answer.row or "",
        f"{point.y:.6f}" if point else "",
        f"{point.x:.6f}" if point else "",
    ]


def _line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    texts = [safe_cell(cell, DELIMITER) if isinstance(cell, str) else str(cell) for cell in cells]
    csv.writer(line, delimiter=DELIMITER, lineterminator="\r\n").writerow(texts)
    return line.getvalue()
