"""Personal tokens on machine protocols: every way in, every kind of layer, and what no longer opens anything."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gisportal.accounts.models import Token, User, tokens_of
from gisportal.accounts.rate_limits import request_counter
from gisportal.accounts.services import revoke_tokens
from gisportal.accounts.tokens import new_token
from gisportal.accounts.vocabulary import TokenScope
from layers import access
from layers.visitor import Credential, Visitor
from tests.people import ADMINISTRATOR, OUTSIDER, PASSWORD, PLANNER, Person
from tests.protocols import ITEM, ITEMS, TILE, TILEJSON, Protocol, get, read
from tests.tokens import Way, by_address, by_basic, by_bearer, by_name, made, pair
from tests.world import PLAYGROUNDS, TREES, World, grant

INTERNAL, OPEN = ITEMS.address.format(slug=PLAYGROUNDS), ITEMS.address.format(slug=TREES)

WAYS = pytest.mark.parametrize("way", [by_bearer, by_basic, by_name, by_address])


@WAYS
@pytest.mark.parametrize("protocol", [ITEMS, ITEM, TILE, TILEJSON], ids=str)
def test_a_token_opens_what_its_account_sees(world: World, way: Way, protocol: Protocol) -> None:
    path = protocol.address.format(tile="9/259/176", **world.address(PLAYGROUNDS))
    assert way(path, made(PLANNER)).status == 200


@WAYS
def test_a_token_opens_nothing_more_than_its_account(world: World, way: Way) -> None:
    text = made(OUTSIDER)
    if way is by_basic:
        assert get(INTERNAL, authorization=pair(OUTSIDER.name, text)).status == 404
    else:
        assert way(INTERNAL, text).status == 404


@WAYS
def test_a_token_opens_open_layers(world: World, way: Way) -> None:
    assert way(OPEN, made(PLANNER)).status == 200


def spoilt(kind: str) -> str:
    """Return the text of a token that opens nothing, for a reason."""
    text = made(PLANNER)
    token = Token.objects.get()
    if kind == "expired":
        created = timezone.now() - dt.timedelta(days=2)
        Token.objects.update(created_at=created, expires_at=created + dt.timedelta(days=1))
    elif kind == "revoked":
        revoke_tokens(tokens_of(token.user))
    elif kind == "closed account":
        User.objects.filter(pk=token.user_id).update(is_active=False)
    elif kind == "deleted account":
        token.user.delete()
    else:
        return {"unknown": new_token(), "malformed": "geo_1234", "empty": ""}[kind]
    return text


KINDS = ["expired", "revoked", "closed account", "deleted account", "unknown", "malformed", "empty"]


@pytest.mark.parametrize("path", [INTERNAL, OPEN], ids=["internal", "open"])
@pytest.mark.parametrize("way", [by_bearer, by_address])
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_opens_nothing_is_refused_and_never_ignored(
    world: World, kind: str, way: Way, path: str
) -> None:
    answer = way(path, spoilt(kind))
    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_pair_is_a_401_too(world: World, kind: str) -> None:
    assert by_basic(OPEN, spoilt(kind)).status == 401


def test_a_refusal_offers_both_ways_in(world: World) -> None:
    challenge = by_bearer(OPEN, new_token()).headers["WWW-Authenticate"]
    assert challenge == (
        'Basic realm="Portail", charset="UTF-8", Bearer realm="Portail", error="invalid_token"'
    )


def test_a_hidden_layer_asks_for_credentials_without_a_fault(world: World) -> None:
    challenge = get(INTERNAL).headers["WWW-Authenticate"]
    assert challenge == 'Basic realm="Portail", charset="UTF-8", Bearer realm="Portail"'


def test_an_expired_token_says_since_when(world: World) -> None:
    assert "expiré le" in by_bearer(OPEN, spoilt("expired")).document["detail"]


@pytest.mark.parametrize("kind", ["revoked", "closed account"])
def test_a_revoked_token_reads_like_an_unknown_one(world: World, kind: str) -> None:
    assert by_bearer(OPEN, spoilt(kind)).document == by_bearer(OPEN, new_token()).document


def test_a_token_with_the_name_of_another_account_is_refused(world: World) -> None:
    ADMINISTRATOR.account()
    assert get(OPEN, authorization=pair(ADMINISTRATOR.name, made(PLANNER))).status == 401


def test_a_token_as_name_takes_no_password(world: World) -> None:
    assert get(OPEN, authorization=pair(made(PLANNER), PASSWORD)).status == 401


@pytest.mark.parametrize("query", ["token={0}&token={0}", "token={0}&%74oken={0}", "token=&token={0}"])
def test_two_tokens_are_refused(world: World, query: str) -> None:
    answer = get(f"{OPEN}?{query.format(made(PLANNER))}")
    assert (answer.status, answer.document["parameter"]) == (400, "token")


def test_a_token_and_a_header_are_refused(world: World) -> None:
    answer = get(f"{OPEN}?token={made(PLANNER)}", authorization=PLANNER.basic())
    assert (answer.status, answer.document["parameter"]) == (400, "token")


def test_a_token_wins_over_the_session(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(INTERNAL, {"token": made(OUTSIDER)}).status_code == 404


@pytest.mark.parametrize("path", ["/catalogue/", "/compte/", "/administration/", "/carte/"])
@pytest.mark.parametrize("header", ["Bearer {}", "basic"])
def test_a_token_opens_no_page(world: World, path: str, header: str) -> None:
    text = made(ADMINISTRATOR)
    value = pair(ADMINISTRATOR.name, text) if header == "basic" else header.format(text)
    assert get(path, authorization=value).status == 401


def test_a_token_opens_the_photos_that_features_link_to(world: World) -> None:
    place = world.address(PLAYGROUNDS)
    path = "/photos/{slug}/{pk}/photos/{photo}/thumbnail.jpg".format(**place)
    assert by_bearer(path, made(PLANNER)).status == 200


def visitor(person: Person, scope: TokenScope) -> Visitor:
    """Return the visitor that a token of this scope makes."""
    account = person.account()
    return Visitor(
        instant=timezone.now(),
        user_id=account.pk,
        groups=frozenset(account.groups.values_list("pk", flat=True)),
        is_administrator=account.is_superuser,
        credential=Credential.TOKEN,
        may_write=scope == TokenScope.EDIT,
    )


@pytest.mark.parametrize("person", [OUTSIDER, ADMINISTRATOR], ids=str)
@pytest.mark.parametrize("scope", TokenScope)
def test_a_reading_token_edits_and_approves_nothing(world: World, person: Person, scope: TokenScope) -> None:
    if not person.is_administrator:
        grant(person, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True, can_approve=True)
    found = access.scope(visitor(person, scope), PLAYGROUNDS)
    assert (found.can_change, found.can_approve) == (scope == TokenScope.EDIT, scope == TokenScope.EDIT)


def test_a_use_is_written(world: World) -> None:
    by_bearer(OPEN, made(PLANNER))
    assert Token.objects.get().last_used_at is not None


@pytest.mark.parametrize(("age", "is_written"), [(10, False), (59, False), (61, True)])
def test_a_use_is_written_once_an_hour(world: World, age: int, is_written: bool) -> None:
    text = made(PLANNER)
    before = timezone.now() - dt.timedelta(minutes=age)
    Token.objects.update(last_used_at=before)
    by_bearer(OPEN, text)
    assert (Token.objects.get().last_used_at != before) == is_written


def test_a_refused_use_is_not_written(world: World) -> None:
    by_bearer(OPEN, spoilt("revoked"))
    assert Token.objects.get().last_used_at is None


def test_the_text_of_a_token_is_nowhere_in_the_database(world: World) -> None:
    text = made(PLANNER)
    stored = " ".join(str(value) for value in Token.objects.values_list()[0])
    assert text[12:] not in stored


DESCRIBED = [
    "/api/openapi.json",
    *("/api/collections/{slug}/" + name for name in ("queryables", "sortables")),
]
DESCRIBED += ["/api/collections/{slug}/" + name for name in ("schema", "schemas/feature", "aggregate")]


@WAYS
@pytest.mark.parametrize("path", DESCRIBED)
def test_a_token_opens_the_descriptions_that_tools_read_first(world: World, way: Way, path: str) -> None:
    assert way(path.format(**world.address(PLAYGROUNDS)), made(PLANNER)).status == 200


@pytest.fixture
def few_refusals(settings: Settings) -> None:
    """Eight requests a minute with wrong credentials, nobody counted before."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"wrong-credentials": 8}
    settings.SERVER_PROCESSES = 1
    request_counter.cache_clear()


@pytest.mark.usefixtures("few_refusals")
def test_unknown_tokens_are_soon_told_to_wait(world: World) -> None:
    statuses = [by_bearer(OPEN, new_token()).status for _number in range(12)]
    assert (statuses[0], statuses[-1]) == (401, 429)


@pytest.mark.usefixtures("few_refusals")
def test_a_good_token_passes_where_others_were_refused(world: World) -> None:
    for _number in range(12):
        by_bearer(OPEN, new_token())
    assert by_bearer(OPEN, made(PLANNER)).status == 200


@pytest.mark.usefixtures("few_refusals")
def test_refused_tokens_lock_no_password(world: World) -> None:
    for _number in range(12):
        by_bearer(OPEN, new_token())
    assert get(INTERNAL, PLANNER).status == 200


WRITE = f"/api/collections/{PLAYGROUNDS}/items"


def write(**headers: str) -> int:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"} | headers)
    return read(client.put(f"{WRITE}/1", "{}", content_type="application/geo+json")).status


@pytest.mark.parametrize("scheme", ["bearer", "basic", "password"])
def test_a_write_with_a_header_needs_no_csrf_token(world: World, scheme: str) -> None:
    text = made(ADMINISTRATOR, TokenScope.EDIT)
    header = {
        "bearer": f"Bearer {text}",
        "basic": pair(ADMINISTRATOR.name, text),
        "password": ADMINISTRATOR.basic(),
    }
    assert write(authorization=header[scheme]) != 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_write_that_another_site_caused_with_a_remembered_pair_is_refused(world: World, site: str) -> None:
    PLANNER.account()
    assert write(authorization=PLANNER.basic(), **{"sec-fetch-site": site}) == 403


def test_a_write_in_a_session_needs_a_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    answer = read(client.put(f"{WRITE}/1", "{}", content_type="application/geo+json"))
    assert (answer.status, answer.headers["Content-Type"]) == (403, "application/problem+json")


def test_a_write_in_a_session_passes_with_its_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/compte/")
    token = client.cookies["csrftoken"].value
    response = client.put(
        f"{WRITE}/1", "{}", content_type="application/geo+json", headers={"x-csrftoken": token}
    )
    assert (response.status_code, response.json()["parameter"]) == (400, "type")  # read, and no feature


def test_a_write_of_nobody_is_no_forgery(world: World) -> None:
    assert write() == 401
