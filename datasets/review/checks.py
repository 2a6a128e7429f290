"""What is out of the ordinary in a delivery, check by check, before it goes online.

A check that must be accepted is out of the ordinary: a person says why it goes online all the same, and nothing goes
online by itself. One that is bad cannot go online. The others pass, or deserve a look. Rows, positions and fields are
those that the reviewer reads: what is hidden from them is in no count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.access import ReadablePart, readable_part
from datasets.comparison.services import title_of
from datasets.definitions import DatasetSchema
from datasets.edits.queries import EditCounts, edits_over
from datasets.inference.published_schemas import SCHEMAS, PublishedSchema
from datasets.models import Delivery
from datasets.publication.subjects import DeliverySubject
from datasets.registry import definition_of
from datasets.review.measures import Measures, measure, same_type
from datasets.vocabulary import HAS_ROWS, GeometryKind, Severity
from interface.raster_words import share_text
from interface.wording import number
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from layers.vocabulary import Frequency, Licence
from metadata.models import LayerMetadata
from publication.models import PublicationPolicy
from publication.services import policy_of

Level = Literal["ok", "warn", "bad"]
# Values named in a detail.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. ``rows`` is how many rows are concerned, 0 where it is not about rows.

    What ``must_accept`` goes online only when a person accepts it and says why.
    """

    code: str
    title: str
    detail: str
    level: Level
    rows: int = 0
    must_accept: bool = False


def checks(delivery: Delivery, visitor: Visitor) -> list[Check]:
    """Return the checks of a delivery as a reviewer may read them, in a fixed order; none when its layer is hidden.

    Raises:
        TooSlow: the database did not count the rows in time.
    """
    online = delivery.dataset.online
    before = readable_part(visitor, online) if online is not None else ReadablePart()
    policy, today = policy_of(DeliverySubject(delivery)), timezone.localdate(visitor.instant)
    return list(_checks(delivery, readable_part(visitor, delivery), before, policy=policy, today=today))


def is_ordinary(delivery: Delivery, policy: PublicationPolicy) -> tuple[bool, list[Check]]:
    """Return whether a delivery may go online by itself under a policy, and the checks that say no.

    Nobody reads these checks of every row and field but who runs the portal: a reviewer reads ``checks``.

    Raises:
        TooSlow: the database did not count the rows in time.
    """
    online = delivery.dataset.online
    before = _everything(online) if online is not None else ReadablePart()
    result = _checks(delivery, _everything(delivery), before, policy=policy, today=timezone.localdate())
    culprits = [check for check in result if check.must_accept or check.level == "bad"]
    return not culprits, culprits


def _everything(delivery: Delivery) -> ReadablePart:
    """Return every field and row of a version."""
    return ReadablePart(definition_of(delivery).by_name, has_every_row=True)


def _checks(
    delivery: Delivery,
    reading: ReadablePart,
    before: ReadablePart,
    *,
    policy: PublicationPolicy,
    today: dt.date,
) -> Iterator[Check]:
    """Yield the checks of what is read of a delivery, and ``before`` of the version online."""
    if not reading.fields:
        return
    yield _reading(delivery)
    if delivery.state not in HAS_ROWS:
        return
    schema, online = delivery.schema_version.schema, delivery.dataset.online
    metadata = LayerMetadata.objects.filter(layer=delivery.dataset.layer_id).first()
    published = published_schema(schema, metadata.schema_url if metadata else "")
    yield _key(delivery, schema)
    if online is not None:
        yield _columns(schema, online.schema_version.schema, reading.fields, before.fields)
    if reading.has_every_row:
        with time_limit("whole"):
            edits = edits_over(delivery)
        if edits is not None:
            yield _edits(edits)
        with time_limit("whole"):
            measures = measure(
                delivery,
                online,
                published=published,
                names=reading.fields,
                today=today,
            )
        yield from _of_rows(schema, measures, policy)
        if published is not None:
            yield _by_published_schema(schema, published, measures, reading.fields)
    if published is None and metadata is not None and metadata.schema_url:
        detail = _("Le portail ne connaît pas %s.") % metadata.schema_url
        yield Check("published-schema", _("Schéma déclaré non vérifié"), detail, "warn")
    yield _licence(delivery)
    yield _metadata(delivery, metadata)


def published_schema(schema: DatasetSchema, address: str) -> PublishedSchema | None:
    """Return the published schema that a dataset declares: by its address on schema.data.gouv.fr, else as recognised.

    The version at the end of the address is not compared: the portal has one of each.
    """
    declared = (each for each in SCHEMAS if address and address.startswith(each.source))
    recognised = (each for each in SCHEMAS if each.name == schema.published_schema)
    return next(declared, None) or (next(recognised, None) if not address else None)


def _reading(delivery: Delivery) -> Check:
    report: Mapping[str, Any] = delivery.report
    refused = report.get("rows_refused", 0)
    if delivery.state not in HAS_ROWS:
        return Check(
            "schema", _("Livraison sans ligne à publier"), delivery.get_state_display(), "bad", refused
        )
    if not refused:
        count = delivery.row_count
        detail = ngettext("%s ligne lue, aucune refusée", "%s lignes lues, aucune refusée", count) % number(
            count
        )
        return Check("schema", _("Lignes conformes aux colonnes attendues"), detail, "ok")
    reasons = [entry for entry in report.get("counts", ()) if entry["severity"] == Severity.ERROR]
    title = ngettext("%s ligne refusée à la lecture", "%s lignes refusées à la lecture", refused)
    texts = (_named(entry["field"] or _("fichier"), entry["reason"]) for entry in reasons)
    return Check("schema", title % number(refused), _listed(texts), "warn", refused)


def _key(delivery: Delivery, schema: DatasetSchema) -> Check:
    if not schema.key:
        detail = _("Une ligne modifiée se lit comme une ligne retirée et une ligne ajoutée.")
        return Check("key", _("Lignes sans clé"), detail, "ok")
    titles = ", ".join(title_of(schema, name) for name in schema.key)
    counts = delivery.report.get("counts", ())
    repeated = sum(entry["count"] for entry in counts if entry["code"] == "duplicate-key")
    if not repeated:
        return Check("key", _("Clé unique"), titles, "ok")
    title = ngettext("%s ligne répète une clé", "%s lignes répètent une clé", repeated) % number(repeated)
    detail = _("%s : ces lignes ont été laissées de côté.") % titles
    return Check("key", title, detail, "warn", repeated, must_accept=True)


def _columns(
    schema: DatasetSchema, old: DatasetSchema, readable: Mapping[str, object], before: Mapping[str, object]
) -> Check:
    """Compare the columns that the reviewer reads; what is only hidden from them is neither gone nor new."""
    gone = [title_of(old, name) for name in before if name in old.by_name and name not in schema.by_name]
    both = [
        name for name in before if name in readable and {name} <= old.by_name.keys() & schema.by_name.keys()
    ]
    retyped = [title_of(schema, name) for name in both if old.by_name[name].type != schema.by_name[name].type]
    added = [
        title_of(schema, name) for name in readable if name in schema.by_name and name not in old.by_name
    ]
    if gone:
        title = ngettext("%d colonne disparaît", "%d colonnes disparaissent", len(gone)) % len(gone)
        return Check("columns", title, _listed(gone), "warn", must_accept=True)
    if retyped:
        title = ngettext("%d colonne change de type", "%d colonnes changent de type", len(retyped)) % len(
            retyped
        )
        return Check("columns", title, _listed(retyped), "warn", must_accept=True)
    if added:
        title = ngettext("%d colonne nouvelle", "%d colonnes nouvelles", len(added)) % len(added)
        return Check("columns", title, _listed(added), "ok")
    return Check("columns", _("Mêmes colonnes"), "", "ok")


def _edits(edits: EditCounts) -> Check:
    """Say what becomes of rows edited in place, which somebody chooses where the file says otherwise."""
    title = ngettext(
        "%s ligne modifiée sur place depuis le dernier fichier",
        "%s lignes modifiées sur place depuis le dernier fichier",
        edits.edited,
    ) % number(edits.edited)
    texts = [
        ngettext("%s à trancher", "%s à trancher", edits.questions) % number(edits.questions)
        if edits.open_questions
        else "",
        ngettext("%s perdra sa modification", "%s perdront leur modification", edits.overwritten)
        % number(edits.overwritten)
        if edits.overwritten and not edits.open_questions
        else "",
        ngettext("%s depuis ce dépôt", "%s depuis ce dépôt", edits.recent) % number(edits.recent)
        if edits.recent
        else "",
        ngettext(
            "%s a une valeur dans une colonne qui disparaît",
            "%s ont une valeur dans une colonne qui disparaît",
            edits.lost,
        )
        % number(edits.lost)
        if edits.lost
        else "",
    ]
    detail = ", ".join(text for text in texts if text) or _("Leurs modifications restent.")
    level: Level = "bad" if edits.open_questions else "warn" if edits.overwritten or edits.lost else "ok"
    return Check("edits", title, detail, level, edits.edited, must_accept=level == "warn")


def _of_rows(schema: DatasetSchema, measures: Measures, policy: PublicationPolicy) -> Iterator[Check]:
    is_first = not measures.online.rows
    yield _row_count(measures, policy.most_lost_rows, is_first=is_first)
    if schema.geometry is not GeometryKind.NONE:
        if not is_first:
            yield _extent(measures, policy.most_extent_shift)
        outside = measures.new.outside
        if outside:
            title = ngettext("%s position hors du territoire", "%s positions hors du territoire", outside)
            yield Check("territory", title % number(outside), "", "warn", outside)
        else:
            yield Check("territory", _("Positions dans le territoire"), "", "ok")
    if not is_first:
        yield _moved(measures.commune_changed)
    yield _commune(measures)
    yield _dates(schema, measures.future)


def _row_count(measures: Measures, most_lost: int, *, is_first: bool) -> Check:
    size, before = measures.new.rows, measures.online.rows
    if is_first:
        title = ngettext("%s ligne, première version", "%s lignes, première version", size) % number(size)
        return Check("rows", title, "", "ok", size)
    change = (size - before) / before
    parts = {
        "share": f"{'+' if change > 0 else ''}{share_text(change)}".replace("-", "−"),
        "added": number(measures.added),
        "removed": number(measures.removed),
    }
    detail = _("%(share)s : %(added)s en plus, %(removed)s en moins") % parts
    lost = measures.removed / before
    if lost * 100 > most_lost:
        title = _("%(lost)s des lignes disparaissent, plus que la limite de %(most)d %%") % {
            "lost": share_text(lost),
            "most": most_lost,
        }
        return Check("rows", title, detail, "warn", measures.removed, must_accept=True)
    return Check("rows", _("Nombre de lignes habituel"), detail, "ok", measures.removed)


def _extent(measures: Measures, most_shift: int) -> Check:
    shift = measures.extent_shift
    if measures.online.bounds is not None and measures.new.bounds is None:
        return Check("extent", _("Plus aucune position"), "", "warn", measures.new.rows, must_accept=True)
    if shift * 100 > most_shift:
        detail = _("Un bord bouge de %(shift)s de la taille d’avant ; la limite est %(most)d %%.") % {
            "shift": share_text(shift),
            "most": most_shift,
        }
        return Check("extent", _("L’emprise se déplace"), detail, "warn", must_accept=True)
    return Check("extent", _("Même emprise"), "", "ok")


def _moved(count: int) -> Check:
    if not count:
        return Check("commune-changed", _("Aucune ligne ne change de commune"), "", "ok")
    title = ngettext("%s ligne change de commune", "%s lignes changent de commune", count) % number(count)
    detail = _("Aucun changement de commune n’est admis sans votre accord.")
    return Check("commune-changed", title, detail, "warn", count, must_accept=True)


def _commune(measures: Measures) -> Check:
    """Say whether ``commune=`` answers. What was already so of the version online was accepted with it."""
    missing, size = measures.new.without_commune, measures.new.rows
    if not missing:
        return Check(
            "commune", _("Chaque ligne a sa commune"), _("Le filtre par commune les rend toutes."), "ok"
        )
    is_new = missing > measures.online.without_commune or not measures.online.rows
    if missing == size:
        title = _("Ne répond pas au filtre par commune")
        detail = _("Aucune ligne n’a de commune : ni position dans le territoire, ni colonne qui la nomme.")
    else:
        title = ngettext("%s ligne sans commune", "%s lignes sans commune", missing) % number(missing)
        detail = _("Le filtre par commune ne les rend pas : %s des lignes.") % share_text(missing / size)
    return Check("commune", title, detail, "warn", missing, must_accept=is_new)


def _dates(schema: DatasetSchema, future: Mapping[str, int]) -> Check:
    if not future:
        return Check("dates", _("Aucune date à venir"), "", "ok")
    worst = max(future.values())
    title = ngettext("%s date à venir", "%s dates à venir", sum(future.values())) % number(
        sum(future.values())
    )
    texts = (_named(title_of(schema, name), number(count)) for name, count in future.items())
    return Check("dates", title, _listed(texts), "warn", worst)


def _by_published_schema(
    schema: DatasetSchema, published: PublishedSchema, measures: Measures, readable: Mapping[str, object]
) -> Check:
    """Compare columns, types and values with the standard; what was as wrong online was accepted with it."""
    fields = [item for item in schema.fields if item.name in readable]
    present = {item.source.strip().lower() for item in schema.fields}
    lacking = [
        item.name for item in published.fields if item.is_required and item.name.lower() not in present
    ]
    retyped = [
        item.source
        for item in fields
        if (standard := published.field(item.source)) is not None and not same_type(item, standard.type)
    ]
    invalid = measures.new.invalid
    texts = [_named(_("colonne obligatoire absente"), name) for name in lacking]
    texts += [_named(_("colonne d’un autre type"), name) for name in retyped]
    by_count = sorted(measures.faults.items(), key=lambda item: -item[1])
    texts += [_named(schema.by_name[name].source, number(count)) for name, count in by_count]
    if not texts:
        return Check("published-schema", _("Conforme à son schéma"), published.title, "ok")
    title = _("Non conforme à son schéma")
    if invalid:
        title = ngettext("%s ligne non conforme au schéma", "%s lignes non conformes au schéma", invalid)
        title %= number(invalid)
    is_new = invalid > measures.online.invalid or not measures.online.rows
    detail = _named(published.title, _listed(texts))
    return Check("published-schema", title, detail, "warn", invalid, must_accept=is_new)


def _licence(delivery: Delivery) -> Check:
    layer = delivery.dataset.layer
    if layer.is_open and layer.licence == Licence.INTERNAL:
        detail = _("La couche est ouverte à tous, et sa licence dit « %s ».") % layer.get_licence_display()
        return Check("licence", _("Licence à choisir"), detail, "warn", must_accept=True)
    return Check("licence", _("Licence"), layer.get_licence_display(), "ok")


def _metadata(delivery: Delivery, metadata: LayerMetadata | None) -> Check:
    """Name what the national portal points out when it is missing."""
    layer = delivery.dataset.layer
    values = (
        (_("résumé"), layer.abstract),
        (_("mots-clés"), layer.keywords),
        (_("producteur"), layer.producer_id or (metadata and metadata.publisher)),
        (_("contact"), layer.contact or (metadata and metadata.contact_url)),
        (_("fréquence"), layer.frequency != Frequency.UNKNOWN),
        (_("source"), layer.source or (metadata and metadata.lineage)),
    )
    missing = [title for title, value in values if not value]
    if not missing:
        return Check("metadata", _("Métadonnées remplies"), "", "ok")
    title = ngettext("%d métadonnée manque", "%d métadonnées manquent", len(missing)) % len(missing)
    return Check("metadata", title, ", ".join(missing), "warn")


def _named(title: object, text: object) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": text}


def _listed(texts: Iterable[str]) -> str:
    """Write the first texts, and how many more there are."""
    every = list(texts)
    more = len(every) - _MOST_NAMED
    words = ", ".join(every[:_MOST_NAMED])
    return (
        ngettext("%(words)s et %(more)d autre", "%(words)s et %(more)d autres", more)
        % {
            "words": words,
            "more": more,
        }
        if more > 0
        else words
    )
