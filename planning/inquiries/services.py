"""Put a version to public inquiry, and write what the commissioner thinks of a remark; one transaction each."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from layers.errors import Forbidden
from layers.visitor import Visitor
from planning.inquiries.forms import InquiryForm
from planning.inquiries.queries import may_read_register
from planning.models import PublicInquiry, RemarkOpinion
from planning.services import delete_row, write_row
from plui.loading.access import check_load
from plui.models import PlanVersion
from webforms.models import Answer


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
