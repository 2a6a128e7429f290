"""Reads of public inquiries: those that are public, the remarks of one in the order in which they came.

An inquiry opens its version, and no other staged one, to who reads the zones. Its register, with all that people sent,
is for the group of the commissioner and for who decides of the answers to its form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import CharField, Count, F, Func, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.errors import UnknownFeature
from layers.visitor import Visitor
from planning.models import PublicInquiry
from planning.vocabulary import InquiryState
from plui.loading.access import may_load
from plui.models import PlanVersion, WrittenPiece
from plui.versions.comparison import ZONES
from plui.versions.queries import readable_tables
from plui.vocabulary import PlanState
from webforms.access import fillable_form, may_review, row_scope
from webforms.errors import UnknownForm
from webforms.models import Answer, AnswerPhoto, Form


@dataclass(frozen=True, slots=True)
class Remark:
    """An answer to the form of an inquiry: ``number`` is its rank from 1, ``commune`` an INSEE code or empty."""

    number: int
    answer: Answer
    commune: str

    @property
    def point(self) -> Point | None:
        """Where it is, EPSG:4326; None for a remark about no place."""
        geometry = self.answer.geom
        return None if geometry is None else geometry.point_on_surface if geometry.dims else geometry


def public_inquiries(visitor: Visitor) -> list[PublicInquiry]:
    """Return the inquiries that a visitor may know, the last opened first."""
    if ZONES not in readable_tables(visitor):
        return []
    rows = _inquiries().order_by("-opens_on", "pk")
    return [row for row in rows if not visitor.portal or visitor.portal in row.version.communes]


def inquiry_of(visitor: Visitor, slug: str) -> PublicInquiry:
    """Return an inquiry by its address.

    Raises:
        UnknownFeature: there is none, or it is not theirs to read: the same words.
    """
    row = next((each for each in public_inquiries(visitor) if each.slug == slug), None)
    if row is None:
        raise UnknownFeature(_("Cette enquête publique n’existe pas."))
    return row


def _inquiries() -> QuerySet[PublicInquiry]:
    rows = PublicInquiry.objects.select_related("version__replaces", "form__layer", "form__published")
    return rows.exclude(version__state=PlanState.WITHDRAWN)


def state_of(inquiry: PublicInquiry, visitor: Visitor) -> InquiryState:
    """Return where an inquiry stands at the instant of a visitor."""
    day = timezone.localdate(visitor.instant)
    if day < inquiry.opens_on:
        return InquiryState.EARLY
    return InquiryState.OPEN if day <= inquiry.closes_on else InquiryState.CLOSED


def remark_form(inquiry: PublicInquiry, visitor: Visitor) -> Form | None:
    """Return the form that takes remarks today from this visitor; None outside of the days of the inquiry."""
    if inquiry.form is None or state_of(inquiry, visitor) != InquiryState.OPEN:
        return None
    try:
        form = fillable_form(visitor, inquiry.form.slug)
    except UnknownForm:
        return None
    return form if form.takes_answers(timezone.localdate(visitor.instant)) else None


def piece_of(inquiry: PublicInquiry, name: str) -> WrittenPiece:
    """Return a written piece of the project.

    Raises:
        UnknownFeature: it has none of this name.
    """
    piece = inquiry.version.pieces.select_related("version").filter(name=name).first()
    if piece is None or not piece.file.storage.exists(str(piece.file.name)):
        raise UnknownFeature(_("Ce document n’a pas de pièce « %s ».") % name[:120])
    return piece


def register_of(visitor: Visitor, slug: str) -> PublicInquiry:
    """Return an inquiry whose register a visitor reads.

    Raises:
        UnknownFeature: there is none, or its register is not theirs.
    """
    inquiry = inquiry_of(visitor, slug)
    if not may_read_register(visitor, inquiry):
        raise UnknownFeature(_("Cette page n’existe pas."))
    return inquiry


def may_read_register(visitor: Visitor, inquiry: PublicInquiry) -> bool:
    """Whether a visitor reads all that was sent: in the group of the commissioner, or deciding of the answers."""
    if inquiry.form is None or visitor.is_anonymous or visitor.is_observed or visitor.portal:
        return False
    is_commissioner = inquiry.readers_id is not None and inquiry.readers_id in visitor.groups
    return is_commissioner or may_review(row_scope(visitor, inquiry.form))


def remarks_of(inquiry: PublicInquiry) -> list[Remark]:
    """Return every remark in the order of deposit, whatever was decided of it: one statement beside the photos."""
    if inquiry.form is None:
        return []
    rows = (
        Answer.objects.filter(version__form=inquiry.form)
        .select_related("version", "opinion")
        .prefetch_related("photos")
        .annotate(insee=Func(F("geom"), function="layers_commune_of", output_field=CharField()))
        .order_by("received_at", "pk")
    )
    return [Remark(number, row, row.insee or "") for number, row in enumerate(rows, start=1)]


def remark_of(remarks: Sequence[Remark], pk: int) -> Remark:
    """Return a remark by the id of its answer.

    Raises:
        UnknownFeature: the inquiry has none such.
    """
    remark = next((each for each in remarks if each.answer.pk == pk), None)
    if remark is None:
        raise UnknownFeature(_("Cette enquête n’a pas d’observation %d.") % pk)
    return remark


def remark_photo(inquiry: PublicInquiry, pk: int, photo: int) -> AnswerPhoto:
    """Return a photo of a remark, by the ids of its answer and its own.

    Raises:
        UnknownFeature: the inquiry has no such remark, or that no such photo.
    """
    photos = AnswerPhoto.objects.filter(answer__version__form=inquiry.form, answer=pk, pk=photo)
    row = photos.first() if inquiry.form_id is not None and max(pk, photo) < 2**63 else None
    if row is None:
        raise UnknownFeature(_("Cette observation n’a pas de photo %d.") % photo)
    return row


def register_state(inquiry: PublicInquiry) -> tuple[Any, ...]:
    """Return what changes whenever a remark, a decision or an opinion of a register does."""
    answers = Answer.objects.filter(version__form=inquiry.form)
    counts = answers.aggregate(
        all=Count("pk"),
        last=Max("received_at"),
        decided=Max("decided_at"),
        written=Max("opinion__updated_at"),
    )
    return tuple(sorted(counts.items()))


def declared_version(visitor: Visitor, pk: int) -> tuple[PlanVersion, PublicInquiry | None]:
    """Return a version that a planner may put to inquiry, and its inquiry where there is one.

    Raises:
        UnknownFeature: there is none, the visitor does not load plans, or it is published and had no inquiry.
    """
    version = PlanVersion.objects.filter(pk=pk).first() if may_load(visitor) and pk < 2**31 else None
    inquiry = _inquiries().filter(version=version).first() if version else None
    if version is None or (version.state != PlanState.STAGED and inquiry is None):
        raise UnknownFeature(_("Cette version du plan n’existe pas."))
    return version, inquiry
