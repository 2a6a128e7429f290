"""The lists of people and of groups as CSV that a French Excel opens: no cell of it is run as a formula."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from export_formats.csv import safe_cell
from gisportal.accounts.models import GroupManager, User
from gisportal.accounts.people.imports import GROUP_SEPARATOR, end_cell
from gisportal.accounts.people.queries import group_counts
from layers.models import Grant
from layers.visitor import Visitor
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


def groups_csv(visitor: Visitor) -> Iterator[str]:
    """Yield the lines of the file of the groups that a visitor manages, the titles first; three statements."""
    counts = group_counts(visitor)
    managers: dict[int, list[str]] = {}
    rows = GroupManager.objects.filter(group__in=[row.pk for row in counts]).select_related("user")
    for row in rows.order_by("user__username"):
        managers.setdefault(row.group_id, []).append(row.user.get_full_name() or row.user.get_username())
    grants = Counter(
        Grant.objects.filter(group__in=[row.pk for row in counts]).values_list("group", flat=True)
    )
    yield "\ufeff" + _line([_("groupe"), _("comptes"), _("gestionnaires"), _("accès")])
    for each in counts:
        names = f" {GROUP_SEPARATOR} ".join(managers.get(each.pk, ()))
        yield _line([each.name, str(each.members), names, str(grants[each.pk])])


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
