"""The page of a public inquiry, and the register of remarks, on every screen: axe, no page wider than its screen."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from planning.models import PublicInquiry
from tests.browser.tour import ANY_WIDTH, Tour
from tests.browser.visit import Visit
from tests.forms_of_layers import good_answer, send, tree_form
from tests.people import ADMINISTRATOR
from tests.plan_versions import two_versions


def inquiry() -> PublicInquiry:
    """Put a version to inquiry today, with a form that got a remark."""
    form, today = tree_form(), timezone.localdate()
    send(form, good_answer(form.published))
    return PublicInquiry.objects.create(
        slug="modification",
        version=two_versions()[1],
        notice="Le dossier est à lire en mairie.",
        commissioner="Mme Exemple",
        opens_on=today,
        closes_on=today + dt.timedelta(days=30),
        form=form,
    )


def test_the_pages_of_an_inquiry_are_clean_on_every_screen(visit: Visit, axe: str) -> None:
    made = inquiry()
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, ANY_WIDTH)
    for address in (
        "/urbanisme/documents/",
        f"/urbanisme/enquetes/{made.slug}/",
        f"/urbanisme/enquetes/{made.slug}/registre/",
        f"/gestion/plui/{made.version_id}/enquete/",
    ):
        tour.go(address)
    assert tour.faults == {}
