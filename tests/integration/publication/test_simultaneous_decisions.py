"""Two decisions at once: one stands, and the other reads it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from datasets.publication.subjects import DeliverySubject
from layers.visitor import Visitor, system_visitor
from publication import services
from publication.errors import AlreadyDecided
from publication.models import Submission
from tests.deliveries import bench, dataset, deliver
from tests.waiting import somebody_waits, until


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_the_second_reads_the_first() -> None:
    delivery = deliver(dataset(), bench())
    submission = services.submit(subject=DeliverySubject(delivery), visitor=system_visitor())

    def approve(visitor: Visitor) -> str:
        try:
            services.approve(submission=submission, visitor=visitor)
        except AlreadyDecided as refusal:
            return refusal.detail
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.approve(submission=submission, visitor=system_visitor())
            second = pool.submit(approve, system_visitor())
            until(somebody_waits)
        assert "déjà été décidée" in second.result(timeout=30)
    assert Submission.objects.get().events.filter(state="online").count() == 1
