"""Files as agents make them, by the command and by the wizard: the same table, the same rows, the same words."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from datasets.models import Delivery, Upload
from tests.deliveries import theme
from tests.http.datasets.wizard.test_dataset_wizard import browser, give, inputs, send
from tests.messy_files import IMPORTED, MessyFile
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.usefixtures("communes", "media")


def by_command(case: MessyFile, folder: Path, *words: str) -> tuple[Delivery, str]:
    """Import by the command; return the delivery and what was written."""
    path, output = folder / case.name, StringIO()
    path.write_bytes(case.content)
    theme()
    try:
        call_command("import_dataset", str(path), *words, "--slug", "essai", stdout=output)
    except CommandError as error:
        output.write(str(error))
    return Delivery.objects.latest("pk"), output.getvalue()


def by_page(case: MessyFile) -> tuple[Delivery, str]:
    """Import by the wizard; return the delivery and the page of columns."""
    client = browser(ADMINISTRATOR)
    address = give(client, case.content, name=case.name).headers["Location"].removesuffix("etat/")
    page = client.get(address).content.decode()
    said = inputs(page) | {"jeu-title": "Essai", "jeu-slug": "essai", "jeu-theme": str(theme().pk)}
    send(client, address, said)
    delivery = Upload.objects.get(pk=address.split("/")[-2]).delivery
    assert delivery is not None
    return delivery, page


@pytest.mark.parametrize("road", ["command", "page"])
@pytest.mark.parametrize("case", IMPORTED, ids=str)
def test_messy_file_is_imported_alike_by_command_and_page(case: MessyFile, road: str, tmp_path: Path) -> None:
    delivery, told = by_command(case, tmp_path) if road == "command" else by_page(case)
    schema = delivery.schema_version.schema
    fields = {item.source: item for item in schema.fields}
    counted = {entry["code"] for entry in delivery.report["counts"]}
    assert delivery.report["rows_read"] == case.count
    assert delivery.state == ("refused" if case.errors else "ready")
    assert {title: fields[title].type.value for title in case.types} == case.types
    assert {title: fields[title].unit for title in case.units} == case.units
    assert case.errors <= counted
    assert set(case.titles) <= set(fields)
    assert all(title in told for title in case.titles)
