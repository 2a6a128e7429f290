"""The catalogue of the former portal gives its identity to our layers, once."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from layers.models import Layer
from metadata.models import Attachment, LayerMetadata, MetadataChange
from tests.world import TREES, ZONES, World


def dataset(
    identifier: str, *, data_visible: bool = True, attachments: Any = (), **default: Any
) -> dict[str, Any]:
    return {
        "dataset_id": identifier,
        "data_visible": data_visible,
        "attachments": list(attachments),
        "metas": {"default": {"title": identifier} | default, "dcat": {"accrualperiodicity": "annual"}},
    }


TREES_OF_2019 = dataset(
    "arbres_2019",
    description="<p>Les arbres &amp; haies.</p><script>alert(1)</script>",
    keyword=["arbre", "nature"],
    license="Open Database License (ODbL)",
    publisher="Ville",
    attachments=[{"id": "notice_pdf", "title": "Notice"}, {"id": "plan_png", "title": "Plan"}],
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The catalogue of a portal with one dataset of each kind."""
    document = [
        TREES_OF_2019,
        dataset(ZONES, data_visible=False),
        dataset("velos", source_domain_address="data.example.org"),
        dataset("sans-couche"),
    ]
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def layer_names(tmp_path: Path) -> Path:
    """The trees have another name here."""
    path = tmp_path / "layers.csv"
    path.write_text(f"former_id,layer\narbres_2019,{TREES}\n")
    return path


def run(source: Path, *options: str) -> str:
    output = StringIO()
    call_command("import_former_catalogue", str(source), *options, stdout=output)
    return output.getvalue()


def test_a_layer_takes_the_identity_and_the_metadata_of_its_dataset(
    world: World, source: Path, layer_names: Path
) -> None:
    Layer.objects.filter(slug=TREES).update(abstract="", keywords=["parc"])
    row = Attachment.objects.create(
        layer=Layer.objects.get(slug=TREES), title="Notice", stored_name="a", size=1
    )
    report = run(source, "--layers", str(layer_names))
    layer = Layer.objects.select_related("metadata").get(slug=TREES)
    row.refresh_from_db()
    assert layer.metadata.former_id == "arbres_2019"
    assert layer.abstract == "Les arbres & haies."
    assert layer.keywords == ["parc"]
    assert (layer.licence, layer.frequency) == ("ODbL-1.0", "ANNUAL")
    assert row.former_id == "notice_pdf"
    assert "pièce jointe à déposer : Plan" in report


def test_what_cannot_be_imported_is_listed_and_nothing_is_made_of_it(world: World, source: Path) -> None:
    report = run(source)
    assert f"{ZONES} — demande une clé" in report
    assert "velos — prêté par un autre portail" in report
    assert "sans-couche — aucune couche de ce nom" in report
    assert not LayerMetadata.objects.exclude(former_id="").exists()


def test_a_second_run_changes_nothing(world: World, source: Path, layer_names: Path) -> None:
    run(source, "--layers", str(layer_names))
    Layer.objects.filter(slug=TREES).update(licence="etalab-2.0")
    changes = MetadataChange.objects.count()
    assert "arbres_2019 — inchangé" in run(source, "--layers", str(layer_names))
    assert MetadataChange.objects.count() == changes
    assert Layer.objects.get(slug=TREES).licence == "etalab-2.0"


def test_a_trial_writes_nothing(world: World, source: Path, layer_names: Path) -> None:
    assert "Essai" in run(source, "--layers", str(layer_names), "--dry-run")
    assert not LayerMetadata.objects.exclude(former_id="").exists()


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("{", "JSON"),
        ("{}", "liste"),
        ('[{"title": 1}]', "n° 1"),
        ("[3]", "n° 1"),
    ],
)
def test_a_document_that_is_no_catalogue_is_refused_by_its_fault(
    world: World, tmp_path: Path, text: str, culprit: str
) -> None:
    path = tmp_path / "faux.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=culprit):
        run(path)
