"""Layers in the administration: who sees a row of the catalogue, who changes it, and which rights they give on it."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers import access
from layers.models import Grant, Layer, ProtectedField
from layers.registry import coded_definitions
from tests import factories
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PARTNER, PLANNER, TOWN_AGENT, Person
from tests.staff import SITE, blank, signed_in, staff, text
from tests.world import ARCHIVED, DRAFT, IN_MEUDON, PLAYGROUNDS, TREES, World

LIST = f"{SITE}layers/layer/"
ENDS = timezone.now() + dt.timedelta(days=30)


def layer(slug: str = PLAYGROUNDS) -> Layer:
    return Layer.objects.get(slug=slug)


def address(slug: str = PLAYGROUNDS, page: str = "change") -> str:
    return f"{LIST}{layer(slug).pk}/{page}/"


def holder(person: Person, **rights: Any) -> Client:
    """Return the browser of somebody with every permission of Django on the catalogue, and these rights."""
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name=person.groups[0]).update(**rights)
    return staff(person, "layers.*")


@pytest.fixture
def approver(world: World) -> Client:
    """The browser of a planner who publishes and edits every row of the playgrounds, until a day."""
    return holder(PLANNER, can_add=True, can_change=True, can_delete=True, can_approve=True, valid_until=ENDS)


def form(slug: str = PLAYGROUNDS, **values: Any) -> dict[str, Any]:
    """Return what the form of a layer sends when nothing is changed but this; None takes a field out."""
    found = layer(slug)
    own = ("title", "abstract", "theme_id", "licence", "frequency", "visibility", "smallest_count")
    sent = {name.removesuffix("_id"): str(getattr(found, name)) for name in own}
    sent |= blank("grants", "protected")
    return {name: value for name, value in (sent | values).items() if value is not None}


def new_grant(group: str, **values: Any) -> dict[str, Any]:
    """Return what the form of a new grant sends."""
    end = values.pop("valid_until", None)
    sent = {"group": str(Group.objects.get(name=group).pk), "rows": ""} | values
    if end is not None:
        sent |= {"valid_until_0": end.strftime("%d/%m/%Y"), "valid_until_1": "00:00:00"}
    return {"grants-TOTAL_FORMS": "1"} | {f"grants-0-{name}": value for name, value in sent.items()}


def existing(grant: Grant, **values: Any) -> dict[str, Any]:
    """Return what the form of a grant sends."""
    sent = {
        "id": str(grant.pk),
        "layer": str(grant.layer_id),
        "group": str(grant.group_id),
        "rows": grant.rows,
    }
    sent |= {
        name: "on"
        for name in ("can_download", "can_add", "can_change", "can_delete", "can_approve")
        if getattr(grant, name)
    }
    counts = {"grants-TOTAL_FORMS": "1", "grants-INITIAL_FORMS": "1"}
    return counts | {f"grants-0-{name}": value for name, value in (sent | values).items()}


def faults(response: Any) -> str:
    """Return everything that a form of a layer and its tables say is wrong."""
    tables = [found.formset for found in response.context["inline_admin_formsets"]]
    said = [response.context["adminform"].form.errors, *(table.errors for table in tables)]
    return str([*said, *(table.non_form_errors() for table in tables)])


@pytest.mark.parametrize("person", [OUTSIDER, TOWN_AGENT, ADMINISTRATOR], ids=str)
def test_the_list_holds_the_layers_that_its_reader_sees(world: World, person: Person) -> None:
    browser = signed_in(person) if person is ADMINISTRATOR else staff(person, "layers.*")
    seen = {found.slug for found in browser.get(LIST).context["cl"].result_list}
    kept = {DRAFT, ARCHIVED, *(found.slug for found in coded_definitions() if not found.metadata.is_open)}
    hidden = {ADMINISTRATOR: set(), TOWN_AGENT: kept, OUTSIDER: kept | {PLAYGROUNDS}}
    assert set(Layer.objects.values_list("slug", flat=True)) - seen == hidden[person]


@pytest.mark.parametrize("page", ["change", "history"])
def test_a_hidden_layer_reads_like_none(world: World, page: str) -> None:
    browser = staff(OUTSIDER, "layers.*")
    assert browser.get(address(page=page)).status_code == browser.get(f"{LIST}999999/{page}/").status_code


def test_who_does_not_feed_a_layer_looks_at_it_without_its_rights(world: World) -> None:
    page = text(
        holder(TOWN_AGENT, can_add=True, can_change=True, can_delete=True, can_approve=True).get(address())
    )
    assert 'name="_save"' not in page and "grants-" not in page


def test_who_does_not_feed_a_layer_does_not_read_who_changed_it(world: World) -> None:
    browser = holder(TOWN_AGENT, can_add=True, can_change=True, can_delete=True, can_approve=True)
    assert browser.get(address(page="history")).status_code == 403


def test_a_page_that_is_only_looked_at_offers_no_history(world: World) -> None:
    assert "historylink" not in text(
        holder(TOWN_AGENT, can_add=True, can_change=True, can_delete=True, can_approve=True).get(address())
    )


def test_who_does_not_feed_a_layer_changes_nothing_of_it(world: World) -> None:
    assert (
        holder(TOWN_AGENT, can_add=True, can_change=True, can_delete=True, can_approve=True)
        .post(address(), form())
        .status_code
        == 403
    )


def test_who_feeds_a_layer_changes_what_is_said_of_it(approver: Client) -> None:
    approver.post(address(), form(title="Squares"))
    assert layer().title == "Squares"


def test_who_publishes_every_row_opens_the_layer(approver: Client) -> None:
    approver.post(address(), form(visibility="open"))
    assert layer().is_open


@pytest.mark.parametrize("name", ["visibility", "smallest_count"])
def test_who_only_edits_does_not_decide_who_sees_the_layer(world: World, name: str) -> None:
    response = holder(PLANNER, can_add=True, can_change=True, can_delete=True).post(address(), form())
    assert name in faults(response)


GIVEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "within": ("Partenaires", {"can_change": "on", "valid_until": ENDS - dt.timedelta(days=2)}, ""),
    "rows": ("Partenaires", {"rows": "etat = 'ouvert'", "valid_until": ENDS - dt.timedelta(days=2)}, ""),
    "longer": ("Partenaires", {"valid_until": ENDS + dt.timedelta(days=9)}, "dépasse les vôtres"),
    "for ever": ("Partenaires", {}, "dépasse les vôtres"),
}


@pytest.mark.parametrize("case", GIVEN)
def test_a_right_is_given_by_who_holds_it(approver: Client, case: str) -> None:
    group, values, refusal = GIVEN[case]
    Grant.objects.filter(group__name=group).delete()
    response = approver.post(address(), form() | new_grant(group, **values))
    assert refusal in (faults(response) if response.status_code == 200 else "")
    assert Grant.objects.filter(group__name=group).exists() is not bool(refusal)


@pytest.mark.parametrize("flag", ["can_add", "can_change", "can_approve"])
def test_nobody_gives_what_they_may_not_do(world: World, flag: str) -> None:
    held = {name: name != flag for name in ("can_add", "can_change", "can_approve")}
    held["can_delete"] = held["can_change"]
    changes = {} if flag != "can_approve" else {"visibility": None, "smallest_count": None}
    response = holder(PLANNER, **held).post(
        address(), form(**changes) | new_grant("Partenaires", **{flag: "on"})
    )
    assert "dépasse les vôtres" in faults(response)


def test_a_right_is_not_given_to_a_group_of_ones_own(approver: Client) -> None:
    Group.objects.create(name="Autre").user_set.add(PLANNER.account())
    response = approver.post(address(), form() | new_grant("Autre", valid_until=ENDS - dt.timedelta(days=2)))
    assert "group" in faults(response)
    assert not Grant.objects.filter(group__name="Autre").exists()


@pytest.mark.parametrize("deed", [{"DELETE": "on"}, {"can_download": "", "rows": "etat = 'ouvert'"}], ids=str)
@pytest.mark.parametrize("group", ["Urbanisme", "Jardiniers"])
def test_a_right_of_ones_own_group_or_above_ones_own_is_not_touched(
    approver: Client, deed: dict[str, str], group: str
) -> None:
    Group.objects.create(name="Jardiniers")
    Grant.objects.create(layer=layer(), group=Group.objects.get(name="Jardiniers"), can_approve=True)
    grant = Grant.objects.get(layer=layer(), group__name=group)
    response = approver.post(address(), form() | existing(grant, **deed))
    assert response.status_code == 200
    assert Grant.objects.get(pk=grant.pk).rows == ""


def test_a_right_within_ones_own_is_taken_away(approver: Client) -> None:
    end = ENDS - dt.timedelta(days=2)
    Grant.objects.filter(group__name=PARTNER.groups[0]).update(valid_until=end)
    grant = Grant.objects.get(layer=layer(), group__name=PARTNER.groups[0])
    sent = existing(grant, DELETE="on", valid_until_0=end.strftime("%d/%m/%Y"), valid_until_1="00:00:00")
    assert approver.post(address(), form() | sent).status_code == 302
    assert not Grant.objects.filter(pk=grant.pk).exists()


def test_an_administrator_gives_what_they_like(world: World) -> None:
    signed_in(ADMINISTRATOR).post(address(), form() | new_grant("Partenaires", can_approve="on"))
    assert Grant.objects.filter(group__name="Partenaires", can_approve=True).exists()


def protection(name: str, *groups: str) -> dict[str, Any]:
    keys = [str(found.pk) for found in Group.objects.filter(name__in=groups)]
    return {"protected-TOTAL_FORMS": "1", "protected-0-name": name, "protected-0-groups": keys}


def test_a_field_is_protected_by_who_reads_it(approver: Client) -> None:
    approver.post(address(), form() | protection("exploitant", "Urbanisme", "Partenaires"))
    assert ProtectedField.objects.get(name="exploitant").groups.count() == 2


def test_a_hidden_field_is_not_opened_to_anybody(approver: Client) -> None:
    response = approver.post(address(), form() | protection("interventions", "Partenaires"))
    assert "Vous ne lisez pas ce champ" in faults(response)


def test_the_protection_of_what_is_hidden_is_absent(approver: Client) -> None:
    tables = approver.get(address()).context["inline_admin_formsets"]
    assert [found.formset.queryset.count() for found in tables if found.opts.model is ProtectedField] == [0]


def test_readers_of_ones_own_are_not_added_to_a_protection(world: World) -> None:
    browser = holder(GARDENER, can_add=True, can_change=True, can_delete=True, can_approve=True)
    own = Group.objects.create(name="Autre")
    own.user_set.add(GARDENER.account())
    entry = ProtectedField.objects.get(layer=layer(), name="inspections")
    keys = [*entry.groups.values_list("pk", flat=True), own.pk]
    sent = {"protected-TOTAL_FORMS": "1", "protected-INITIAL_FORMS": "1", "protected-0-id": str(entry.pk)}
    sent |= {"protected-0-layer": str(layer().pk), "protected-0-name": "inspections"}
    response = browser.post(address(), form() | sent | {"protected-0-groups": keys})
    assert "dont il est membre" in faults(response)
    assert not entry.groups.filter(pk=own.pk).exists()


def test_what_a_form_let_pass_is_refused_when_it_is_saved(
    approver: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("administration.forms._check", lambda *_arguments: None)
    response = approver.post(address(), form() | new_grant("Partenaires", can_change="on"))
    assert response.status_code == 403


@pytest.mark.parametrize("slug", [PLAYGROUNDS, TREES])
def test_the_producer_is_a_group_of_who_says_it(world: World, slug: str) -> None:
    browser = holder(PLANNER, can_add=True, can_change=True, can_delete=True, can_approve=True)
    if slug == TREES:
        Grant.objects.create(layer=layer(TREES), group=Group.objects.get(name="Urbanisme"), can_approve=True)
    response = browser.post(address(slug), form(slug, producer=str(Group.objects.get(name="Partenaires").pk)))
    assert "producer" in faults(response)


def test_administrators_read_who_sees_each_layer(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    group = Group.objects.get(name=PLANNER.groups[0])
    Grant.objects.create(group=group, layer=layer(), rows="commune = '92048'")
    Grant.objects.create(group=Group.objects.create(name="Partis"), layer=layer(), valid_until=timezone.now())
    told = text(signed_in(ADMINISTRATOR).get(f"{LIST}?q={PLAYGROUNDS}"))
    assert f"{group.name} (en partie)" in told
    assert "Partis" not in told


CORRECTED = {
    "value without quotes": ("etat = ouvert", "Vouliez-vous dire : etat = 'ouvert' ?"),
    "value in double quotes": ('etat = "ouvert"', "Vouliez-vous dire : etat = 'ouvert' ?"),
    "title for the name": ("État = 'ouvert'", "Vouliez-vous dire : etat = 'ouvert' ?"),
    "code in capitals": ("etat = 'OUVERT'", "Vouliez-vous dire : etat = 'ouvert' ?"),
    "name of nothing": ("secteur = 3", "Un filtre nomme les champs ainsi : "),
}


@pytest.mark.parametrize("case", CORRECTED)
def test_a_filter_that_does_not_read_proposes_the_one_that_is_meant(world: World, case: str) -> None:
    rows, words = CORRECTED[case]
    response = signed_in(ADMINISTRATOR).post(address(), form() | new_grant("Partenaires", rows=rows))
    assert words in html.unescape(response.content.decode())
    assert not Grant.objects.filter(group__name="Partenaires", rows=rows).exists()


# A filter of rows, and what is said before it is saved.
def counted_rows(response: Any) -> str:
    """Return the rows that the page of a layer counts for its first right with a group."""
    assert response.status_code == 200
    formset = next(each for each in response.context["inline_admin_formsets"] if each.opts.model is Grant)
    inline_form = next(iter(formset))
    fields = [field for part in inline_form for line in part for field in line]
    (counted,) = (field for field in fields if field.is_readonly and field.field["name"] == "matched_rows")
    return str(counted.contents())


DOUBTFUL = {
    "nothing matches": ("age_min > 90", "ne correspond à aucune ligne"),
    "a value that no row has": ("etat = 'ouvrt'", "Aucune ligne n’a « ouvrt » dans « état »"),
    "one value of a list": ("commune IN ('92048', '99999')", "« 99999 » dans « commune »"),
    "a value that is excluded": ("etat <> 'fermée'", "« fermée »"),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_a_doubtful_filter_is_told_before_it_is_saved(world: World, case: str) -> None:
    rows, words = DOUBTFUL[case]
    Grant.objects.filter(group__name="Partenaires").delete()
    browser = signed_in(ADMINISTRATOR)
    response = browser.post(address(), form() | new_grant("Partenaires", rows=rows))
    assert words in faults(response).replace("\\xa0", "\xa0")
    assert 'type="checkbox" name="grants-0-is_confirmed"' in text(response)
    assert not Grant.objects.filter(group__name="Partenaires").exists()
    browser.post(address(), form() | new_grant("Partenaires", rows=rows, is_confirmed="on"))
    assert Grant.objects.get(group__name="Partenaires").rows == rows


def test_a_filter_that_matches_is_saved_at_once(world: World) -> None:
    Grant.objects.filter(group__name="Partenaires").delete()
    signed_in(ADMINISTRATOR).post(address(), form() | new_grant("Partenaires", rows="commune = '92048'"))
    assert Grant.objects.filter(group__name="Partenaires", rows="commune = '92048'").exists()


def test_a_doubtful_filter_that_does_not_change_stops_nothing(world: World) -> None:
    grant = Grant.objects.get(layer=layer(), group__name="Partenaires")
    Grant.objects.filter(pk=grant.pk).update(rows="etat = 'ouvrt'")
    grant.refresh_from_db()
    sent = existing(grant, can_change="on")
    assert signed_in(ADMINISTRATOR).post(address(), form() | sent).status_code == 302


def test_the_table_of_rights_counts_the_rows_of_each_filter(world: World) -> None:
    Grant.objects.filter(layer=layer(), group__name="Partenaires").update(rows="etat = 'ouvrt'")
    page = text(signed_in(ADMINISTRATOR).get(address()))
    assert f"{len(IN_MEUDON)} lignes" in page
    assert "0 ligne · Ce filtre ne correspond à aucune ligne" in page


def test_the_list_of_layers_reads_no_more_for_more_filters(world: World) -> None:
    """What a filter matches is cached until the data change; the layers are read together."""
    browser, counts = signed_in(ADMINISTRATOR), []
    Layer.objects.update(visibility="internal")
    for number in range(1, 4):
        group = Group.objects.create(name=f"Lecteurs {number}")
        for slug in (TREES, PLAYGROUNDS):
            Grant.objects.create(layer=layer(slug), group=group, rows=f"id > {number}")
        browser.get(LIST)
        with CaptureQueriesContext(connection) as statements:
            assert f"Lecteurs {number} (en partie)" in text(browser.get(LIST))
        counts.append(len(statements))
    assert counts[0] == counts[-1]


def test_what_a_filter_matches_is_counted_again_when_the_data_change(world: World) -> None:
    scope = access.scope(ADMINISTRATOR.visitor(), TREES)
    assert access.filter_match(scope, "genre = 'Ginkgo'").count == 0  # type: ignore[union-attr]
    factories.tree("Nouveau", genre="Ginkgo")
    scope = access.scope(ADMINISTRATOR.visitor(), TREES)
    assert access.filter_match(scope, "genre = 'Ginkgo'").count == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("etat = 'ouvrt'", "0 ligne · Ce filtre ne correspond à aucune ligne"),
        ("etat = ", "–"),
        ("", "toutes"),
    ],
)
def test_a_form_with_an_error_counts_the_rows_of_the_typed_filter(
    world: World, rows: str, words: str
) -> None:
    grant = Grant.objects.get(layer=layer(), group__name="Partenaires")
    sent = existing(grant, rows=rows, valid_until_0="jamais")
    assert counted_rows(signed_in(ADMINISTRATOR).post(address(), form() | sent)).startswith(words)


def test_a_new_right_with_an_error_counts_the_rows_of_the_typed_filter(world: World) -> None:
    Grant.objects.filter(layer=layer()).delete()
    sent = new_grant("Partenaires", rows="commune = '92048'", valid_until_0="jamais")
    words = counted_rows(signed_in(ADMINISTRATOR).post(address(), form() | sent))
    assert words == f"{len(IN_MEUDON)} lignes"


def test_who_does_not_read_a_field_learns_nothing_of_its_values(world: World) -> None:
    """A filter on a field that the author does not read is not tried."""
    scope = access.scope(PLANNER.visitor(), TREES)
    assert access.filter_match(scope, "etat_sanitaire = 'dangereux'") is None
    assert access.filter_match(scope, "genre = 'Cedrus'") is not None


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (["age_min > 90"], "(aucune ligne : filtre à revoir)"),
        (["etat IN ('ouvert', 'ouvrt')"], "(en partie : filtre à revoir)"),
        (["age_min > 90", ""], ""),
    ],
)
def test_the_list_tells_the_filters_to_mend(world: World, filters: list[str], words: str) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    group = Group.objects.get(name=PLANNER.groups[0])
    for rows in filters:
        Grant.objects.create(group=group, layer=layer(), rows=rows)
    page = text(signed_in(ADMINISTRATOR).get(f"{LIST}?q={PLAYGROUNDS}"))
    assert f">{group.name} {words}".strip() in page


def test_a_day_needs_no_hour(world: World) -> None:
    page = text(signed_in(ADMINISTRATOR).get(address()))
    assert "À partir du" in page
    assert "Sans heure : jusqu’à la fin du jour." in page
    Grant.objects.filter(group__name="Partenaires").delete()
    days = {"valid_from_0": "01/03/2027", "valid_until_0": "31/03/2027"}
    signed_in(ADMINISTRATOR).post(address(), form() | new_grant("Partenaires", **days))
    given = Grant.objects.get(group__name="Partenaires")
    assert given.valid_from is not None
    assert given.valid_until is not None
    local = [timezone.localtime(instant).isoformat(" ") for instant in (given.valid_from, given.valid_until)]
    assert local == ["2027-03-01 00:00:00+01:00", "2027-03-31 23:59:59+02:00"]
