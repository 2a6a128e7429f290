"""What a provider publishes is believed when it is about the issuer that an administrator described."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from gisportal.accounts.single_sign_on import oidc
from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.oidc import RefusedIdentity

HOST = "https://sso.ville.example"


def publish(monkeypatch: pytest.MonkeyPatch, issuer: str, server_url: str = HOST) -> IdentityProvider:
    """Let a provider publish a configuration."""
    cache.clear()
    addresses = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{HOST}/x")
    monkeypatch.setattr(oidc, "_fetch_json", lambda *_arguments: {**addresses, "issuer": issuer})
    return IdentityProvider(
        id="agents", name="Mairie", server_url=server_url, client_id="portail", secret="x"
    )


@pytest.mark.parametrize("issuer", ["https://ailleurs.example", f"{HOST}/autre", "http://sso.ville.example"])
def test_a_configuration_of_another_issuer_is_refused(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = publish(monkeypatch, issuer)
    with pytest.raises(RefusedIdentity, match=issuer):
        oidc.configuration_of(provider)


@pytest.mark.parametrize("server_url", [HOST, f"{HOST}/", f"{HOST}/.well-known/openid-configuration"])
def test_an_issuer_is_the_address_that_was_described(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = publish(monkeypatch, HOST, server_url)
    assert oidc.configuration_of(provider)["issuer"] == HOST
