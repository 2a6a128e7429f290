"""A dashboard written: draft beside what is published, versions, copies; never over what somebody else wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards import access
from dashboards.documents import resolve, version_values
from dashboards.documents.document import Document, Include, Panel, Purpose, Section
from dashboards.errors import (
    EditConflict,
    ForbiddenDashboard,
    InvalidDocument,
    NothingToPublish,
    SlugInUse,
    UnknownDashboard,
    UnknownVersion,
)
from dashboards.models import Dashboard, Favourite
from dashboards.services.dashboards import (
    add_favourite,
    create_dashboard,
    delete_dashboard,
    duplicate_dashboard,
    remove_favourite,
)
from dashboards.services.versions import (
    publish,
    readable_version,
    restore_version,
    save_draft,
    withdraw,
)
from layers.visitor import Visitor
from tests import people
from tests.dashboards import dashboard, let_make
from tests.world import World

PURPOSE = Purpose("Où construire", "Le conseil")
TEXT = Panel("mot", "text", title="Un mot")


def document(title: str = "Un titre", *panels: Panel) -> Document:
    sections = (Section("s", "S", panels or (TEXT,)),)
    return Document("nouveau-quartier", title, producer="Urbanisme", purpose=PURPOSE, sections=sections)


@pytest.fixture
def maker(world: World) -> Visitor:
    """PLANNER, whose group makes dashboards."""
    let_make("Urbanisme")
    return people.PLANNER.visitor()


@pytest.fixture
def draft(maker: Visitor) -> Dashboard:
    return create_dashboard(document=document(), visitor=maker)


@pytest.fixture
def published(draft: Dashboard, maker: Visitor) -> Dashboard:
    return publish(dashboard=draft, expected=draft.revision, visitor=maker)


def saved(row: Dashboard, maker: Visitor, title: str) -> Dashboard:
    return save_draft(dashboard=row, document=document(title), expected=row.revision, visitor=maker)


def test_a_new_dashboard_is_a_draft_of_its_author(draft: Dashboard) -> None:
    assert draft.published is None
    assert draft.draft is not None
    assert draft.draft.author is not None
    assert draft.draft.author.username == people.PLANNER.name


@pytest.mark.parametrize("person", [people.PUBLIC, people.OUTSIDER, people.GARDENER], ids=str)
def test_who_lacks_the_right_makes_none(maker: Visitor, person: people.Person) -> None:
    with pytest.raises(ForbiddenDashboard):
        create_dashboard(document=document(), visitor=person.visitor())


def test_an_identifier_is_given_once(draft: Dashboard, maker: Visitor) -> None:
    with pytest.raises(SlugInUse) as refused:
        create_dashboard(document=document(), visitor=maker)
    assert "nouveau-quartier" in refused.value.detail


def test_a_dashboard_is_made_in_the_name_of_a_group_of_its_author(maker: Visitor) -> None:
    with pytest.raises(InvalidDocument) as refused:
        create_dashboard(document=replace(document(), producer="Espaces verts"), visitor=maker)
    assert "Espaces verts" in str(refused.value)


def test_readers_see_the_published_version_while_a_draft_changes(
    published: Dashboard, maker: Visitor
) -> None:
    row = saved(published, maker, "Autre titre")
    assert row.title == "Un titre"
    assert resolve(row, maker).title == "Un titre"


def test_saving_again_writes_the_same_draft(published: Dashboard, maker: Visitor) -> None:
    row = saved(saved(published, maker, "Deux"), maker, "Trois")
    assert list(row.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert row.draft is not None
    assert row.draft.document["title"] == "Trois"


def test_publishing_puts_the_draft_online_with_its_title(published: Dashboard, maker: Visitor) -> None:
    row = saved(published, maker, "Autre titre")
    row = publish(dashboard=row, expected=row.revision, visitor=maker, note="Relecture")
    assert row.title == "Autre titre"
    assert row.draft is None
    assert row.published is not None
    assert row.published.note == "Relecture"
    assert row.published.published_at is not None


def test_without_a_draft_nothing_is_published(published: Dashboard, maker: Visitor) -> None:
    with pytest.raises(NothingToPublish):
        publish(dashboard=published, expected=published.revision, visitor=maker)


def test_what_somebody_wrote_since_is_not_written_over(published: Dashboard, maker: Visitor) -> None:
    read = published.revision
    saved(published, maker, "De l’un")
    with pytest.raises(EditConflict):
        save_draft(dashboard=published, document=document("De l’autre"), expected=read, visitor=maker)
    draft = Dashboard.objects.get().draft
    assert draft is not None
    assert draft.document["title"] == "De l’un"


def test_a_reader_who_may_not_change_it_is_told_so(published: Dashboard) -> None:
    published.grants.create(group=people.TOWN_AGENT.account().groups.get())
    with pytest.raises(ForbiddenDashboard):
        saved(published, people.TOWN_AGENT.visitor(), "Autre")


def test_for_who_may_not_read_it_there_is_none_to_change(published: Dashboard) -> None:
    with pytest.raises(UnknownDashboard):
        saved(published, people.OUTSIDER.visitor(), "Autre")


def test_an_old_version_comes_back_as_a_draft_and_the_draft_stays(
    published: Dashboard, maker: Visitor
) -> None:
    row = saved(published, maker, "Deux")
    row = restore_version(dashboard=row, number=1, expected=row.revision, visitor=maker)
    titles = dict(row.versions.values_list("number", "document__title"))
    assert titles == {1: "Un titre", 2: "Deux", 3: "Un titre"}
    assert row.draft is not None
    assert row.draft.number == 3


def test_bringing_a_version_back_opens_nothing(published: Dashboard, maker: Visitor) -> None:
    published.is_public = False
    published.save()
    row = restore_version(dashboard=published, number=1, expected=published.revision, visitor=maker)
    assert not access.visible(people.PUBLIC.visitor()).filter(pk=row.pk).exists()


def test_a_version_that_is_not_there_is_named(published: Dashboard, maker: Visitor) -> None:
    with pytest.raises(UnknownVersion) as refused:
        restore_version(dashboard=published, number=7, expected=published.revision, visitor=maker)
    assert "7" in refused.value.detail


def test_a_withdrawn_dashboard_is_a_draft_again(published: Dashboard, maker: Visitor) -> None:
    row = withdraw(dashboard=published, expected=published.revision, visitor=maker)
    assert row.published is None
    assert row.draft is not None
    assert row.draft.document == version_values(document())


def test_its_makers_open_the_draft_of_what_is_not_published(draft: Dashboard, maker: Visitor) -> None:
    assert readable_version(draft, maker) == draft.draft


def test_readers_open_what_is_published(published: Dashboard, maker: Visitor) -> None:
    row = saved(published, maker, "Deux")
    assert readable_version(row, maker) == row.published


def test_a_copy_is_read_by_nobody_else(published: Dashboard, maker: Visitor) -> None:
    published.is_public = True
    published.save()
    copy = duplicate_dashboard(
        dashboard=published,
        content=document(),
        slug="copie",
        title="Copie",
        producer="Urbanisme",
        visitor=maker,
    )
    assert copy.draft is not None
    assert copy.draft.document["sections"] == version_values(document())["sections"]
    assert not access.visible(people.PUBLIC.visitor()).filter(pk=copy.pk).exists()


def test_what_is_deleted_is_gone_with_its_versions(published: Dashboard, maker: Visitor) -> None:
    delete_dashboard(dashboard=published, expected=published.revision, visitor=maker)
    assert not Dashboard.objects.exists()


def test_a_favourite_is_kept_once_and_taken_off(published: Dashboard, maker: Visitor) -> None:
    add_favourite(dashboard=published, visitor=maker)
    add_favourite(dashboard=published, visitor=maker)
    assert Favourite.objects.count() == 1
    remove_favourite(dashboard=published, visitor=maker)
    assert not Favourite.objects.exists()


def test_nobody_keeps_what_they_may_not_read(published: Dashboard) -> None:
    with pytest.raises(UnknownDashboard):
        add_favourite(dashboard=published, visitor=people.OUTSIDER.visitor())


def test_a_cycle_is_refused_by_its_names_when_it_is_published(maker: Visitor) -> None:
    dashboard("b", producer="Urbanisme", sections=[{"include": "nouveau-quartier"}])
    row = create_dashboard(document=replace(document(), sections=(Include("b"),)), visitor=maker)
    with pytest.raises(InvalidDocument) as refused:
        publish(dashboard=row, expected=row.revision, visitor=maker)
    assert "nouveau-quartier → b → nouveau-quartier" in str(refused.value)
