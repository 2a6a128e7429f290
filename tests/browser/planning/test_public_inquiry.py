"""The page of a public inquiry, and the register of remarks, on every screen: axe, no page wider than its screen."""

from __future__ import annotations

from layers.services.photos import store_photo
from planning.models import PublicInquiry
from tests import factories
from tests.browser.tour import ANY_WIDTH, Tour
from tests.browser.visit import Visit
from tests.forms_of_layers import good_answer, send, tree_form
from tests.people import ADMINISTRATOR
from tests.plan_versions import public_inquiry, two_versions
from webforms.models import Answer, AnswerPhoto


def inquiry() -> PublicInquiry:
    """Put a version to inquiry today, with a form that got a remark and its photo."""
    form = tree_form()
    send(form, good_answer(form.published))
    store_photo(photo=AnswerPhoto(answer=Answer.objects.get(), item="vue"), upload=factories.picture())
    return public_inquiry(two_versions()[1], form=form)


def test_the_pages_of_an_inquiry_are_clean_on_every_screen(visit: Visit, axe: str) -> None:
    made = inquiry()
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, ANY_WIDTH)
    for address in (
        "/urbanisme/documents/",
        f"/urbanisme/enquetes/{made.slug}/",
        f"/urbanisme/enquetes/{made.slug}/registre/",
        f"/urbanisme/enquetes/{made.slug}/registre/{Answer.objects.get().pk}/",
        f"/gestion/plui/{made.version_id}/enquete/",
    ):
        tour.go(address)
    assert tour.faults == {}
