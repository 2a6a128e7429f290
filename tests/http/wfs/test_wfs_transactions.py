"""Transactions: what people may write is written in each version, with its history, and told to them alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from heritage.models import RemarkableTree
from layers.models import events_of
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import PLANNER, PUBLIC, Person
from tests.wfs_asking import ask_wfs, report, texts
from tests.wfs_writing import (
    by_id,
    by_value,
    delete,
    insert,
    point,
    replace,
    send_transaction,
    transaction,
    update,
)
from tests.world import TREES, World
from tests.writes import EDITOR, TOWN_EDITOR, give_editing_rights, items, send

VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
TRANSACTION = re.compile('name="Transaction"|<Transaction>')
every_version = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture(autouse=True)
def _editors(world: World) -> None:
    give_editing_rights()


def names() -> set[str]:
    return set(RemarkableTree.objects.values_list("nom_vernaculaire", flat=True))


@every_version
def test_every_action_is_done_in_its_order(world: World, version: str) -> None:
    cedar, plane = world.trees["Cedre-Meudon"].pk, world.trees["Platane-Boulogne"].pk
    answer = send_transaction(
        transaction(
            insert("Tilleul", handle="un", version=version),
            update(by_id(cedar, version=version), "Cedrus", version=version),
            update(
                by_id(cedar, version=version),
                point((2.2051, 48.8052), version=version),
                name="geom",
                version=version,
            ),
            delete(by_id(plane, version=version)),
            version=version,
        ),
        EDITOR,
    )
    made, changed = (
        RemarkableTree.objects.get(nom_vernaculaire="Tilleul"),
        RemarkableTree.objects.get(pk=cedar),
    )
    assert answer.status == 200
    assert f'id="{TREES}.{made.pk}"' in answer.body
    assert made.geom.coords == pytest.approx(MIDDLES[MEUDON], abs=1e-9)
    assert (changed.genre, changed.geom.coords) == ("Cedrus", (2.2051, 48.8052))
    assert names() == {"Cedre-Meudon", "Tilleul"}
    if version != "1.0.0":
        counts = [texts(answer, tag)[0] for tag in ("totalInserted", "totalUpdated", "totalDeleted")]
        assert counts == ["1", "2", "1"]


def test_the_history_has_the_author(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"].pk
    send_transaction(transaction(insert("Tilleul"), update(by_id(cedar), "Cedrus")), EDITOR)
    events = events_of(RemarkableTree)
    assert events is not None
    rows: Any = events.objects
    kept = {
        (event.pgh_label, event.pgh_context.metadata["username"], event.pgh_context.metadata["credential"])
        for event in rows.exclude(pgh_context=None).select_related("pgh_context")
    }
    assert kept == {(label, EDITOR.name, "basic") for label in ("insert", "update")}


def test_values_keep_every_decimal_and_the_types_of_the_layer(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"].pk
    answer = send_transaction(
        transaction(
            update(by_id(cedar), "12.345678901", name="portail:circonference"),
            update(by_id(cedar), "  Cèdre &lt;bleu&gt; d’ici ", name=f"{TREES}/genre"),
            update(by_id(cedar), point((2.123456789012, 48.812345678901)), name="geom"),
        ),
        EDITOR,
    )
    tree = RemarkableTree.objects.get(pk=cedar)
    assert answer.status == 200
    assert tree.circonference == 12.345678901
    assert tree.genre == "  Cèdre <bleu> d’ici "
    assert tree.geom.coords == (2.123456789012, 48.812345678901)


def test_an_empty_value_and_a_nil_one_empty_a_number(world: World) -> None:
    tree = world.trees["Cedre-Meudon"]
    for value in ("", '<wfs:Value xsi:nil="true"/>'):
        RemarkableTree.objects.filter(pk=tree.pk).update(circonference=3)
        body = transaction(update(by_id(tree.pk), "@", name="circonference"))
        sent = body.replace("@", "") if not value else body.replace("<wfs:Value>@</wfs:Value>", value)
        assert send_transaction(sent, EDITOR).status == 200
        tree.refresh_from_db()
        assert tree.circonference is None


def test_a_filter_chooses_among_the_rows_that_the_visitor_reads(world: World) -> None:
    answer = send_transaction(
        transaction(update(by_value("nom_vernaculaire", "Cedre-Meudon"), "Cedrus")), EDITOR
    )
    assert texts(answer, "totalUpdated") == ["1"]
    assert set(RemarkableTree.objects.filter(genre="Cedrus").values_list("pk", flat=True)) == {
        world.trees["Cedre-Meudon"].pk
    }


def test_a_replaced_feature_keeps_its_identifier_and_nothing_else(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"]
    RemarkableTree.objects.filter(pk=cedar.pk).update(genre="Cedrus")
    answer = send_transaction(transaction(replace(cedar.pk, "Remplaçant", handle="r")), EDITOR)
    cedar.refresh_from_db()
    assert texts(answer, "totalReplaced") == ["1"]
    assert (cedar.nom_vernaculaire, cedar.genre or "") == ("Remplaçant", "")


def test_who_edits_a_town_writes_inside_it(world: World) -> None:
    inside = send_transaction(transaction(insert("Dedans", handle="a")), TOWN_EDITOR)
    outside = send_transaction(
        transaction(insert("Dedans aussi"), insert("Dehors", handle="b", at=MIDDLES[BOULOGNE])), TOWN_EDITOR
    )
    plane = world.trees["Platane-Boulogne"].pk
    theirs = send_transaction(transaction(update(by_id(plane), "Platanus", handle="c")), TOWN_EDITOR)
    assert inside.status == 200
    assert report(outside) == (403, "OperationProcessingFailed", "b")
    assert report(theirs) == (403, "OperationProcessingFailed", "c")
    assert names() == {"Cedre-Meudon", "Platane-Boulogne", "Dedans"}


@every_version
def test_capabilities_tell_transactions_to_who_may_write(world: World, version: str) -> None:
    told = {
        person.name: bool(TRANSACTION.search(ask_wfs(person, "GetCapabilities", version).body))
        for person in (PUBLIC, PLANNER, EDITOR)
    }
    assert told == {PUBLIC.name: False, PLANNER.name: False, EDITOR.name: True}


@pytest.mark.parametrize(("person", "status"), [(PUBLIC, 401), (PLANNER, 403)], ids=str)
def test_who_may_not_write_is_told_so(world: World, person: Person, status: int) -> None:
    answer = send_transaction(transaction(insert("Refusé", handle="h")), person)
    assert (answer.status, "ExceptionReport" in answer.body) == (status, True)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert "Refusé" not in names()


def test_what_a_colleague_has_just_written_is_told_when_it_is_replaced(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"].pk
    send_transaction(transaction(update(by_id(cedar), "Premier")), TOWN_EDITOR)
    answer = send_transaction(
        transaction(update(by_id(cedar, version="1.1.0"), "Second", version="1.1.0"), version="1.1.0"), EDITOR
    )
    (message,) = texts(answer, "Message")
    assert TOWN_EDITOR.name in message
    assert "genre = Premier" in message


def test_a_client_that_knows_a_version_is_refused_over_another(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"].pk
    tag = send("GET", items(TREES, cedar), EDITOR).headers["ETag"]
    body = transaction(update(by_id(cedar), "Cedrus", handle="h"))
    first = send_transaction(body, EDITOR, if_match=tag)
    second = send_transaction(body, EDITOR, if_match=tag)
    assert first.status == 200
    assert report(second) == (412, "OperationProcessingFailed", "h")


def changed(pk: int, **values: str) -> str:
    """Return an update of several properties, in the elements of 1.1.0."""
    said = "".join(
        f"<wfs:Property><wfs:Name>{name}</wfs:Name><wfs:Value>{value}</wfs:Value></wfs:Property>"
        for name, value in values.items()
    )
    where = by_id(pk, version="1.1.0")
    return f'<wfs:Update typeName="portail:{TREES}" handle="h">{said}{where}</wfs:Update>'


def test_a_computed_value_that_comes_back_unchanged_is_let_by(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"]
    answers = [
        send_transaction(transaction(changed(cedar.pk, genre=town, commune=town), version="1.1.0"), EDITOR)
        for town in (MEUDON, BOULOGNE)
    ]
    cedar.refresh_from_db()
    assert answers[0].status == 200
    assert report(answers[1]) == (400, "InvalidValue", "h")
    assert (cedar.genre, cedar.commune_id) == (MEUDON, MEUDON)


def test_elements_of_1_1_under_the_number_2_0_are_read_and_answered_in_both_words(world: World) -> None:
    body = transaction(insert("Tilleul", version="1.1.0"), version="1.1.0")
    answer = send_transaction(body.replace('version="1.1.0"', 'version="2.0.0"'), EDITOR)
    made = RemarkableTree.objects.get(nom_vernaculaire="Tilleul")
    assert answer.status == 200
    assert [f'{name}="{TREES}.{made.pk}"' in answer.body for name in ("rid", "fid")] == [True, True]
