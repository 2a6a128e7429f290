"""Dashboards by e-mail: each member of a group gets what that person may see, once a period, and nothing else."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from dashboards.errors import ForbiddenDashboard
from dashboards.models import Dashboard, DashboardSubscription, MailFrequency, PaperForm
from dashboards.paper.layout import PaperLayout, SubscriptionRequest
from dashboards.paper.subscriptions import mail_paper, offered_groups, subscribe, take_due, unsubscribe
from layers.errors import InvalidParameter
from tests import dashboards
from tests.factories import MEUDON
from tests.people import GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, World

PANELS = [{"id": "aires", "kind": "table", "title": "Les aires", "question": {"layer": PLAYGROUNDS}}]
MONDAY, SUNDAY, FIRST = dt.date(2026, 11, 30), dt.date(2026, 12, 6), dt.date(2026, 12, 1)


@pytest.fixture
def board(world: World) -> Dashboard:
    """A dashboard of the planners, read by them and by the agents of Meudon; everybody has an address."""
    dashboards.let_make("Urbanisme")
    for person in (PLANNER, TOWN_AGENT, OUTSIDER, GARDENER):
        account = person.account()
        account.email = f"{person.name}@exemple.fr"
        account.save()
    return dashboards.dashboard(
        "aires",
        sections=[{"id": "s", "title": "Aires", "panels": PANELS}],
        filters=[{"field": "commune", "kind": "commune"}],
        producer="Urbanisme",
        groups=["Ville de Meudon"],
    )


def sent_to(
    board: Dashboard, group: str, *, frequency: MailFrequency = MailFrequency.WEEKLY, **filters: str
) -> DashboardSubscription:
    """Have a dashboard sent to a group, since a long time."""
    made = subscribe(
        visitor=PLANNER.visitor(),
        dashboard=board,
        requested=SubscriptionRequest(dashboards.group(group), frequency, PaperLayout(form=PaperForm.HTML)),
        parameters={name: [value] for name, value in filters.items()},
    )
    DashboardSubscription.objects.filter(pk=made.pk).update(sent_on=dt.date(2026, 1, 1))
    return made


def mailed(subscription: DashboardSubscription, person: Person) -> EmailMessage | None:
    """Send one message, and return it when there is one."""
    user = person.account().pk
    is_sent = mail_paper(subscription_id=subscription.pk, user_id=user)
    assert len(mail.outbox) == int(is_sent)
    return mail.outbox[0] if is_sent else None


def names_in(message: EmailMessage | None) -> set[str]:
    """Return the playgrounds that the file of a message holds."""
    assert message is not None
    _name, content, _kind = message.attachments[0]
    return set(re.findall(r"Jeux-\w+", str(content)))


def test_a_message_holds_the_rows_of_its_reader_alone(board: Dashboard) -> None:
    found = names_in(mailed(sent_to(board, "Ville de Meudon"), TOWN_AGENT))
    assert found == {"Jeux-Val", "Jeux-Bruyeres"}


def test_a_message_follows_the_filters_of_its_subscription(board: Dashboard) -> None:
    assert names_in(mailed(sent_to(board, "Urbanisme", commune=MEUDON), PLANNER)) == {
        "Jeux-Val",
        "Jeux-Bruyeres",
    }


def test_a_message_leads_back_to_the_page_under_the_same_filters(board: Dashboard) -> None:
    message = mailed(sent_to(board, "Urbanisme", commune=MEUDON), PLANNER)
    assert message is not None
    assert f"/tableaux-de-bord/aires/?commune={MEUDON}" in str(message.body)


def test_a_message_goes_to_its_reader_alone(board: Dashboard) -> None:
    message = mailed(sent_to(board, "Urbanisme"), PLANNER)
    assert message is not None
    assert message.recipients() == ["urbaniste@exemple.fr"]


def test_who_does_not_read_the_dashboard_gets_nothing(board: Dashboard) -> None:
    assert mailed(sent_to(board, "Communication"), OUTSIDER) is None


def test_who_left_the_group_gets_nothing(board: Dashboard) -> None:
    subscription = sent_to(board, "Ville de Meudon")
    TOWN_AGENT.account().groups.clear()
    assert mailed(subscription, TOWN_AGENT) is None


def test_a_closed_account_gets_nothing(board: Dashboard) -> None:
    subscription, account = sent_to(board, "Ville de Meudon"), TOWN_AGENT.account()
    account.is_active = False
    account.save()
    assert mailed(subscription, TOWN_AGENT) is None


def test_what_is_no_more_published_is_not_sent(board: Dashboard) -> None:
    subscription = sent_to(board, "Urbanisme")
    Dashboard.objects.filter(pk=board.pk).update(published=None)
    assert mailed(subscription, PLANNER) is None


def test_filters_that_its_reader_may_not_ask_send_nothing(board: Dashboard) -> None:
    subscription = sent_to(board, "Urbanisme")
    DashboardSubscription.objects.filter(pk=subscription.pk).update(parameters={"matricule": ["1"]})
    assert mailed(subscription, PLANNER) is None


def test_what_is_due_is_taken_once_a_period(board: Dashboard) -> None:
    sent_to(board, "Urbanisme")
    taken = [len(take_due(day)) for day in (MONDAY, MONDAY, SUNDAY, SUNDAY + dt.timedelta(days=1))]
    assert taken == [1, 0, 0, 1]


def test_what_no_worker_sent_on_monday_goes_later_in_the_week(board: Dashboard) -> None:
    sent_to(board, "Urbanisme")
    assert len(take_due(SUNDAY)) == 1


def test_a_month_begins_on_its_first_day(board: Dashboard) -> None:
    subscription = sent_to(board, "Urbanisme", frequency=MailFrequency.MONTHLY)
    DashboardSubscription.objects.filter(pk=subscription.pk).update(sent_on=dt.date(2026, 11, 1))
    assert [len(take_due(day)) for day in (MONDAY, FIRST, FIRST)] == [0, 1, 0]


def test_a_new_subscription_begins_with_the_next_period(board: Dashboard) -> None:
    subscription = sent_to(board, "Urbanisme")
    DashboardSubscription.objects.filter(pk=subscription.pk).update(sent_on=MONDAY)
    assert take_due(SUNDAY) == []


def test_accounts_without_address_are_not_written_to(board: Dashboard) -> None:
    sent_to(board, "Urbanisme")
    PLANNER.account().__class__.objects.update(email="")
    assert take_due(MONDAY) == []


@pytest.mark.parametrize("person", [TOWN_AGENT, OUTSIDER, GARDENER], ids=str)
def test_who_may_not_change_the_dashboard_sends_it_to_nobody(board: Dashboard, person: Person) -> None:
    with pytest.raises(ForbiddenDashboard):
        subscribe(
            visitor=person.visitor(),
            dashboard=board,
            requested=SubscriptionRequest(dashboards.group("Urbanisme"), MailFrequency.WEEKLY, PaperLayout()),
            parameters={},
        )


def test_who_may_not_change_the_dashboard_stops_no_sending(board: Dashboard) -> None:
    subscription = sent_to(board, "Urbanisme")
    with pytest.raises(ForbiddenDashboard):
        unsubscribe(visitor=TOWN_AGENT.visitor(), dashboard=board, pk=subscription.pk)


def test_the_same_group_and_frequency_have_one_subscription(board: Dashboard) -> None:
    assert sent_to(board, "Urbanisme").pk == sent_to(board, "Urbanisme", commune=MEUDON).pk


def test_the_groups_offered_are_those_that_read_or_make_the_dashboard(board: Dashboard) -> None:
    offered = offered_groups(PLANNER.visitor(), board).values_list("name", flat=True)
    assert set(offered) == {"Urbanisme", "Ville de Meudon"}


def test_a_title_of_several_lines_adds_no_header(board: Dashboard) -> None:
    subscription = sent_to(board, "Urbanisme")
    version = board.published
    assert version is not None
    version.document |= {"title": "Aires\r\nBcc: autre@exemple.fr"}
    version.save()
    message = mailed(subscription, PLANNER)
    assert message is not None
    assert message.subject.startswith("Aires Bcc: autre@exemple.fr")
    assert message.recipients() == ["urbaniste@exemple.fr"]


def test_a_group_gets_a_bounded_number_of_messages(board: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.paper.subscriptions.MAX_OF_GROUP", 1)
    sent_to(board, "Urbanisme")
    sent_to(board, "Urbanisme")  # the same one, changed
    with pytest.raises(InvalidParameter, match="reçoit déjà 1"):
        sent_to(board, "Urbanisme", frequency=MailFrequency.MONTHLY)
