"""An answer leaves once, is tried again, and takes the address of its reader with it."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from smtplib import SMTPDataError, SMTPRecipientsRefused
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.utils import timezone

from explorer.models import AnswerMail, FeatureReport
from explorer.reports.jobs import MAIL_DAYS, forget_addresses, send_answer
from explorer.reports.services import answer_report
from interface.mail import MailNotSent
from tests.answer_mails import answer_jobs, work_answers
from tests.people import PLANNER
from tests.world import PLAYGROUNDS, World, grant

EMAIL = "voisine@example.org"
ANSWER = "Le banc est réparé."


@pytest.fixture
def report(world: World) -> FeatureReport:
    grant(PLANNER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    pk = world.playgrounds["Jeux-Val"].pk
    return FeatureReport.objects.create(
        layer=PLAYGROUNDS, feature=pk, title="Jeux-Val", category="danger", message="Banc", email=EMAIL
    )


def page(report: FeatureReport, **posted: str) -> str:
    client = Client()
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/signalements/{report.pk}/"
    if posted:
        client.post(address, {"action": "repondre", **posted})
    return client.get(address).content.decode()


def refused(error: Exception) -> MailNotSent | None:
    """Work while the server of e-mail fails so, and return what the task raised."""
    with patch.object(EmailBackend, "send_messages", side_effect=error):
        try:
            work_answers()
        except MailNotSent as raised:
            return raised
    return None


def test_an_answer_leaves_once_however_often_its_job_runs(report: FeatureReport) -> None:
    answer_report(report, answer=ANSWER, is_closed=True)
    work_answers()
    work_answers()
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert AnswerMail.objects.count() == 0


def test_an_answer_is_sent_outside_any_transaction(report: FeatureReport) -> None:
    answer_report(report, answer=ANSWER, is_closed=True)
    open_before = len(connection.savepoint_ids)
    open_while_sending = []

    def send_messages(_backend: EmailBackend, messages: list[EmailMessage]) -> int:
        open_while_sending.append(len(connection.savepoint_ids))
        return len(messages)

    with patch.object(EmailBackend, "send_messages", send_messages):
        work_answers()
    assert open_while_sending == [open_before]


def test_an_address_forgotten_while_its_answer_leaves_takes_the_answer_along(report: FeatureReport) -> None:
    answer_report(report, answer=ANSWER, is_closed=True)

    def forget(_backend: EmailBackend, messages: list[EmailMessage]) -> int:
        forget_addresses(now=timezone.now() + dt.timedelta(days=MAIL_DAYS, minutes=1))
        return len(messages)

    with patch.object(EmailBackend, "send_messages", forget):
        work_answers()
    assert AnswerMail.objects.count() == 0
    assert "data-answer-mail" not in page(report)


def test_a_button_pressed_twice_sends_one_answer(report: FeatureReport) -> None:
    assert "Clore sans répondre" in page(report)
    page(report, answer=ANSWER)
    assert "Clore sans répondre" not in page(report, answer=ANSWER)
    work_answers()
    assert len(mail.outbox) == 1


def test_another_answer_is_another_message(report: FeatureReport) -> None:
    answer_report(report, answer=ANSWER, is_closed=False)
    answer_report(report, answer="Il est repeint.", is_closed=False)
    work_answers()
    assert [ANSWER in str(message.body) for message in mail.outbox] == [True, False]
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "refused"),
        SMTPRecipientsRefused({EMAIL: (450, b"later")}),
        SMTPDataError(451, f"<{EMAIL}> later".encode()),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_server_that_is_away_is_asked_again_and_no_address_is_logged(
    report: FeatureReport, error: Exception
) -> None:
    answer_report(report, answer=ANSWER, is_closed=True)
    raised = refused(error)
    assert raised is not None
    (job,) = answer_jobs()
    task_job = type("Job", (), {"attempts": 0})()
    assert send_answer.get_retry_exception(exception=raised, job=task_job) is not None
    assert EMAIL not in "".join(traceback.format_exception(raised)) + str(job.args)
    assert 'data-answer-mail="waiting"' in page(report)
    work_answers()
    assert len(mail.outbox) == 1
    assert "data-answer-mail" not in page(report)


def test_an_address_that_is_refused_for_good_is_forgotten_and_told(
    report: FeatureReport, caplog: pytest.LogCaptureFixture
) -> None:
    answer_report(report, answer=ANSWER, is_closed=False)
    with caplog.at_level(logging.DEBUG):
        assert refused(SMTPRecipientsRefused({EMAIL: (550, b"unknown")})) is None
    assert EMAIL not in caplog.text
    assert AnswerMail.objects.get().email == ""
    assert 'data-answer-mail="lost"' in page(report)


def test_the_same_words_may_be_sent_again_after_they_were_lost(report: FeatureReport) -> None:
    answer_report(report, answer=ANSWER, is_closed=False)
    refused(SMTPRecipientsRefused({EMAIL: (550, b"unknown")}))
    answer_report(report, answer=ANSWER, is_closed=False)
    work_answers()
    assert len(mail.outbox) == 1
    assert "data-answer-mail" not in page(report)


def test_an_answer_that_never_left_forgets_its_address(report: FeatureReport) -> None:
    answer_report(report, answer=ANSWER, is_closed=True)
    assert forget_addresses(now=timezone.now()) == 0
    assert forget_addresses(now=timezone.now() + dt.timedelta(days=MAIL_DAYS, minutes=1)) == 1
    work_answers()
    assert mail.outbox == []
    assert 'data-answer-mail="lost"' in page(report)


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_answer_links_to_the_sheet_while_there_is_one(
    world: World, report: FeatureReport, is_gone: bool
) -> None:
    if is_gone:
        world.playgrounds["Jeux-Val"].delete()
    page(report, answer=ANSWER)
    work_answers()
    assert (f"/catalogue/{PLAYGROUNDS}/{report.feature}/" in str(mail.outbox[0].body)) is not is_gone
