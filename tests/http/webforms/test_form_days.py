"""A form takes answers between two days, both included; before and after, its page says which."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests.forms_of_layers import good_answer, send, tree_form
from tests.people import ADMINISTRATOR
from tests.world import World
from webforms.links.services import create_form_link
from webforms.models import Answer, Form

TODAY = dt.timedelta(0)
DAY = dt.timedelta(days=1)


def bounded(opens: dt.timedelta | None, closes: dt.timedelta | None) -> Form:
    """Return a public form whose days are counted from today."""
    form, today = tree_form(), timezone.localdate()
    form.opens_on = None if opens is None else today + opens
    form.closes_on = None if closes is None else today + closes
    form.save()
    return form


@pytest.mark.parametrize(("opens", "closes"), [(TODAY, TODAY), (-DAY, None), (None, TODAY)])
def test_an_answer_within_the_days_is_received(
    world: World, opens: dt.timedelta | None, closes: dt.timedelta | None
) -> None:
    form = bounded(opens, closes)
    send(form, good_answer(form.published))
    assert Answer.objects.count() == 1


def test_before_its_first_day_a_form_says_when_it_opens(world: World) -> None:
    form = bounded(DAY, 3 * DAY)
    page = Client().get(f"/formulaires/{form.slug}/").content.decode()
    assert "prend des réponses à partir du" in page
    assert "data-webform" not in page


@pytest.mark.parametrize(("opens", "closes"), [(DAY, None), (None, -DAY)])
def test_an_answer_outside_the_days_is_refused_in_words(
    world: World, opens: dt.timedelta | None, closes: dt.timedelta | None
) -> None:
    form = bounded(opens, closes)
    response = send(form, good_answer(form.published))
    assert response.status_code == 403
    assert "Votre réponse n’a pas été reçue." in response.content.decode()
    assert not Answer.objects.exists()


def test_a_link_opens_no_form_after_its_last_day(world: World) -> None:
    form = bounded(None, -DAY)
    _link, token = create_form_link(
        form=form, author_id=ADMINISTRATOR.account().pk, title="Conseil", last_day=timezone.localdate() + DAY
    )
    page = Client().get(f"/formulaires/lien/{token}/").content.decode()
    assert "ne prend plus de réponses" in page


def test_an_open_form_says_its_last_day(world: World) -> None:
    form = bounded(None, TODAY)
    assert "Réponses jusqu’au" in Client().get(f"/formulaires/{form.slug}/").content.decode()


def test_the_thanks_stay_after_the_last_day(world: World) -> None:
    form = bounded(None, -DAY)
    assert Client().get(f"/formulaires/{form.slug}/merci/").status_code == 200


def test_days_out_of_order_are_refused(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bounded(DAY, -DAY)
