"""Grants of every kind at random, for properties of access."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.auth.models import Group
from django.utils import timezone

from layers.models import Grant, Layer
from tests.factories import BOULOGNE, MEUDON
from tests.people import EVERYBODY
from tests.world import PLAYGROUNDS, TREES

ROWS = ("", f"commune = '{MEUDON}'", f"commune = '{BOULOGNE}'", "nom = 'Jeux-Val'", "champ_absent = 1")


def random_grants(seed: int) -> None:
    """Give rights of every kind to random groups and accounts, in force or not."""
    chance, now, hour = random.Random(seed), timezone.now(), dt.timedelta(hours=1)
    accounts = [person.account() for person in EVERYBODY if not person.is_anonymous]
    groups = list(Group.objects.all())
    periods = [
        (None, None),
        (now - hour, None),
        (now + hour, None),
        (None, now - hour),
        (now - hour, now + hour),
    ]
    for _index in range(12):
        layer = Layer.objects.get(slug=chance.choice([PLAYGROUNDS, TREES]))
        is_theme = chance.random() < 0.3
        Grant.objects.create(
            **({"group": chance.choice(groups)} if chance.random() < 0.5 else {"person": chance.choice(accounts)}),
            **({"theme": layer.theme} if is_theme else {"layer": layer}),
            rows=chance.choice(ROWS),
            fields=[] if is_theme else chance.sample(["inspections", "matricule", "etat_sanitaire"], 1),
            can_download=chance.random() < 0.5,
            can_add=chance.random() < 0.5,
            can_change=(changes := chance.random() < 0.5),
            can_delete=changes and chance.random() < 0.5,
            can_change_own=chance.random() < 0.3,
            **dict(zip(("valid_from", "valid_until"), chance.choice(periods), strict=True)),
        )  # fmt: skip
