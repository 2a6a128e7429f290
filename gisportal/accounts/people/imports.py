"""People of a CSV file: read, compared with the accounts that exist, and planned; nothing is written here.

A line is a person, known by the e-mail address without regard to case. An empty cell changes nothing, a group of the
file is added to those of the person, and nobody is removed for being absent: a file that is imported twice changes
nothing the second time. The end of an account is its last day, included, or an instant. A faulty line is left out with
its number and the faults of it; the others stand.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.accounts.people.changes import (
    AccountChange,
    Plan,
    display_name,
    end_of_text,
    end_text,
    plain_value,
)
from gisportal.accounts.people.team import administering_groups, changeable, fillable_groups, team
from gisportal.accounts.vocabulary import AccountKind, BatchKind
from interface.wording import end_of_day
from layers.errors import InvalidParameter
from layers.parsing.spreadsheet_texts import plain_text
from layers.visitor import Visitor

MAX_BYTES, MAX_LINES = 512 * 1024, 2_000
GROUP_SEPARATOR = "|"
# Of the columns of accounts; the address is also the name of a new account.
_MAX_LENGTHS = {"email": 150, "first_name": 150, "last_name": 150, "organisation": 120}
# Titles of columns, without accents nor capitals → the field that they hold.
_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("courriel", "email", "e-mail", "mail", "adresse", "adresse electronique"), "email"),
    **dict.fromkeys(("prenom", "first name"), "first_name"),
    **dict.fromkeys(("nom", "last name", "nom de famille"), "last_name"),
    **dict.fromkeys(("type", "kind"), "kind"),
    **dict.fromkeys(("organisme", "organisation"), "organisation"),
    **dict.fromkeys(("groupes", "groupe", "groups", "group"), "groups"),
    **dict.fromkeys(("fin", "dernier jour", "end"), "end"),
}
# What a cell says instead of a day to leave an account without end.
WITHOUT_END = frozenset({"sans", "none"})
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")
_DAY_LENGTH = len("2026-12-31")


@dataclass(frozen=True, slots=True)
class LineError:
    """A line that is left out: its number in the file, the first one being 1, and what is wrong."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What a file would do: the plan, who stays as is, who is absent of it, faulty lines, columns that are not read."""

    plan: Plan
    unchanged: tuple[str, ...]
    absent: tuple[str, ...]
    errors: tuple[LineError, ...]
    unread: tuple[str, ...]

    @property
    def new(self) -> tuple[AccountChange, ...]:
        """The accounts that would be created."""
        return tuple(change for change in self.plan.changes if change.is_new)

    @property
    def changed(self) -> tuple[AccountChange, ...]:
        """The accounts that would change."""
        return tuple(change for change in self.plan.changes if not change.is_new)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without its mark, or in Windows-1252.

    Raises:
        InvalidParameter: the file is too large, or in neither.
    """
    if len(content) > MAX_BYTES:
        raise InvalidParameter(_("Le fichier dépasse %d ko.") % (MAX_BYTES // 1024), parameter="fichier")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidParameter(
        _("Le fichier n’est pas un texte en UTF-8 ni en Windows-1252 : enregistrez-le en CSV."),
        parameter="fichier",
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file: its number, and its cells by field, without blanks around."""

    number: int
    cells: Mapping[str, str]


def _lines(text: str) -> tuple[list[_Line], tuple[str, ...]]:
    """Return the lines of a file and the titles that are not read.

    Raises:
        InvalidParameter: no column of addresses, a column twice, too many lines, or no CSV at all.
    """
    header = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = ";" if header.count(";") >= header.count(",") else ","
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        titles = next(reader, [])
        fields = [_COLUMNS.get(_plain(title), "") for title in titles]
        _check_columns(fields)
        lines = [
            _Line(reader.line_num, _cells(fields, row)) for row in reader if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        words = {"number": reader.line_num, "error": error}
        raise InvalidParameter(_("Ligne %(number)d : %(error)s.") % words, parameter="fichier") from error
    if len(lines) > MAX_LINES:
        raise InvalidParameter(_("Le fichier dépasse %d lignes.") % MAX_LINES, parameter="fichier")
    unread = [
        title.strip() for title, field in zip(titles, fields, strict=True) if not field and title.strip()
    ]
    return lines, tuple(unread)


def _check_columns(fields: Sequence[str]) -> None:
    if "email" not in fields:
        raise InvalidParameter(
            _("Aucune colonne « courriel » : la première ligne donne les titres des colonnes."),
            parameter="fichier",
        )
    twice = sorted({field for field in fields if field and fields.count(field) > 1})
    if twice:
        raise InvalidParameter(
            _("La même colonne est deux fois dans le fichier : %s.") % twice[0], parameter="fichier"
        )


def _cells(fields: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    cells = {field: plain_text(cell).strip() for field, cell in zip(fields, row, strict=False) if field}
    return cells | ({"": row[len(fields)]} if len(row) > len(fields) else {})


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def plan_import(visitor: Visitor, text: str, *, invites: bool) -> ImportPlan:
    """Return what a file would do for a visitor; ``invites`` sends an invitation to each new account.

    Raises:
        InvalidParameter: the file as a whole cannot be read; ``parameter`` is ``fichier``.
    """
    lines, unread = _lines(text)
    comparison = _Comparison(visitor, invites=invites)
    changes, unchanged, errors = [], [], []
    for line in lines:
        faults, change = comparison.read(line)
        if faults:
            errors.append(LineError(line.number, " ".join(faults)))
        elif change.is_empty:
            unchanged.append(change.name)
        else:
            changes.append(change)
    absent = tuple(comparison.absent())
    plan = Plan(BatchKind.IMPORT, tuple(changes))
    return ImportPlan(plan, tuple(unchanged), absent, tuple(errors), unread)


class _Comparison:
    """The accounts and groups that the lines of a file are compared with, read once."""

    def __init__(self, visitor: Visitor, *, invites: bool) -> None:
        self.visitor, self.invites = visitor, invites
        self.fillable = {_plain(group.name): group for group in fillable_groups(visitor)}
        self.closed = {_plain(name) for name in administering_groups().values_list("name", flat=True)}
        self.changeable = set(changeable(visitor).values_list("pk", flat=True))
        self.accounts: dict[str, list[User]] = {}
        for user in User.objects.prefetch_related("groups"):
            for key in {user.email.casefold(), user.username.casefold()} - {""}:
                self.accounts.setdefault(key, []).append(user)
        self.emails: dict[str, int] = {}

    def absent(self) -> Iterator[str]:
        """Yield the names of the people that the visitor manages and the file has no line of."""
        for user in team(self.visitor).order_by("last_name", "first_name", "pk"):
            if user.email.casefold() not in self.emails and user.username.casefold() not in self.emails:
                yield display_name(user)

    def read(self, line: _Line) -> tuple[list[str], AccountChange]:
        """Return the faults of a line, and what it changes when there is none."""
        email = line.cells["email"].casefold()
        faults = [*self._address_faults(email, line), *_value_faults(line.cells)]
        self.emails.setdefault(email, line.number)
        users = self.accounts.get(email, [])
        user = users[0] if users else None
        groups, group_faults = self._groups(line.cells.get("groups", ""), user)
        faults += group_faults
        values = {
            name: (plain_value(user, name) if user else "", value)
            for name, value in _values(line.cells).items()
        }
        if "ends_at" in values:
            faults += self._end_faults(user, *values["ends_at"])
        if user is None:
            return faults, self._new(email, values, groups, faults)
        present = {group.pk for group in user.groups.all()}
        change = AccountChange(
            user.pk,
            display_name(user),
            {name: pair for name, pair in values.items() if pair[0] != pair[1]},
            joined=tuple(group.pk for group in groups if group.pk not in present),
        )
        if not change.is_empty and user.pk not in self.changeable:
            faults.append(_("Cette personne ne se change pas d’ici."))
        return faults, change

    def _new(
        self, email: str, values: dict[str, tuple[str, str]], groups: list[Group], faults: list[str]
    ) -> AccountChange:
        if not groups and not faults and not self.visitor.is_administrator:
            faults.append(_("Donnez à cette personne un groupe que vous gérez."))
        names = (values.get("first_name", ("", ""))[1], values.get("last_name", ("", ""))[1])
        return AccountChange(
            0,
            " ".join(name for name in names if name) or email,
            {"email": ("", email), **values},
            joined=tuple(group.pk for group in groups),
            is_new=True,
            is_invited=self.invites,
        )

    def _address_faults(self, email: str, line: _Line) -> Iterator[str]:
        if "" in line.cells:
            yield _("La ligne a plus de cellules que la première.")
        try:
            validate_email(email)
        except ValidationError:
            yield _("« %s » n’est pas une adresse.") % email[:80] if email else _("L’adresse manque.")
        if len(email) > _MAX_LENGTHS["email"]:
            yield _("L’adresse est trop longue.")
        if email in self.emails:
            yield _("Cette adresse est déjà à la ligne %d.") % self.emails[email]
        if len(self.accounts.get(email, [])) > 1:
            yield _("Plusieurs comptes ont cette adresse.")

    def _end_faults(self, user: User | None, before: str, after: str) -> Iterator[str]:
        """Yield what is wrong with another end: of an administrator, or over already."""
        ends = end_of_text(after)
        if ends is None or after == before:
            return
        if user is not None and user.is_superuser:
            yield _("Le compte d’un administrateur n’a pas de fin.")
        elif ends <= self.visitor.instant:
            yield _("La fin est passée.")

    def _groups(self, cell: str, user: User | None) -> tuple[list[Group], list[str]]:
        """Return the groups of a cell, and the faults of those that this file may not fill."""
        present = {_plain(group.name) for group in user.groups.all()} if user else set()
        groups, unknown, closed = [], [], []
        for name in dict.fromkeys(part.strip() for part in cell.split(GROUP_SEPARATOR) if part.strip()):
            key = _plain(name)
            if key in self.fillable:
                groups.append(self.fillable[key])
            elif key in present:
                continue
            elif key in self.closed and self.visitor.is_administrator:
                closed.append(name)
            else:
                unknown.append(name)
        faults = []
        if unknown:
            faults.append(_("Groupes inconnus : %s.") % ", ".join(unknown))
        if closed:
            faults.append(
                _("Groupes qui administrent, jamais remplis par un fichier : %s.") % ", ".join(closed)
            )
        return groups, faults


def _values(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a line by field; an empty cell is none."""
    names = ("first_name", "last_name", "organisation")
    values = {name: cells[name] for name in names if cells.get(name)}
    if cells.get("kind"):
        values["kind"] = _kind(cells["kind"])
    if cells.get("end") and (end := _end(cells["end"])) is not None:
        values["ends_at"] = end
    return values


def _end(text: str) -> str | None:
    """Return the end of an account as changes have it, from its last day or an instant (of Paris unless it says).

    None: the text is neither. The year 9999 has no midnight after its last day.
    """
    if _plain(text) in WITHOUT_END:
        return ""
    for form in _DAYS:
        with suppress(ValueError, OverflowError):
            return end_text(end_of_day(dt.datetime.strptime(text, form).date()))
    if len(text) <= _DAY_LENGTH:
        return None
    with suppress(ValueError, OverflowError):
        instant = dt.datetime.fromisoformat(text)
        return end_text(instant if instant.tzinfo else timezone.make_aware(instant))
    return None


def end_cell(ends_at: dt.datetime | None) -> str:
    """Return the end of an account as an import reads it: its last day when it ends at a midnight, else the instant."""
    if ends_at is None:
        return ""
    local = timezone.localtime(ends_at)
    last_day = local.date() - dt.timedelta(days=1)
    return last_day.isoformat() if end_of_day(last_day) == ends_at else local.isoformat()


def _kind(text: str) -> str:
    """Return the code of a kind of account, given as a code or in words; empty when it is none."""
    plain = _plain(text)
    return next((value for value, label in AccountKind.choices if plain in {value, _plain(str(label))}), "")


def _value_faults(cells: Mapping[str, str]) -> Iterator[str]:
    if cells.get("kind") and not _kind(cells["kind"]):
        labels = ", ".join(str(label) for _value, label in AccountKind.choices)
        yield _("« %(value)s » n’est aucun des types : %(labels)s.") % {
            "value": cells["kind"][:40],
            "labels": labels,
        }
    if cells.get("end") and _end(cells["end"]) is None:
        yield _("« %s » n’est pas un jour : écrivez 2026-12-31, 31/12/2026, ou « sans ».") % cells["end"][:40]
    for name in ("first_name", "last_name", "organisation"):
        if len(cells.get(name, "")) > _MAX_LENGTHS[name]:
            yield _("Un texte dépasse %d caractères.") % _MAX_LENGTHS[name]
