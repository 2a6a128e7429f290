"""A delivery that waits for approval: stations that open, move, change and close, by an invented survey."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from datasets.models import Dataset, Delivery
from datasets.publication.subjects import DeliverySubject
from datasets.vocabulary import DeliveryState
from gisportal.accounts.models import User
from gisportal.demo.datasets import STATIONS
from gisportal.demo.datasets.loading import load_sample
from layers.models import Commune
from layers.visitor import Visitor
from publication.services import submit

_FILE, _PRODUCER = "stations-velos-4.geojson", "geomaticien"
_NOTE = "Relevé de novembre : deux stations déplacées pour travaux, une fermée."
# By rank in the file of the version online: what closes, what moves by degrees of longitude and latitude, what grows.
_CLOSED = 11
_MOVES = {4: (0.0042, -0.0011), 30: (-0.0016, 0.0024)}
_CAPACITIES = {2: 32, 8: 40, 17: 24, 23: 30, 41: 18, 52: 22}
# Where stations open: degrees, inside the territory.
_OPENED = {
    "Issy, Fort numérique": (2.2706, 48.8189),
    "Issy, Corentin-Celton": (2.2790, 48.8269),
    "Issy, Val de Seine": (2.2644, 48.8291),
    "Meudon, Bas-Meudon": (2.2306, 48.8203),
    "Boulogne, Pont de Billancourt": (2.2345, 48.8262),
}


def load_submission() -> None:
    """Submit the survey, once; nothing where the dataset or who submits is gone."""
    dataset = Dataset.objects.select_related("layer").filter(layer__slug=STATIONS.slug).first()
    producer = User.objects.filter(username=_PRODUCER).first()
    if dataset is None or producer is None or dataset.deliveries.filter(file_name=_FILE).exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        path.write_text(json.dumps(_survey(), ensure_ascii=False), "utf-8")
        delivery = load_sample(STATIONS, path, dataset, dict(Commune.objects.values_list("code", "nom")))
    if delivery.state != DeliveryState.READY:
        return
    Delivery.objects.filter(pk=delivery.pk).update(delivered_by=producer)
    delivery.refresh_from_db()
    groups = frozenset(producer.groups.values_list("pk", flat=True))
    visitor = Visitor(timezone.now(), user_id=producer.pk, username=producer.username, groups=groups)
    submit(subject=DeliverySubject(delivery), visitor=visitor, note=_NOTE)


def _survey() -> dict[str, Any]:
    """Return the stations of the version online as they will be."""
    online = settings.BASE_DIR / "fixtures" / "datasets" / STATIONS.files[-1]
    collection: dict[str, Any] = json.loads(online.read_text("utf-8"))
    features = collection["features"]
    for rank, (east, north) in _MOVES.items():
        longitude, latitude = features[rank]["geometry"]["coordinates"]
        features[rank]["geometry"]["coordinates"] = [round(longitude + east, 5), round(latitude + north, 5)]
    for rank, capacity in _CAPACITIES.items():
        features[rank]["properties"]["capacite"] = capacity
    features.pop(_CLOSED)
    for number, (name, position) in enumerate(_OPENED.items(), 101):
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code_station": f"EX-{number}",
                    "nom": f"Station d’exemple, {name}",
                    "capacite": 24,
                    "borne_paiement": True,
                    "electrique": "une partie",
                    "mise_en_service": "2026-11-16",
                },
                "geometry": {"type": "Point", "coordinates": list(position)},
            }
        )
    return collection
