"""The calls of a directory in words: what each did, or would have done on trial."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.models import DirectoryToken, User
from gisportal.accounts.people.changes import display_name
from gisportal.journal.queries import directory_calls
from layers.definitions import Text

_CALL = re.compile(r"(?P<method>[A-Z]+) /(?P<kind>Users|Groups)(?:/(?P<pk>\d{1,9}))?/?")
_WORDS: Mapping[tuple[str, str], Text] = {
    ("GET", "Users"): gettext_lazy("lit des comptes"),
    ("POST", "Users"): gettext_lazy("crée un compte"),
    ("PUT", "Users"): gettext_lazy("change un compte"),
    ("PATCH", "Users"): gettext_lazy("change un compte"),
    ("DELETE", "Users"): gettext_lazy("ferme un compte"),
    ("GET", "Groups"): gettext_lazy("lit des groupes"),
    ("POST", "Groups"): gettext_lazy("crée un groupe"),
    ("PUT", "Groups"): gettext_lazy("change les membres d’un groupe"),
    ("PATCH", "Groups"): gettext_lazy("change les membres d’un groupe"),
    ("DELETE", "Groups"): gettext_lazy("supprime un groupe"),
}


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call: when, what it does, the account or the group that it names, whether it was refused or on trial."""

    at: dt.datetime
    words: str
    name: str
    is_refused: bool
    is_trial: bool


def call_rows(token: DirectoryToken) -> list[CallRow]:
    """Return the last calls of a directory, the latest first, in three statements."""
    entries = directory_calls(token.pk)
    matches = [_CALL.fullmatch(str(entry.detail["call"])) for entry in entries]
    numbers = {(match["kind"], int(match["pk"])) for match in matches if match and match["pk"]}
    users = User.objects.in_bulk([pk for kind, pk in numbers if kind == "Users"])
    groups = Group.objects.in_bulk([pk for kind, pk in numbers if kind == "Groups"])
    rows = []
    for entry, match in zip(entries, matches, strict=True):
        words, name = _("lit ce que le service sait faire"), ""
        if match:
            words = str(_WORDS.get((match["method"], match["kind"]), entry.detail["call"]))
            pk = int(match["pk"] or 0)
            if match["kind"] == "Users" and pk in users:
                name = display_name(users[pk])
            elif match["kind"] == "Groups" and pk in groups:
                name = groups[pk].name
        is_refused = int(entry.detail.get("status") or 0) >= HTTPStatus.BAD_REQUEST
        rows.append(CallRow(entry.at, words, name, is_refused, bool(entry.detail.get("trial"))))
    return rows
