"""The two roads of an import, walked by a test from a file to what is online: the command, and the pages."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass, fields, replace
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from datasets.definitions import DatasetSchema, Finding
from datasets.imports.proposal import Proposal, proposal_of
from datasets.models import Delivery, Upload
from datasets.readers.source import ReadOptions
from datasets.registry import DATASETS
from datasets.vocabulary import DeliveryState
from tests.approvals import let_producers_publish
from tests.deliveries import theme
from tests.uploads import inputs, work

_PARTS = {"layer", "sheet"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a road led. ``words`` is all that was told on the way, ``refusal`` why the file was not even read,
    ``delivery`` what was loaded of it, ``understood`` what the pages proposed before."""

    words: str
    refusal: str = ""
    delivery: Delivery | None = None
    understood: Proposal | None = None

    @property
    def schema(self) -> DatasetSchema:
        """The schema of what was loaded; the page writes down the date that the command leaves to be found."""
        assert self.delivery is not None, self.words
        schema = self.delivery.schema_version.schema
        return replace(schema, time_field=schema.dated_by())

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows that are online, each with its geometry and its computed commune; none when nothing is."""
        assert self.delivery is not None, self.words
        online = DATASETS.get(self.delivery.dataset.layer.slug)
        if online is None:
            return []
        paths = [field.path for field in online.fields]
        names = [*paths, "geom"] if online.geometry.is_located else paths
        return list(online.model._default_manager.order_by("id").values_list(*names))

    @property
    def has_commune(self) -> bool:
        """Whether what is online has a computed commune."""
        assert self.delivery is not None, self.words
        online = DATASETS.get(self.delivery.dataset.layer.slug)
        return online is not None and any(field.path == "commune_id" for field in online.fields)

    @property
    def codes(self) -> set[str]:
        """The codes of what was found, at the reading and at the loading."""
        assert self.delivery is not None, self.words
        read = {finding.code for finding in self.understood.findings} if self.understood else set()
        return read | {entry["code"] for entry in self.delivery.report["counts"]}

    @property
    def outcome(self) -> dict[str, Any]:
        """All that must not depend on the road."""
        assert self.delivery is not None, self.words
        report = {name: told for name, told in self.delivery.report.items() if name != "left_out"}
        lines = self.delivery.report_lines.order_by("pk")
        return {
            "state": self.delivery.state,
            "schema": self.schema.to_json(),
            "recipe": self.delivery.recipe,
            "report": report,
            "lines": list(lines.values_list("severity", "code", "line", "field", "value", "reason")),
            "rows": self.rows,
        }


def by_command(path: Path, slug: str, reading: ReadOptions | None = None, *more: str) -> Arrival:
    """Import a file by the command and put it online; ``more`` are other options."""
    theme()
    output, fault = StringIO(), ""
    words = [*_words(reading), "--slug", slug, "--publish", *more]
    try:
        call_command("import_dataset", str(path), *words, stdout=output)
    except CommandError as error:
        fault = str(error)
    delivery = Delivery.objects.filter(dataset__layer__slug=slug).first()
    return Arrival(output.getvalue() + fault, "" if delivery else fault, delivery)


def by_page(client: Client, path: Path, slug: str, reading: ReadOptions | None = None) -> Arrival:
    """Import a file by the pages, sending each form as it is, and put it online."""
    answer = client.post("/jeux/nouveau/", {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    if answer.status_code == 400:  # nothing was sent
        return Arrival(_text(answer), answer.context["faults"][0].reason)
    address = answer.headers["Location"].removesuffix("etat/")
    work()
    if said := _said(reading):
        client.post(f"{address}lecture/", said)
        work()
    return walked(client, address, slug)


def walked(client: Client, address: str, slug: str) -> Arrival:
    """Go on from a file that was read: its columns as they are, what came out, and online if it may be."""
    key = address.split("/")[-2]
    read = Upload.objects.get(pk=key)
    if not read.is_understood:
        return Arrival(_text(client.get(f"{address}etat/")), read.error)
    page = client.get(address)
    told, sent = _text(page), inputs(page.content.decode())
    sent |= {"jeu-title": "Essai", "jeu-slug": slug, "jeu-theme": str(theme().pk)}
    refused = client.post(address, sent)
    assert refused.status_code == 302, [fault.reason for fault in refused.context["faults"]]
    work()
    loaded = Upload.objects.get(pk=key)
    if loaded.delivery is not None and loaded.delivery.state == DeliveryState.READY:
        _publish(client, loaded.delivery)
    else:  # the page where it ends says why
        told += _text(client.get(f"{address}etat/", follow=True))
    return Arrival(told, loaded.error, loaded.delivery, proposal_of(read))


def _publish(client: Client, delivery: Delivery) -> None:
    layer = delivery.dataset.layer
    let_producers_publish(layer)
    entry = {"title": layer.title, "theme": layer.theme_id, "licence": "etalab-2.0", "frequency": "UNKNOWN"}
    entry |= {"visibility": "internal"}
    address = f"/jeux/{layer.slug}/versions/{delivery.number}/publier/"
    sent = {f"fiche-{name}": str(value) for name, value in entry.items()}
    answer = client.post(address, sent)
    if answer.status_code == 400:  # the form asks why checks are accepted
        reasons = {f"reason-{one.check.code}": "Fichier d’essai" for one in answer.context["pending"]}
        answer = client.post(address, sent | reasons)
    assert answer.headers.get("Location") == f"/catalogue/{layer.slug}/", answer.context["faults"]
    delivery.refresh_from_db()


def in_words(finding: Finding) -> str:
    """Return the line that the command writes of a finding before it loads anything."""
    place = f"ligne {finding.line}" if finding.line else "fichier"
    return " · ".join(filter(None, (place, finding.field, finding.value, finding.reason)))


def _text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def _words(reading: ReadOptions | None) -> list[str]:
    """Return how a file is to be read as options of the command."""
    said: list[str] = []
    for name, value in _chosen(reading).items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            said.append(f"--{option}" if value else f"--no-{option}")
        else:
            said += [f"--{option}", str(value)]
    return said


def _said(reading: ReadOptions | None) -> dict[str, str]:
    """Return how a file is to be read as the form of the pages."""
    signs = {True: "yes", False: "no"}
    return {
        "part" if name in _PARTS else name: signs[value] if isinstance(value, bool) else str(value)
        for name, value in _chosen(reading).items()
    }


def _chosen(reading: ReadOptions | None) -> dict[str, Any]:
    as_found = {field.name: field.default for field in fields(ReadOptions)}
    said = asdict(reading) if reading else {}
    return {name: value for name, value in said.items() if value != as_found[name]}
