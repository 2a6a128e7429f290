"""Groups follow the claims of a provider, among those that it decides."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings

from gisportal.accounts.models import User
from tests.identity_provider import MockProvider, sign_in

VERIFIED = {"email": "claire.dubois@ville.example", "email_verified": True}


@pytest.fixture
def account(provider: MockProvider, settings: Settings) -> User:
    """An account of two groups; the provider decides on "Urbanisme" and "Voirie", which exists not, and no other."""
    settings.IDENTITY_PROVIDERS = [
        provider.describe(
            groups={"sig-urba": "Urbanisme", "sig-verts": "Espaces verts", "sig-voirie": "Voirie"}
        )
    ]
    names = ("Urbanisme", "Espaces verts", "Communication")
    made = {name: Group.objects.get_or_create(name=name)[0] for name in names}
    user = User.objects.create_user("cdubois", email="claire.dubois@ville.example")
    user.groups.set([made["Espaces verts"], made["Communication"]])
    return user


def groups_after(account: User, claims: dict[str, object], provider: MockProvider) -> list[str]:
    """Return the groups of the account once it signed in with these claims."""
    provider.knows("claire", **VERIFIED, **claims)
    sign_in(Client(), "claire")
    return sorted(account.groups.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"groups": ["sig-urba", "sig-verts"]}, ["Communication", "Espaces verts", "Urbanisme"]),
        ({"groups": "sig-urba"}, ["Communication", "Urbanisme"]),
        ({"groups": ["Communication", "sig-voirie", 7, None]}, ["Communication"]),
        ({}, ["Communication"]),
    ],
    ids=["added", "one value", "unknown values", "claim absent"],
)
def test_groups_follow_the_claims_and_others_stay(
    account: User, provider: MockProvider, claims: dict[str, object], names: list[str]
) -> None:
    assert groups_after(account, claims, provider) == names


def test_a_group_is_withdrawn_at_the_next_sign_in(account: User, provider: MockProvider) -> None:
    groups_after(account, {"groups": ["sig-urba"]}, provider)
    assert groups_after(account, {"groups": []}, provider) == ["Communication"]


def test_no_claim_makes_a_superuser(account: User, provider: MockProvider) -> None:
    groups_after(account, {"groups": ["sig-urba"], "is_superuser": True, "is_staff": True}, provider)
    account.refresh_from_db()
    assert [account.is_superuser, account.is_staff] == [False, False]
