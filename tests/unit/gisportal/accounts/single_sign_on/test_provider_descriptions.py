"""How an administrator describes a provider of identities, and what its claims then say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gisportal.accounts.single_sign_on.definitions import IdentityProvider, secret_variable
from gisportal.accounts.single_sign_on.services import (
    mapped_groups,
    proves_second_factor,
    refused_claim,
    values_of,
    verified_email,
)
from gisportal.settings.accounts import read_identity_providers

ENTRY = {"id": "agents", "name": "Mairie", "server_url": "https://sso.ville.example", "client_id": "portail"}
SECRETS = {"PORTAL_IDENTITY_PROVIDER_AGENTS_SECRET": "s3cret"}


def read(**values: Any) -> IdentityProvider:
    """Return the provider of the plain entry with these values."""
    return read_identity_providers(json.dumps([ENTRY | values]), SECRETS)[0]


def test_a_provider_is_described_by_its_address_and_name() -> None:
    assert read().configuration_url == "https://sso.ville.example/.well-known/openid-configuration"


def test_a_file_may_hold_the_descriptions(tmp_path: Path) -> None:
    file = tmp_path / "providers.json"
    file.write_text(json.dumps([ENTRY]), "utf-8")
    assert read_identity_providers(str(file), SECRETS)[0].id == "agents"


def test_a_secret_is_never_written_with_its_provider() -> None:
    assert "s3cret" not in repr(read())


def test_a_secret_has_a_variable_of_its_own() -> None:
    assert secret_variable("pro-connect") == "PORTAL_IDENTITY_PROVIDER_PRO_CONNECT_SECRET"


def test_proconnect_is_asked_for_amr_and_not_for_pkce() -> None:
    provider = read(kind="proconnect")
    assert [provider.uses_pkce, provider.asked_claims] == [False, {"id_token": {"amr": {"essential": True}}}]


def test_what_is_written_wins_over_its_kind() -> None:
    assert read(kind="proconnect", uses_pkce=True).uses_pkce


@pytest.mark.parametrize(
    "values",
    [
        {"id": "Pas un id"},
        {"id": "fin"},
        {"name": ""},
        {"server_url": "http://sso.ville.example"},
        {"server_url": "sso.ville.example"},
        {"kind": "facebook"},
        {"scopes": ["email"]},
        {"verified_domains": ["@ville"]},
        {"second_factor": {"amr": []}},
        {"second_factor": "mfa"},
        {"groups": {"x": ""}},
        {"secret": "in the open"},
        {"unknown": 1},
        {"id": "other"},
    ],
    ids=str,
)
def test_a_wrong_description_stops_the_start(values: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_IDENTITY_PROVIDERS"):
        read(**values)


@pytest.mark.parametrize("text", ["[", "[3]", '{"id": "x"}', "/no/such/file", json.dumps([ENTRY, ENTRY])])
def test_what_is_no_list_of_providers_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_IDENTITY_PROVIDERS"):
        read_identity_providers(text, SECRETS)


@pytest.mark.parametrize(
    ("found", "values"),
    [
        ("a", {"a"}),
        (["a", 7, None, {}], {"a", "7"}),
        (None, set()),
        ({"a": 1}, set()),
        ("", set()),
        (True, {"True"}),
    ],
    ids=["text", "list", "missing", "object", "empty", "boolean"],
)
def test_the_values_of_a_claim_are_texts(found: Any, values: set[str]) -> None:
    assert values_of({"groups": found}, "groups") == values


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "A@Ville.example", "email_verified": True}, "a@ville.example"),
        ({"email": "a@ville.example", "email_verified": "true"}, "a@ville.example"),
        ({"email": "a@ville.example", "email_verified": "yes"}, ""),
        ({"email": "a@ville.example"}, ""),
        ({"email": "a@sure.example"}, "a@sure.example"),
        ({"email": "a@sure.example@ville.example"}, ""),
        ({"email": "a@not-sure.example"}, ""),
        ({"email": ["a@sure.example"]}, ""),
    ],
    ids=str,
)
def test_an_address_counts_when_the_provider_answers_for_it(claims: dict[str, Any], email: str) -> None:
    assert verified_email(read(verified_domains=["sure.example"]), claims) == email


@pytest.mark.parametrize(
    ("rule", "claims", "is_proved"),
    [
        ({"amr": ["mfa"]}, {"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["mfa"]}, {"amr": ["pwd"]}, False),
        ({"amr": ["mfa"]}, {}, False),
        ({"acr": ["eidas2", "eidas3"]}, {"acr": "eidas2"}, True),
        ({"acr": ["eidas2"]}, {"acr": "eidas1"}, False),
        (True, {}, True),
        (False, {"amr": ["mfa"]}, False),
    ],
    ids=str,
)
def test_two_factors_are_proved_as_configured(rule: Any, claims: dict[str, Any], is_proved: bool) -> None:
    assert proves_second_factor(read(second_factor=rule), claims) == is_proved


def test_groups_are_those_of_the_values_that_are_mapped() -> None:
    provider = read(groups_claim="roles", groups={"sig.urba": "Urbanisme", "sig.eau": "Eau"})
    assert mapped_groups(provider, {"roles": ["sig.urba", "autre"], "groups": ["sig.eau"]}) == {"Urbanisme"}


def test_a_required_claim_is_named_when_it_lacks() -> None:
    provider = read(required_claims={"siret": ["21920048800018"]})
    assert [
        refused_claim(provider, {"siret": "1"}),
        refused_claim(provider, {"siret": "21920048800018"}),
    ] == [
        "siret",
        "",
    ]
