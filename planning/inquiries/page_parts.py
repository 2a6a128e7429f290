"""Inquiries on the pages of documents and of versions: a setting names these functions, no module imports them."""

from __future__ import annotations

from interface.page_parts import PagePart
from layers.visitor import Visitor
from planning.inquiries.presenters import inquiry_line
from planning.inquiries.queries import may_read_register, public_inquiries
from plui.loading.access import may_load
from plui.models import PlanVersion
from plui.vocabulary import PlanState


def inquiries_of_documents(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the list of inquiries, for the public page of documents."""
    lines = [
        (inquiry_line(each, visitor), may_read_register(visitor, each)) for each in public_inquiries(visitor)
    ]
    return PagePart("planning/inquiries/list.html", {"lines": lines}) if lines else None


def inquiry_of_version(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the inquiry of a version, for who loads plans."""
    if not isinstance(subject, PlanVersion) or not may_load(visitor):
        return None
    inquiry = next((each for each in public_inquiries(visitor) if each.version_id == subject.pk), None)
    if inquiry is None and subject.state != PlanState.STAGED:
        return None
    return PagePart("planning/inquiries/version_link.html", {"inquiry": inquiry, "pk": subject.pk})
