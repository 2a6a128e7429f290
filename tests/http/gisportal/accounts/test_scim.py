"""``/scim/v2/``: the standard as scim2-tester judges it, the directory's own ways, limits, trials, the journal."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from gisportal.accounts.models import DirectoryToken, Token, User
from gisportal.accounts.scim.tokens import create_directory_token
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from gisportal.journal.models import JournalEntry
from tests.staff import permissions

pytestmark = pytest.mark.django_db
BASE = "/scim/v2/"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LAST_DAY = timezone.localdate() + dt.timedelta(days=9)
# An account is active or not: the attribute has no third state.
DEVIATIONS = {"check_remove_attribute: PATCH modify() did not remove attribute 'active'"}


class Directory:
    """A directory that holds a token, in the words of SCIM."""

    def __init__(self, text: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Authorization": f"Bearer {text}"}

    def ask(self, method: str, path: str, document: Any = None, **query: str) -> Any:
        body = "" if document is None else json.dumps(document)
        return self.client.generic(
            method,
            BASE + path,
            body,
            content_type="application/scim+json",
            headers=self.headers,
            query_params=query or None,
        )

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})

    def create(self, user_name: str, **more: Any) -> dict[str, Any]:
        answer = self.ask("POST", "Users", {"schemas": [USER], "userName": user_name, **more})
        assert answer.status_code == 201
        made: dict[str, Any] = answer.json()
        return made


@pytest.fixture
def trees() -> Group:
    return Group.objects.create(name="Espaces verts")


@pytest.fixture
def directory(trees: Group) -> Directory:
    return Directory(
        create_directory_token(name="annuaire", groups=[trees], is_trial=False, last_day=LAST_DAY)[1]
    )


def events() -> list[dict[str, Any]]:
    return list(
        JournalEntry.objects.filter(event="directory").order_by("pk").values_list("detail", flat=True)
    )


def members(group: Group) -> set[str]:
    return set(group.user_set.values_list("username", flat=True))


def test_the_server_is_what_the_standard_asks(directory: Directory) -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Answer as the portal, by the client of the tests."""
        answer = directory.client.generic(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ["wsgi.input"].read(),
            content_type=environ.get("CONTENT_TYPE", ""),
            headers=directory.headers,
            QUERY_STRING=environ["QUERY_STRING"],
        )
        start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.headers.items()))
        return [answer.content]

    client = WSGISCIMClient(application, base_url="http://localhost/scim/v2")
    results = check_server(client)
    faults = [
        f"{result.title}: {result.reason}"
        for result in results
        if result.status in {Status.ERROR, Status.CRITICAL}
    ]
    assert set(faults) <= DEVIATIONS
    assert len([result for result in results if result.status is Status.SUCCESS]) > 20


@pytest.mark.parametrize("text", ["", "scim_00000000_" + "a" * 43, "geo_00000000_" + "a" * 43])
def test_without_its_token_nothing_is_answered(trees: Group, text: str) -> None:
    answer = Directory(text).ask("GET", "Users")
    assert answer.status_code == 401
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_a_revoked_token_opens_nothing(directory: Directory) -> None:
    call_command("directory_token", "revoke", "annuaire")
    assert directory.ask("GET", "Users").status_code == 401


def test_no_match_is_an_empty_list(directory: Directory) -> None:
    for name, text in (("Users", 'userName eq "nobody"'), ("Groups", 'displayName eq "None"')):
        answer = directory.ask("GET", name, filter=text)
        assert (answer.status_code, answer.json()["totalResults"]) == (200, 0)
        assert answer["Content-Type"] == "application/scim+json"


def test_filters_of_a_directory_find_one(directory: Directory, trees: Group) -> None:
    emails = [{"type": "work", "value": "lou@example.org", "primary": True}]
    made = directory.create("lou", externalId="x-1", emails=emails)
    directory.create("noa")
    texts = [
        'userName eq "LOU"',
        'externalId eq "x-1"',
        'emails[type eq "work"].value eq "lou@example.org"',
        'userName eq "lou" and externalId eq "x-1"',
    ]
    resources = [directory.ask("GET", "Users", filter=text).json()["Resources"] for text in texts]
    assert resources == [[made]] * 4
    (group,) = directory.ask(
        "GET", "Groups", filter='displayName eq "espaces verts"', excludedAttributes="members"
    ).json()["Resources"]
    assert (group["displayName"], "members" in group) == ("Espaces verts", False)


@pytest.mark.parametrize(
    "text", ['userName co "a"', "userName", 'password eq "a"', 'userName eq "a" or id eq "1"']
)
def test_another_filter_is_refused_in_the_form_of_the_protocol(directory: Directory, text: str) -> None:
    answer = directory.ask("GET", "Users", filter=text)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


def test_a_page_begins_at_its_index(directory: Directory) -> None:
    for name in ("a", "b", "c"):
        directory.create(name)
    page = directory.ask("GET", "Users", startIndex="2", count="1").json()
    assert [row["userName"] for row in page["Resources"]] == ["b"]
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (3, 2, 1)
    assert directory.ask("GET", "Users", count="x").status_code == 400


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "path": "active", "value": False},
        {"op": "Replace", "value": {"active": "False"}},
    ],
)
def test_not_active_disables_at_once(directory: Directory, operation: dict[str, Any]) -> None:
    made = directory.create("lou")
    user = User.objects.get(username="lou")
    create_token(user=user, name="x", scope=TokenScope.READ, days=9)
    answer = directory.patch(f"Users/{made['id']}", operation)
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    assert not Token.objects.filter(revoked_at=None).exists()
    assert directory.ask("GET", f"Users/{made['id']}").json()["active"] is False
    assert directory.patch(f"Users/{made['id']}", operation | {"path": "active", "value": "True"}).json()[
        "active"
    ]


def test_dotted_keys_without_a_path_are_read(directory: Directory) -> None:
    made = directory.create("lou", name={"givenName": "Lou"})
    answer = directory.patch(f"Users/{made['id']}", {"op": "Replace", "value": {"name.givenName": "Loup"}})
    assert answer.json()["name"] == {"givenName": "Loup"}


@pytest.mark.parametrize(
    "removal",
    [
        {"op": "Remove", "path": "members", "value": [{"value": "{}"}]},
        {"op": "remove", "path": 'members[value eq "{}"]'},
    ],
)
def test_members_come_and_go(directory: Directory, trees: Group, removal: dict[str, Any]) -> None:
    lou, noa = directory.create("lou"), directory.create("noa")
    values = [{"$ref": None, "value": made["id"]} for made in (lou, noa)]
    added = directory.patch(f"Groups/{trees.pk}", {"op": "Add", "path": "members", "value": values})
    assert (added.status_code, added.content) == (204, b"")
    assert members(trees) == {"lou", "noa"}
    operation = json.loads(json.dumps(removal).replace("{}", lou["id"]))
    assert directory.patch(f"Groups/{trees.pk}", operation).status_code == 204
    assert members(trees) == {"noa"}


def test_unknown_schemas_and_nulls_are_ignored(directory: Directory) -> None:
    schemas = [USER, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User"]
    answer = directory.ask(
        "POST", "Users", {"schemas": schemas, "userName": "lou", "name": None, "title": "x"}
    )
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/scim/v2/Users/{answer.json()['id']}")


def test_a_second_account_of_a_name_is_a_conflict(directory: Directory) -> None:
    directory.create("lou")
    answer = directory.ask("POST", "Users", {"schemas": [USER], "userName": "LOU"})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")


def test_a_deleted_account_is_disabled_and_comes_back(directory: Directory) -> None:
    made = directory.create("lou")
    assert directory.ask("DELETE", f"Users/{made['id']}").status_code == 204
    assert directory.ask("GET", f"Users/{made['id']}").status_code == 404
    assert not User.objects.get(username="lou").is_active
    assert directory.create("lou")["id"] == made["id"]


def test_who_administers_partners_and_other_groups_are_out_of_reach(
    directory: Directory, trees: Group
) -> None:
    chief = User.objects.create(username="chief", is_superuser=True)
    partner = User.objects.create(username="partner", kind="partner")
    other = Group.objects.create(name="Voirie")
    assert [
        directory.patch(f"Users/{user.pk}", {"op": "replace", "path": "active", "value": False}).status_code
        for user in (chief, partner)
    ] == [404, 404]
    refused = directory.patch(f"Groups/{other.pk}", {"op": "add", "path": "members", "value": []})
    assert (refused.status_code, events()[-1]["status"]) == (403, 403)
    unseen = {"op": "add", "path": "members", "value": [{"value": str(chief.pk)}]}
    assert directory.patch(f"Groups/{trees.pk}", unseen).status_code == 400
    assert directory.ask("DELETE", f"Groups/{trees.pk}").status_code == 403


def test_a_group_that_administers_is_never_named_nor_filled(directory: Directory, trees: Group) -> None:
    trees.permissions.set(permissions("auth.change_group"))
    assert directory.ask("GET", f"Groups/{trees.pk}").status_code == 403
    with pytest.raises(ValidationError):
        create_directory_token(name="autre", groups=[trees], is_trial=False, last_day=LAST_DAY)
    with pytest.raises(CommandError):
        call_command("directory_token", "create", "autre", "--group", "Espaces verts")


def test_a_trial_changes_nothing_and_is_recorded(directory: Directory, trees: Group) -> None:
    DirectoryToken.objects.update(is_trial=True)
    answer = directory.ask("POST", "Users", {"schemas": [USER], "userName": "lou"})
    assert (answer.status_code, User.objects.filter(username="lou").exists()) == (201, False)
    assert events() == [{"call": "POST /Users", "status": 201, "trial": True}]


@pytest.mark.parametrize("body", ["{", "[]", '{"schemas": []}'])
def test_a_faulty_body_is_an_error_of_the_protocol(directory: Directory, body: str) -> None:
    answer = directory.client.post(
        BASE + "Users", body, content_type="application/scim+json", headers=directory.headers
    )
    assert (answer.status_code, answer.json()["status"]) == (400, "400")


def test_calls_of_a_token_are_counted(directory: Directory) -> None:
    with override_settings(RATE_LIMITS={"anonymous": 1, "wrong-credentials": 60}):
        answers = [directory.ask("GET", "Users") for _each in range(3)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["status"] == "429"
