"""The list of people as a CSV that a French Excel opens: no cell of it is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from export_formats.csv import safe_cell
from gisportal.accounts.models import User
from gisportal.accounts.people.imports import GROUP_SEPARATOR, end_cell
from management.people.presenters import factors_of

DELIMITER = ";"


def people_csv(rows: Iterable[User]) -> Iterator[str]:
    """Yield the lines of the file, the titles first: those that an import reads, then what it does not."""
    titles = [
        _("courriel"),
        _("prénom"),
        _("nom"),
        _("type"),
        _("organisme"),
        _("groupes"),
        _("fin"),
        _("actif"),
        _("second facteur"),
        _("dernière connexion"),
        _("prochaine fin d’un droit"),
    ]
    yield "\ufeff" + _line(titles)
    for user in rows:
        yield _line(_cells(user))


def _cells(user: Any) -> list[str]:
    groups = sorted(group.name for group in user.groups.all())
    return [
        user.email,
        user.first_name,
        user.last_name,
        user.kind,
        user.organisation,
        f" {GROUP_SEPARATOR} ".join(groups),
        end_cell(user.ends_at),
        _("oui") if user.is_active else _("non"),
        factors_of(user),
        localtime(user.last_login).isoformat(timespec="minutes") if user.last_login else "",
        localtime(user.next_end).isoformat(timespec="minutes") if user.next_end else "",
    ]


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n").writerow(
        [safe_cell(cell, DELIMITER) for cell in cells]
    )
    return text.getvalue()
