"""Properties of plans in time: any sequence of steps is that of a model, a plan written and read back is the same one.

Few examples by default, many under ``--thorough``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from layers.visitor import system_visitor
from plui.loading.services import discard_version, publish_version, rehearse_package, undo_publication
from plui.models import (
    TABLES,
    DocUrba,
    HabillageSurf,
    InfoSurf,
    PlanVersion,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    ZoneUrba,
)
from plui.vocabulary import PlanState
from plui.writing.services import write_package
from tests.examples import examples
from tests.plan_versions import located, plan_version, zone
from tests.plu_packages import SIREN, SOUTH, WEST, box
from tests.plu_town import create_communes

pytestmark = pytest.mark.django_db
CELLS = 3
SIDE_M = 100
LABELS = ("UA", "UB", "N")
FIRST_DAY = dt.date(2021, 1, 1)

Labels = dict[int, str]
"""Labels by cell: a cell without one has no zone."""
Step = tuple[str, Any]


@pytest.fixture(autouse=True)
def town(catalogue: object, media: object) -> None:
    create_communes()


def cell(number: int) -> Any:
    return box(number * SIDE_M, 0, (number + 1) * SIDE_M, SIDE_M)


@dataclass
class PlanModel:
    """What should be: versions online and former in order with their labels, those staged, and what is online."""

    chain: list[tuple[int, Labels]] = field(default_factory=list)
    staged: list[tuple[int, Labels]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    online: Labels = field(default_factory=dict)
    identifiers: list[dict[int, int]] = field(default_factory=list)
    days: int = 0

    def apply(self, step: Step) -> None:
        """Do a step in the database and here; a step that is not possible does nothing."""
        name, value = step
        if name == "stage":
            self._stage(value)
        elif name == "publish" and self.staged:
            self._publish()
        elif name == "undo" and self.chain:
            self._undo()
        elif name == "discard" and self.staged:
            pk, _labels = self.staged.pop()
            discard_version(visitor=system_visitor(), version=PlanVersion.objects.get(pk=pk))
        elif name == "edit" and self.online:
            number, label = sorted(self.online)[value[0] % len(self.online)], value[1]
            ZoneUrba.objects.filter(pk=identifiers()[number]).update(libelle=label)
            self.online[number] = label

    def _stage(self, labels: Sequence[str]) -> None:
        self.days += 1
        day = FIRST_DAY + dt.timedelta(days=self.days)
        version = plan_version(f"{day:%Y%m%d}", f"M{self.days}", in_force_from=day)
        listed = {number: label for number, label in enumerate(labels) if label}
        for number, label in listed.items():
            zone(version, label, cell(number), typezone="N" if label == "N" else "U")
        self.staged.append((version.pk, listed))

    def _publish(self) -> None:
        pk, labels = self.staged.pop()
        version = PlanVersion.objects.get(pk=pk)
        last = PlanVersion.objects.filter(state=PlanState.ONLINE).first()
        if last is not None and (version.in_force_from or FIRST_DAY) < (last.in_force_from or FIRST_DAY):
            self.staged.append((pk, labels))  # no version begins before the one online
            return
        self.identifiers.append(identifiers())
        publish_version(visitor=system_visitor(), version=version)
        if self.chain:
            self.chain[-1] = self.chain[-1][0], dict(self.online)
        self.chain.append((pk, labels))
        before, after = self.identifiers[-1], identifiers()
        cells = before.keys() & after.keys()
        assert {number: after[number] for number in cells} == {number: before[number] for number in cells}
        self.online = dict(labels)

    def _undo(self) -> None:
        pk, _labels = self.chain.pop()
        undo_publication(visitor=system_visitor(), version=PlanVersion.objects.get(pk=pk))
        self.withdrawn.append(pk)
        self.online = dict(self.chain[-1][1]) if self.chain else {}
        before = self.identifiers.pop()
        assert identifiers() == (before if self.chain else {})

    def check(self) -> None:
        """Compare what is online, the states and the days of versions with what should be."""
        assert labels_online() == self.online
        states = dict(PlanVersion.objects.values_list("pk", "state"))
        expected = {
            **dict.fromkeys((pk for pk, _labels in self.chain), PlanState.FORMER),
            **dict.fromkeys((pk for pk, _labels in self.chain[-1:]), PlanState.ONLINE),
            **dict.fromkeys((pk for pk, _labels in self.staged), PlanState.STAGED),
            **dict.fromkeys(self.withdrawn, PlanState.WITHDRAWN),
        }
        assert states == expected
        versions = [PlanVersion.objects.get(pk=pk) for pk, _labels in self.chain]
        ends = [version.in_force_until for version in versions]
        assert ends == [*(each.in_force_from for each in versions[1:]), *([None] if versions else [])]
        assert set(DocUrba.objects.values_list("idurba", flat=True)) == {
            each.idurba for each in versions[-1:]
        }


def identifiers() -> dict[int, int]:
    """Return the identifiers of zones online by cell."""
    rows = ZoneUrba.objects.values_list("pk", "geom")
    return {number_of(geom): pk for pk, geom in rows}


def labels_online() -> Labels:
    return {number_of(geom): label for label, geom in ZoneUrba.objects.values_list("libelle", "geom")}


def number_of(geom: Any) -> int:
    middle = geom.centroid
    middle.transform(2154)
    return int((middle.x - WEST) // SIDE_M)


zonings = st.lists(st.sampled_from(("", *LABELS)), min_size=CELLS, max_size=CELLS).filter(any)
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.tuples(st.just("stage"), zonings),
        st.tuples(st.sampled_from(("publish", "publish", "undo", "discard")), st.none()),
        st.tuples(st.just("edit"), st.tuples(st.integers(0, CELLS), st.sampled_from(LABELS))),
    ),
    min_size=3,
    max_size=9,
)


@examples(60, few=5)
@given(first=zonings, second=zonings, rest=steps)
def test_any_sequence_of_steps_leaves_what_the_model_says(
    first: list[str], second: list[str], rest: list[Step]
) -> None:
    with transaction.atomic():
        model = PlanModel()
        sequence: list[Step] = [("stage", first), ("publish", None), ("stage", second), *rest]
        for step in sequence:
            model.apply(step)
            model.check()
        while model.chain:
            model.apply(("undo", None))
            model.check()
        transaction.set_rollback(True)


# Without the signs that a package leaves out.
words = st.text("abcdeéàçœABC 0123456789.,'-", min_size=1, max_size=20).map(str.strip).filter(bool)
places = st.tuples(st.integers(1, 250), st.integers(1, 90))


@dataclass(frozen=True)
class SmallPlan:
    """Labels of cells, and objects: words at places, in metres from the corner of the territory."""

    zones: list[str]
    objects: list[tuple[str, str, tuple[int, int]]]


plans = st.builds(
    SmallPlan,
    zonings,
    st.lists(
        st.tuples(st.sampled_from(("PSC_S", "PSC_L", "PSC_P", "INF_S", "HAB_S")), words, places),
        max_size=6,
        unique_by=lambda each: (each[0], each[2]),
    ),
)


def write_online(plan: SmallPlan) -> DocUrba:
    """Store a plan as rows online, with a prescription, information or drawing for each of its objects."""
    day = "20240115"
    document = DocUrba.objects.create(
        idurba=f"{SIREN}_PLUI_{day}", datappro=day, nomproc="M2", siren=SIREN, etat="03", dateref="20230101"
    )
    document.communes.create(insee_id="92048")
    origin = {"idurba": document, "datvalid": day}
    for number, label in enumerate(plan.zones):
        if label:
            typezone = "N" if label == "N" else "U"
            ZoneUrba.objects.create(libelle=label, typezone=typezone, geom=located(cell(number)), **origin)
    for kind, text, (east, north) in plan.objects:
        square = located(box(east, north, east + 5, north + 5))
        line = located(
            shapely.LineString([(WEST + east, SOUTH + north), (WEST + east + 7, SOUTH + north + 3)])
        )
        point = located(shapely.Point(WEST + east, SOUTH + north))
        if kind == "HAB_S":
            HabillageSurf.objects.create(nattrac=text, couleur="120-170-255", geom=square, idurba=document)
        elif kind == "INF_S":
            InfoSurf.objects.create(libelle=text, typeinf="16", geom=square, **origin)
        else:
            model, geom = {
                "PSC_S": (PrescriptionSurf, square),
                "PSC_L": (PrescriptionLin, line),
                "PSC_P": (PrescriptionPct, point),
            }[kind]
            model.objects.create(libelle=text, typepsc="07", stypepsc="01", geom=geom, **origin)  # type: ignore[attr-defined]
    return document


@examples(20, at_least=2)
@given(plan=plans)
def test_a_plan_that_is_written_and_read_back_changes_no_row(
    tmp_path_factory: pytest.TempPathFactory, plan: SmallPlan
) -> None:
    with transaction.atomic():
        document = write_online(plan)
        folder: Path = tmp_path_factory.mktemp("package")
        package = write_package(visitor=system_visitor(), idurba=document.idurba, folder=folder)
        with package.path.open("rb") as file:
            changes = rehearse_package(visitor=system_visitor(), file=file, name=package.name).changes
        counts = {table: (each.added, each.changed, each.removed) for table, each in changes.items()}
        assert counts == dict.fromkeys(counts, (0, 0, 0))
        online = {
            table: live._default_manager.count()
            for table, (live, _twin) in TABLES.items()
            if live._default_manager.exists()
        }
        assert {table: each.unchanged for table, each in changes.items()} == online
        transaction.set_rollback(True)
