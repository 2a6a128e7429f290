"""Put a version to public inquiry, write what the commissioner thinks of a remark, and copy opinions to the layer.

One transaction each.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import Forbidden
from layers.services.bulk import update_features
from layers.services.features import is_changeable, writable_columns
from layers.visitor import Visitor
from planning.inquiries.forms import InquiryForm
from planning.inquiries.queries import may_read_register
from planning.models import PublicInquiry, RemarkOpinion
from planning.services import delete_row, write_row
from plui.loading.access import check_load
from plui.models import PlanVersion
from webforms.access import may_review, row_scope
from webforms.models import Answer

VERDICT_FIELD, TEXT_FIELD = "avis_commissaire", "motif_commissaire"
OPINION_FIELDS = (VERDICT_FIELD, TEXT_FIELD)
"""Fields of a layer of remarks that take the opinions on them, in the order of ``verdict`` and ``text``."""
MOST_COPIED = 200


@transaction.atomic
def declare_inquiry(*, visitor: Visitor, version: PlanVersion, form: InquiryForm) -> PublicInquiry:
    """Put a version to inquiry, or change its inquiry; the days become those of the form of remarks.

    ``form`` is valid, and offers the forms whose answers the visitor decides of alone.

    Raises:
        Forbidden: the visitor does not load plans.
    """
    check_load(visitor)
    inquiry = form.instance
    if inquiry._state.adding:
        inquiry.version, inquiry.slug = version, _free_slug(version.title)
    write_row(visitor, form)
    if inquiry.form is not None:
        inquiry.form.opens_on, inquiry.form.closes_on = inquiry.opens_on, inquiry.closes_on
        inquiry.form.save(update_fields=["opens_on", "closes_on"])
    return inquiry


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "enquete"
    taken = set(PublicInquiry.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{number}" for number in range(2, 1_000))) if slug not in taken
    )


@transaction.atomic
def withdraw_inquiry(*, visitor: Visitor, inquiry: PublicInquiry) -> None:
    """Take the page of an inquiry away; the remarks and their form stay.

    Raises:
        Forbidden: the visitor does not load plans.
    """
    check_load(visitor)
    delete_row(visitor, inquiry)


@transaction.atomic
def write_opinion(
    *, visitor: Visitor, inquiry: PublicInquiry, answer: Answer, verdict: str, text: str
) -> RemarkOpinion:
    """Write the opinion on a remark; an empty one stays, as one that was thought of again.

    Raises:
        Forbidden: the register is not the visitor's, or their credential is for reading.
    """
    if not may_read_register(visitor, inquiry) or not visitor.may_write:
        raise Forbidden(_("Cet accès ne permet pas d’écrire dans le registre."))
    values = {"verdict": verdict, "text": text, "author_id": visitor.user_id}
    opinion, _is_new = RemarkOpinion.objects.update_or_create(answer=answer, defaults=values)
    return opinion


@dataclass(frozen=True, slots=True)
class CopiedOpinions:
    """How many rows of the layer took the opinion on their remark, and how many still differ."""

    count: int
    left: int


def opinion_columns(scope: Scope | None) -> dict[str, str]:
    """Return the fields of a layer that take opinions, with their columns; none where its rows are not theirs."""
    if scope is None or not may_review(scope) or not is_changeable(scope):
        return {}
    columns = writable_columns(scope)
    return {name: columns[name].attname for name in OPINION_FIELDS if name in columns}


def can_copy_opinions(visitor: Visitor, inquiry: PublicInquiry) -> bool:
    """Whether a visitor may copy opinions to the layer of an inquiry."""
    return inquiry.form is not None and bool(opinion_columns(row_scope(visitor, inquiry.form)))


@transaction.atomic
def copy_opinions(*, visitor: Visitor, inquiry: PublicInquiry) -> CopiedOpinions:
    """Write the opinions in the rows that remarks became, under the rights of who does it; ``MOST_COPIED`` at a time.

    It is who decides of the answers that says so: from then on the opinions are as public as these fields are.

    Raises:
        Forbidden: the layer has no field for opinions, or its rows are not the visitor's to change.
        InvalidFeature: a field refuses an opinion, such as a list without its code.
    """
    scope = row_scope(visitor, inquiry.form) if inquiry.form else None
    columns = opinion_columns(scope) if visitor.may_write else {}
    if scope is None or not columns:
        raise Forbidden(
            _("La couche n’a pas de champ « %(verdict)s » ou « %(text)s » que vous modifiez.")
            % {"verdict": VERDICT_FIELD, "text": TEXT_FIELD}
        )
    written = {
        opinion.answer.row: (opinion.verdict or None, opinion.text or None)
        for opinion in RemarkOpinion.objects.filter(
            answer__version__form=inquiry.form, answer__row__isnull=False
        ).select_related("answer")
    }
    rows = scope.queryset.filter(pk__in=written).order_by("pk").values_list("pk", *columns.values())
    waiting: dict[tuple[str | None, ...], list[int]] = {}
    for pk, *stored in rows:
        opinion = dict(zip(OPINION_FIELDS, written[pk], strict=True))
        values = tuple(opinion[name] for name in columns)
        if tuple(value or None for value in stored) != values:
            waiting.setdefault(values, []).append(pk)
    count = 0
    for values, pks in list(waiting.items())[:MOST_COPIED]:
        update_features(scope=scope, values=dict(zip(columns, values, strict=True)), pks=pks)
        count += len(pks)
    return CopiedOpinions(count, sum(map(len, waiting.values())) - count)
