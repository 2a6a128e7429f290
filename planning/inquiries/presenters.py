"""Inquiries in words: days and state, links that open the form about a change, the register as rows and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from export_formats.csv import safe_cell
from interface.wording import day
from layers.visitor import Visitor
from planning.inquiries.queries import Remark, state_of
from planning.inquiries.services import CopiedOpinions
from planning.models import PublicInquiry, RemarkOpinion
from planning.vocabulary import InquiryState
from plui.versions.presenters.changes import ChangeRow
from webforms.access import schema_scope
from webforms.answers.downloads import questions_of
from webforms.answers.presenters import AnswerLine, answer_lines, answer_text
from webforms.models import Form
from webforms.vocabulary import LISTED_KINDS, AnswerState

CHANGE_ITEM, PLACE_ITEM = "changement", "position"
"""Names of the items of a form of remarks that a link about a change fills."""
_MAP_ZOOM, _CHANGE_MAX = 17, 200
_TONES = {
    InquiryState.EARLY: ("warn", "calendar"),
    InquiryState.OPEN: ("open", "radio"),
    InquiryState.CLOSED: ("", "lock"),
}


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """An inquiry with its days in words; ``tone`` and ``icon`` are those of its badge."""

    inquiry: PublicInquiry
    state: InquiryState
    tone: str
    icon: str
    days: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A remark in words. ``changes`` is what it is about, by its own words or by its place; ``lines`` all of it.

    ``public_lines`` are those that a field of the layer takes: the others, such as a name, are never on paper.
    """

    remark: Remark
    theme: str
    commune: str
    changes: str
    map_path: str
    lines: Sequence[AnswerLine]
    opinion: RemarkOpinion | None

    @property
    def public_lines(self) -> list[AnswerLine]:
        """The lines without those of who wrote it."""
        return [line for line in self.lines if not line.is_apart]


def inquiry_line(inquiry: PublicInquiry, visitor: Visitor) -> InquiryLine:
    """Return an inquiry in words."""
    state = state_of(inquiry, visitor)
    days = _("du %(start)s au %(end)s") % {"start": day(inquiry.opens_on), "end": day(inquiry.closes_on)}
    return InquiryLine(inquiry, state, *_TONES[state], days)


def change_words(row: ChangeRow) -> str:
    """Name a change in a line of text, with its number on the page."""
    before_after = row.after if row.before == row.after or not row.before else f"{row.before} → {row.after}"
    words = _("n° %(number)d : %(change)s") % {"number": row.item, "change": before_after or row.before}
    return (f"{words} ({row.communes})" if row.communes else words)[:_CHANGE_MAX]


def remark_link(form: Form | None, row: ChangeRow) -> str:
    """Return the path of the form about a change, with what its items may take of it; empty without form."""
    if form is None or form.published is None:
        return ""
    names = {item.name for item in form.published.content.single_items}
    values = {CHANGE_ITEM: change_words(row)}
    if row.change.ground:
        point = GEOSGeometry(json.dumps(row.change.ground)).point_on_surface
        values[PLACE_ITEM] = f"{point.y:.6f}, {point.x:.6f}"
    query = urlencode({name: text for name, text in values.items() if name in names})
    path = reverse("webforms:form", args=[form.slug])
    return f"{path}?{query}" if query else path


def register_rows(
    inquiry: PublicInquiry, remarks: Iterable[Remark], changes: Sequence[ChangeRow], names: Mapping[str, str]
) -> list[RegisterRow]:
    """Return remarks in words; ``names`` are those of communes by INSEE code."""
    form = inquiry.form
    if form is None:
        return []
    scope = schema_scope(form)
    grounds = [
        (row, GEOSGeometry(json.dumps(row.change.ground)).prepared) for row in changes if row.change.ground
    ]
    return [
        RegisterRow(
            remark=remark,
            theme=_theme(form, remark),
            commune=names.get(remark.commune, remark.commune) if remark.commune else "",
            changes=_changes_of(remark, grounds),
            map_path=_map_path(remark),
            lines=answer_lines(scope, remark.answer),
            opinion=getattr(remark.answer, "opinion", None),
        )
        for remark in remarks
    ]


def _theme(form: Form, remark: Remark) -> str:
    """Return the answer to the first question with choices."""
    items = remark.answer.version.content.single_items
    item = next((each for each in items if each.kind in LISTED_KINDS), None)
    if item is None:
        return ""
    field = {each.name: each for each in schema_scope(form).fields}.get(item.field)
    choices = item.choices or (tuple((code, str(label)) for code, label in field.choices) if field else ())
    return answer_text(item, remark.answer.values.get(item.name), choices)


def _changes_of(remark: Remark, grounds: Sequence[tuple[ChangeRow, Any]]) -> str:
    own = str(remark.answer.values.get(CHANGE_ITEM, ""))
    point = remark.point
    if own or point is None:
        return own
    return " ; ".join(change_words(row) for row, ground in grounds if ground.intersects(point))


def _map_path(remark: Remark) -> str:
    point = remark.point
    return f"{reverse('explorer:map')}#{_MAP_ZOOM}/{point.y:.6f}/{point.x:.6f}" if point is not None else ""


def register_csv(inquiry: PublicInquiry, rows: Iterable[RegisterRow], *, site: str) -> str:
    """Return the register as CSV (``;``, UTF-8 with its mark), with all that people sent; ``site`` begins addresses."""
    form = inquiry.form
    items = questions_of(form) if form else {}
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    heads = [
        _("n°"), _("numéro"), _("déposée le"), _("état"), _("thème"), _("commune"), _("changement"),
        _("latitude"), _("longitude"), _("carte"), _("photos"), *(item.label or name for name, item in items.items()),
        _("avis du commissaire"), _("réponse du commissaire"),
    ]  # fmt: skip
    writer.writerow([safe_cell(head, ";") for head in heads])
    for row in rows:
        answer, point, opinion = row.remark.answer, row.remark.point, row.opinion
        cells = [
            str(row.remark.number), answer.reference, localtime(answer.received_at).strftime("%Y-%m-%d %H:%M"),
            answer.get_state_display(), row.theme, row.commune, row.changes,
            f"{point.y:.6f}" if point else "", f"{point.x:.6f}" if point else "",
            site + row.map_path if row.map_path else "", " ".join(site + each for each in _photo_paths(inquiry, row)),
            *(answer_text(item, answer.values.get(name)) for name, item in items.items()),
            opinion.get_verdict_display() if opinion else "", opinion.text if opinion else "",
        ]  # fmt: skip
        writer.writerow([safe_cell(str(cell), ";") for cell in cells])
    return "\ufeff" + written.getvalue()


def _photo_paths(inquiry: PublicInquiry, row: RegisterRow) -> list[str]:
    pk = row.remark.answer.pk
    return [
        reverse("inquiries:photo", args=[inquiry.slug, pk, each.pk])
        for each in row.remark.answer.photos.all()
    ]


def copied_words(copied: CopiedOpinions) -> str:
    """Say how many rows took an opinion, and how many wait for another go."""
    if not (copied.count or copied.left):
        return _("Les avis sont déjà dans la couche.")
    words = ngettext(
        "%d ligne de la couche a reçu son avis.", "%d lignes de la couche ont reçu leur avis.", copied.count
    )
    if not copied.left:
        return words % copied.count
    return f"{words % copied.count} {_('Il en reste %d : recommencez.') % copied.left}"


def state_words(rows: Sequence[RegisterRow]) -> str:
    """Count the remarks, those with an opinion and those that the service refused to publish."""
    judged = sum(row.opinion is not None and bool(row.opinion.verdict or row.opinion.text) for row in rows)
    refused = sum(row.remark.answer.state == AnswerState.REFUSED for row in rows)
    return _(
        "Observations : %(all)d. Avec un avis du commissaire : %(judged)d. Non publiées : %(refused)d."
    ) % {
        "all": len(rows),
        "judged": judged,
        "refused": refused,
    }
