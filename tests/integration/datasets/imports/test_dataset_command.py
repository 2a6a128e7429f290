"""``manage.py import_dataset FILE``: the same road as the wizard, from the server."""

from __future__ import annotations

import itertools
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from datasets.models import Dataset, Delivery
from datasets.registry import DATASETS
from tests.deliveries import theme

SAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "data"
_DATA_SUFFIXES = {".csv", ".geojson", ".json"}
# A document of the workplace that is no table.
_NO_DATA = {"cnig_plu_symboles.json"}

pytestmark = pytest.mark.usefixtures("communes")

_TWO = "code;nom;lat;lon\nB1;Banc du lac;48,81;2,21\nB2;Banc du bois;48,811;2,211\n"


@pytest.fixture(autouse=True)
def _theme(db: None) -> None:
    theme()


@pytest.fixture
def benches(tmp_path: Path) -> Path:
    """A small CSV."""
    path = tmp_path / "bancs_publics.csv"
    path.write_text(_TWO, encoding="utf-8")
    return path


def run(path: Path, *words: str, **options: Any) -> str:
    """Run the command; return what it wrote."""
    output = StringIO()
    call_command("import_dataset", str(path), *words, stdout=output, **options)
    return output.getvalue()


def test_file_becomes_a_ready_delivery(benches: Path) -> None:
    run(benches)
    assert (Delivery.objects.get().state, DATASETS.get("bancs-publics")) == ("ready", None)


def test_file_is_published_when_asked(benches: Path) -> None:
    run(
        benches,
        "--publish",
        "--slug",
        "bancs",
        "--title",
        "Bancs",
        "--theme",
        "essais",
        "--visibility",
        "open",
    )
    result = DATASETS.get("bancs")
    assert result is not None and (result.title, result.metadata.is_open) == ("Bancs", True)


def test_what_was_understood_is_told_before_anything_is_loaded(
    benches: Path, subtests: pytest.Subtests
) -> None:
    told = run(benches, "--dry-run")
    for words in ("csv", "2 environ", "Point), EPSG:4326", "colonnes lon, lat", "code · texte · B1 | B2"):
        with subtests.test(words):
            assert words in told
    assert not Dataset.objects.exists()


def test_a_refused_first_file_decides_nothing_of_the_next(benches: Path) -> None:
    benches.write_text("code;nom\nB1;Banc\nB1;Table\n", encoding="utf-8")
    with pytest.raises(CommandError):
        run(benches, "--key", "code")
    benches.write_text(_TWO, encoding="utf-8")
    run(benches)
    result = Delivery.objects.get(number=2).schema_version.schema
    assert result.geometry == "Point"
    assert {"code", "nom"} <= set(result.by_name)


def test_second_run_is_a_second_delivery(benches: Path) -> None:
    run(benches, "--publish", "--key", "code")
    benches.write_text(_TWO.replace("du lac", "de la mare"), encoding="utf-8")
    told = run(benches, "--publish")
    assert (Delivery.objects.count(), "0 ajoutées, 0 retirées, 1 modifiées" in told) == (2, True)


def test_refused_delivery_has_its_own_exit_status(benches: Path) -> None:
    benches.write_text(_TWO + "B1;Double;48,81;2,21\n", encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        run(benches, "--key", "code")
    assert refusal.value.returncode == 2


def test_schema_change_asks_before_it_is_online(benches: Path) -> None:
    run(benches, "--publish", "--key", "code")
    benches.write_text(_TWO.replace("nom", "libelle"), encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        run(benches, "--publish")
    assert (refusal.value.returncode, Dataset.objects.get().online.number) == (3, 1)  # type: ignore[union-attr]


def test_accepted_schema_change_is_online(benches: Path) -> None:
    run(benches, "--publish", "--key", "code")
    benches.write_text(_TWO.replace("nom", "libelle"), encoding="utf-8")
    run(benches, "--publish", "--accept-schema-change")
    assert Dataset.objects.get().online.number == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--slug", "aires-de-jeux"), "aires-de-jeux"),
        (("--key", "absente"), "absente"),
        (("--theme", "absent"), "essais"),
        (("--slug", "Pas Un Slug"), "Pas Un Slug"),
    ],
)
def test_wrong_wish_is_named(benches: Path, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        run(benches, *words)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="introuvable"):
        run(tmp_path / "rien.csv")


def test_file_without_geometry_is_a_table(benches: Path) -> None:
    run(benches, "--geometry", "none", "--publish")
    result = DATASETS.get("bancs-publics")
    assert result is not None and not result.geometry.is_located


def _samples() -> list[Path]:
    result = (path for path in SAMPLES.glob("*") if path.suffix in _DATA_SUFFIXES)
    return sorted(path for path in result if path.name not in _NO_DATA)


@pytest.mark.parametrize("path", _samples() or [SAMPLES], ids=lambda path: path.name)
def test_sample_file_imports_by_its_defaults(path: Path) -> None:
    if not path.is_file():
        pytest.skip("the sample files are not beside the checkout")
    run(path, "--publish", "--slug", "essai")
    assert list(itertools.chain(DATASETS.all()))
