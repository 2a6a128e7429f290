"""What people did before the demonstration was installed, invented: reports, a history of use, deliveries on their way.

The history is one statement, from nothing but names and days: loading again writes the same rows, and touches none that
was counted. A delivery refused for its errors, and a file that waits for its columns, come in by the services of the
wizard, as files of the administrator of the demonstration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files import File
from django.db import connection
from django.utils import timezone

from amenities.models import Playground
from datasets.imports.jobs import LOADINGS, READINGS
from datasets.imports.proposal import proposal_of
from datasets.imports.uploads import store_upload
from datasets.models import Dataset, Delivery, Upload
from datasets.vocabulary import UploadWork
from explorer.models import FeatureReport
from explorer.vocabulary import ReportCategory, ReportState
from gisportal.accounts.models import User
from gisportal.demo.rights import DIG, MANAGEMENT, PLAYGROUNDS, TREES, label_layer
from gisportal.usage_counters import review
from heritage.models import RemarkableTree
from layers.models import Grant, Layer
from reuses.models import Reuse
from reuses.vocabulary import ReuseState
from usage.models import DailyUse
from usage.services import months_before
from usage.vocabulary import CONTENTS, USES

_PLAYGROUNDS, _TREES = "aires-de-jeux", "arbres-remarquables"
_REPORTED_FEATURES = 3  # features of each layer that the reports are about: the first that were loaded


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A report on the feature at ``rank`` of a layer, the oldest first, so many ``days`` before the anchor."""

    layer: str
    rank: int
    category: ReportCategory
    message: str
    days: int
    state: ReportState = ReportState.NEW
    email: str = ""
    answer: str = ""


SAMPLES = (
    SampleReport(
        _PLAYGROUNDS,
        0,
        ReportCategory.DANGER,
        "La planche du banc est fendue, des vis dépassent.",
        2,
        email="voisine@example.org",
    ),
    SampleReport(
        _PLAYGROUNDS,
        1,
        ReportCategory.CONTENT,
        "Le portail ferme de nouveau depuis le mois dernier : l’aire est clôturée.",
        9,
        ReportState.IN_PROGRESS,
        email="habitant@example.org",
    ),
    SampleReport(
        _PLAYGROUNDS,
        2,
        ReportCategory.POSITION,
        "L’aire est de l’autre côté de l’allée.",
        40,
        ReportState.CLOSED,
        answer="Merci, la position est corrigée.",
    ),
    SampleReport(_TREES, 0, ReportCategory.GONE, "L’arbre a été abattu après la tempête.", 4),
    SampleReport(
        _TREES,
        1,
        ReportCategory.OTHER,
        "Le panneau est illisible.",
        20,
        ReportState.ANSWERED,
        email="promeneur@example.org",
        answer="Un nouveau panneau est commandé ; il sera posé au printemps.",
    ),
)


def load_reports(*, anchor: dt.date) -> None:
    """Write the missing sample reports; existing ones, perhaps changed since, are left alone."""
    samples = set(Layer.objects.filter(is_sample=True).values_list("slug", flat=True))
    features: dict[str, Sequence[Any]] = {
        _PLAYGROUNDS: list(Playground.objects.order_by("pk")[:_REPORTED_FEATURES]),
        _TREES: list(RemarkableTree.objects.order_by("pk")[:_REPORTED_FEATURES]),
    }
    titles = {_PLAYGROUNDS: "nom", _TREES: "nom_vernaculaire"}
    for sample in SAMPLES:
        rows = features[sample.layer] if sample.layer in samples else []
        if sample.rank >= len(rows):  # the portal went on with other features
            continue
        feature = rows[sample.rank]
        report, is_new = FeatureReport.objects.get_or_create(
            layer=sample.layer,
            message=sample.message,
            defaults={
                "feature": feature.pk,
                "title": getattr(feature, titles[sample.layer]),
                "category": sample.category,
                "state": sample.state,
                "email": sample.email,
                "answer": sample.answer,
                "answered_at": _morning(anchor, sample.days - 1) if sample.answer else None,
            },
        )
        if is_new:
            FeatureReport.objects.filter(pk=report.pk).update(created_at=_morning(anchor, sample.days))


@dataclass(frozen=True, slots=True)
class SampleReuse:
    """A reuse of some layers, declared so many ``days`` before the anchor; one with ``email`` waits for an answer."""

    title: str
    address: str
    description: str
    organisation: str
    layers: tuple[str, ...]
    days: int
    state: ReuseState = ReuseState.ACCEPTED
    email: str = ""


SAMPLE_REUSES = (
    SampleReuse(
        "Les arbres de mon quartier",
        "https://arbres.example.org/",
        "Une promenade commentée d’un arbre remarquable à l’autre, à suivre sur un téléphone.\n\nLes fiches reprennent "
        "l’espèce et la hauteur du portail ; les photos sont celles des promeneurs.",
        "Association Les Amis du parc",
        (_TREES,),
        60,
    ),
    SampleReuse(
        "Aires de jeux accessibles en fauteuil",
        "https://jeux-pour-tous.example.org/carte",
        "Une carte des aires de jeux et de leurs équipements, avec l’avis des familles.",
        "Collectif Jouer ensemble",
        (_PLAYGROUNDS,),
        30,
    ),
    SampleReuse(
        "Étude sur l’ombre des cours d’école",
        "https://etudes.example.org/ombre",
        "Mémoire d’étudiants en paysage : quels arbres ombragent les lieux où jouent les enfants ?",
        "École du paysage",
        (_TREES, _PLAYGROUNDS),
        3,
        ReuseState.WAITING,
        "contact@example.org",
    ),
)


def load_reuses(*, anchor: dt.date) -> None:
    """Write the missing sample reuses, and let two layers show their use; what was changed since is left alone."""
    samples = {layer.slug: layer for layer in Layer.objects.filter(is_sample=True)}
    for sample in SAMPLE_REUSES:
        layers = [samples[slug] for slug in sample.layers if slug in samples]
        if not layers:
            continue
        is_waiting = sample.state == ReuseState.WAITING
        reuse, is_new = Reuse.objects.get_or_create(
            title=sample.title,
            address=sample.address,
            defaults={
                "description": sample.description,
                "organisation": sample.organisation,
                "state": sample.state,
                "email": sample.email,
                "decided_at": None if is_waiting else _morning(anchor, sample.days - 2),
            },
        )
        if is_new:
            reuse.layers.set(layers)
            Reuse.objects.filter(pk=reuse.pk).update(created_at=_morning(anchor, sample.days))
            Layer.objects.filter(pk__in=[layer.pk for layer in layers]).update(is_use_public=True)


def _morning(anchor: dt.date, days: int) -> dt.datetime:
    day = anchor - dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))


_SOURCE = (
    "Données d’exemple : l’historique d’avant l’installation est inventé ; les usages réels s’y ajoutent depuis, "
    "comptés sans aucune donnée personnelle."
)
# Group → the rows that it reads; nothing: all of them. A producer reads the counts of its own layers.
_READERS: Mapping[str, Mapping[str, str]] = {
    USES: {
        DIG: "",
        MANAGEMENT: "",
        TREES: "couche IN ('arbres-remarquables')",
        PLAYGROUNDS: "couche IN ('aires-de-jeux')",
    },
    CONTENTS: {DIG: "", MANAGEMENT: ""},
}
# Months are kept as months before the last days; together, fourteen of them.
_DAYS_OF_MONTHS, _MONTHS = 1, 12
_HISTORY = """
WITH spans AS (
    SELECT d::date AS jour, CASE WHEN extract(isodow FROM d) > 5 THEN 0.4 ELSE 1.2 END AS weight
    FROM generate_series(%(days)s::date, %(anchor)s::date - 1, interval '1 day') d
    UNION ALL
    SELECT m::date, 29 FROM generate_series(%(months)s::date, %(days)s::date - 1, interval '1 month') m
), things AS (
    SELECT slug::text AS couche, ''::text AS tableau, title::text AS titre, visibility = 'open' AS is_open
    FROM layers_layer WHERE state = 'published'
    UNION ALL
    SELECT '', slug::text, title::text, is_public FROM dashboards_dashboard
    WHERE published_id IS NOT NULL
), known AS (
    -- One thing of seven was left aside: nobody opened it in the last six months.
    SELECT *, 1 + (hashtext(couche || tableau) & 31) AS base, (hashtext(tableau || couche) & 1023) %% 7 = 0 AS is_idle,
        (SELECT code FROM layers_commune ORDER BY hashtext(code || couche || tableau) LIMIT 1) AS town
    FROM things
), uses (nature, format, origine, in_town, is_public, rate) AS (
    VALUES ('consultation', '', 'public', false, true, 1.0), ('consultation', '', 'connecte', false, false, 0.3),
        ('consultation', '', 'public', true, true, 0.25), ('telechargement', 'csv', 'public', false, true, 0.12),
        ('telechargement', 'geojson', 'public', false, true, 0.06),
        ('telechargement', 'xlsx', 'connecte', false, false, 0.05),
        ('telechargement', 'gpkg', 'connecte', false, false, 0.03), ('appel', '', 'public', false, true, 1.8),
        ('appel', '', 'connecte', false, false, 0.5), ('tableau', '', 'public', false, true, 0.7),
        ('tableau', '', 'connecte', false, false, 0.4), ('moissonnage', 'dcat', 'public', false, true, 0.1)
), counted AS (
    SELECT s.jour, u.nature, k.couche, k.tableau, k.titre, u.format, u.origine,
        CASE WHEN u.in_town THEN k.town END AS commune,
        floor(k.base * u.rate * s.weight * (1 + 0.5 * (s.jour - %(months)s::date) / 425.0) *
            (0.4 + (hashtext(k.couche || k.tableau || u.nature || u.format || u.origine || u.in_town || s.jour) & 1023)
                / 850.0))::int AS nombre
    FROM known k JOIN uses u ON (k.tableau <> '') = (u.nature = 'tableau') AND (k.is_open OR NOT u.is_public)
    CROSS JOIN spans s
    WHERE NOT k.is_idle OR s.jour < %(idle)s OR u.nature IN ('appel', 'moissonnage')
)
INSERT INTO usage_dailyuse
    (jour, nature, couche, tableau, titre, format, origine, commune_id, portail, nombre, created_at, updated_at)
SELECT n.jour, n.nature, n.couche, n.tableau, n.titre, n.format, n.origine, n.commune,
    COALESCE(c.nom, 'Tout le territoire'), n.nombre, now(), now()
FROM counted n LEFT JOIN layers_commune c ON c.code = n.commune WHERE n.nombre > 0
ON CONFLICT DO NOTHING
"""


def load_usage(groups: Mapping[str, Group], *, anchor: dt.date) -> None:
    """Write the history, who reads it, and the review of the night."""
    for slug, readers in _READERS.items():
        layer = Layer.objects.get(slug=slug)
        label_layer(layer, producer=groups[DIG], source=_SOURCE, is_open=False)
        for name, rows in readers.items():
            Grant.objects.update_or_create(
                layer=layer, group=groups[name], defaults={"rows": rows, "can_download": True}
            )
    if DailyUse.objects.filter(jour__lt=anchor).exists():
        return  # it was written before, and is only added to
    days = months_before(anchor.replace(day=1), _DAYS_OF_MONTHS)
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY,
            {
                "anchor": anchor,
                "days": days,
                "months": months_before(days, _MONTHS),
                "idle": months_before(anchor, 7),
            },
        )
    review()


_OWNER = "administrateur"
_REFUSED, _REFUSED_FILE = "comptages-routiers", "comptages-routiers-erreurs.csv"
_WAITING_FILE = "tables-de-pique-nique.csv"


def load_pending() -> None:
    """Give the two files that were not given yet; where their dataset or their owner is gone, nothing."""
    owner = User.objects.filter(username=_OWNER).first()
    samples = Dataset.objects.select_related("layer", "online__schema_version").filter(layer__is_sample=True)
    dataset = samples.filter(layer__slug=_REFUSED).first()
    if owner is None or dataset is None:
        return
    if not Delivery.objects.filter(dataset=dataset, file_name=_REFUSED_FILE).exists():
        _load(_upload(_REFUSED_FILE, owner, dataset))
    if not Upload.objects.filter(owner=owner, original_name=_WAITING_FILE).exists():
        _upload(_WAITING_FILE, owner, None)


def _upload(name: str, owner: User, dataset: Dataset | None) -> Upload:
    """Give a file of the samples and read it, as the wizard and its worker do."""
    with (settings.BASE_DIR / "fixtures" / "datasets" / name).open("rb") as file:
        upload = store_upload(file=File(file, name=name), owner_id=owner.pk, dataset=dataset)
    READINGS.run(upload.pk)
    upload.refresh_from_db()
    return upload


def _load(upload: Upload) -> None:
    """Load the file as guessed; the pages show the errors."""
    understood = proposal_of(upload)
    settled = {"schema": understood.proposal.to_json(), "recipe": asdict(understood.recipe)}
    options = upload.options | {"settled": settled, "after": None, "accept_partial": False}
    Upload.objects.request(upload, work=UploadWork.LOAD, options=options)
    LOADINGS.run(upload.pk)
