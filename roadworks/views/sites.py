"""The pages of who declares works: the form with its map and what it would hamper, the sheet of a site."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.gis.geos import MultiLineString
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from interface.forms import form_errors
from interface.requests import parameters_of
from layers.access import Scope
from layers.errors import Forbidden, LayersError
from layers.parsing import single_values
from layers.queries import version_text
from layers.services.features import is_addable, is_writable, why_read_only
from layers.services.moderation import is_change_proposed
from layers.visitor import visitor_of
from layers.vocabulary import WriteRight
from moderation.changes import waiting_changes
from moderation.services import available, perform
from roadworks.forms import (
    PhaseFormSet,
    SiteForm,
    StepForm,
    filled_phases,
    first_phase,
    form_traffic,
    initial_answers,
    initial_phases,
    phase_columns,
    site_answers,
)
from roadworks.presenters.conflicts import conflict_words
from roadworks.presenters.maps import feature_collection, works_map
from roadworks.presenters.timelines import neighbourhood
from roadworks.presenters.words import MARKS, card, progress, state_steps
from roadworks.queries import (
    SiteRecords,
    authority_of,
    main_order,
    main_photo,
    neighbours,
    order_of,
    orders_of,
    photo_of,
    photos_of,
    read_site,
    works_scope,
)
from roadworks.services.conflicts import Conflict, find_conflicts
from roadworks.services.plans import conflicts_of, planned_phases, planned_works, unsaved_site
from roadworks.services.sections import street_drawing
from roadworks.services.sites import (
    EXTEND,
    confirm_site,
    editable_site,
    extend_site,
    reads_orders,
    save_site,
)
from roadworks.vocabulary import SiteState

VERSION = "row-version"
_CONFIRMATIONS = {"confirmer-debut": "debut_confirme", "confirmer-fin": "fin_confirmee"}


class SiteFormView(View):
    """``/travaux/declarer/`` and ``/travaux/{id}/modifier/``: the eight answers, saved, and submitted if one likes."""

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Render the form, empty or as the site is."""
        single_values(parameters_of(request), allowed=())
        scope = works_scope(visitor_of(request))
        if scope.visitor.is_anonymous:
            return redirect_to_login(request.get_full_path())
        if pk is None:
            _check_addable(scope)
            phase = first_phase(timezone.localdate(scope.visitor.instant))
            initial = {"maitre_ouvrage": authority_of(scope.visitor), "circulation": "barree"}
            form = _form(scope, None, initial=initial)
            return self._page(request, scope, form, PhaseFormSet(initial=[phase], prefix="phase"))
        site = editable_site(scope, pk)
        records = read_site(scope, pk)
        phases = initial_phases(records)
        initial = initial_answers(records, main_order(scope, pk), main_photo(scope, pk))
        form = _form(scope, site, initial=initial)
        return self._page(request, scope, form, PhaseFormSet(initial=phases, prefix="phase"), site=site)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Save the site, then submit it where ``action`` says so; a faulty form comes back with all that was typed."""
        scope = works_scope(visitor_of(request))
        site = None
        if pk is None:
            _check_addable(scope)
        else:
            site = editable_site(scope, pk)
        form = _form(scope, site, request.POST, request.FILES)
        phases = PhaseFormSet(request.POST, prefix="phase")
        is_valid = all([form.is_valid(), phases.is_valid()])
        drawing = _drawing(scope, form) if is_valid else None
        if is_valid and drawing is None:
            form.add_error("trace", _("Tracez les travaux sur la carte, ou donnez le nom de la rue."))
        if drawing is None:
            return self._page(request, scope, form, phases, site=site, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        answers = site_answers(form, filled_phases(phases), drawing, street=form.cleaned_data["rue"])
        expected = frozenset({request.POST.get(VERSION, "")}) if site is not None else None
        try:
            saved = save_site(scope=scope, answers=answers, pk=pk, expected=expected)
            is_submitted = request.POST.get("action") == "soumettre" and _submit(scope, saved.pk)
        except LayersError as error:
            culprit = error.parameter if error.parameter in form.fields else None
            form.add_error(culprit, error.detail or str(error.title))
            return self._page(request, scope, form, phases, site=site, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _result(is_submitted=is_submitted, is_proposed=saved.is_proposed))
        return redirect("roadworks:site", saved.pk)

    def _page(
        self,
        request: HttpRequest,
        scope: Scope,
        form: SiteForm,
        phases: Any,
        *,
        site: Any = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        faults = form_errors(form) if form.is_bound else []
        for number, phase in enumerate(phases, 1):
            faults += form_errors(phase, of=_("Phase %d") % number) if phase.is_bound else []
        config = works_map(scope.visitor)
        config["box"] = list(site.geom.extent) if site is not None else None
        context = {
            "scope": scope,
            "form": form,
            "photo": main_photo(scope, site.pk) if site is not None and "photo" in form.fields else None,
            "is_proposal": site is not None and is_change_proposed(scope, site),
            "phases": phases,
            "site": site,
            "version": version_text(site.row_version) if site is not None else "",
            "steps": state_steps(site.etat if site is not None else SiteState.DRAFT),
            "faults": faults,
            "map": config,
            "marks": MARKS,
        }
        return render(request, "roadworks/form.html", context, status=status)


class PreviewView(View):
    """``/travaux/apercu/``: what a form that is not saved would hamper, with the streets that it follows."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Render the part of the page; nothing is written."""
        scope = works_scope(visitor_of(request))
        if not is_writable(scope):
            raise Forbidden(why_read_only(scope, WriteRight.ADD))
        form, phases = SiteForm(request.POST), PhaseFormSet(request.POST, prefix="phase")
        form.is_valid()
        stages = planned_phases(phase_columns(phases))
        drawing = _drawing(scope, form)
        if drawing is None or not stages:
            return render(request, "roadworks/preview.html", {"is_empty": True})
        raw = str(request.POST.get("site", ""))
        pk = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
        traffic = form_traffic(form, phases)
        works = planned_works(scope.visitor, form.cleaned_data, stages, drawing, traffic=traffic, pk=pk)
        own = SiteRecords(unsaved_site(form.cleaned_data, works, traffic=traffic), stages, ())
        conflicts = find_conflicts(scope, works)
        context = _surroundings(scope, own, conflicts) | {
            "streets": works.placement.streets,
            "length": works.placement.length_m,
            "is_off_road": not works.placement.parts,
        }
        return render(request, "roadworks/preview.html", context)


class SiteView(View):
    """``/travaux/{id}/``: a site, its progress, and the steps that its reader may take."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the sheet."""
        single_values(parameters_of(request), allowed=())
        return _sheet(request, pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a step, or confirm what was seen on the spot; a refusal comes back with its reason."""
        scope, form = works_scope(visitor_of(request)), StepForm(request.POST)
        if not form.is_valid():
            return _sheet(request, pk, fault=_("Cette étape n’est pas lisible."))
        name, reason, day = (form.cleaned_data[each] for each in ("name", "reason", "date_fin"))
        try:
            if name in _CONFIRMATIONS:
                confirm_site(scope=scope, pk=pk, name=_CONFIRMATIONS[name])
            elif name == EXTEND and day is not None:
                extend_site(scope=scope, pk=pk, last_day=day, reason=reason)
            elif name == EXTEND:
                return _sheet(request, pk, fault=_("Donnez la nouvelle date de fin."))
            else:
                perform(scope=scope, pk=pk, name=name, reason=reason)
        except LayersError as error:
            if isinstance(error, Forbidden) and scope.visitor.is_anonymous:
                return redirect_to_login(request.get_full_path())
            return _sheet(request, pk, fault=error.detail or str(error.title))
        messages.success(request, _("C’est fait."))
        return redirect("roadworks:site", pk)


class OrderView(View):
    """``/travaux/{id}/arretes/{order}.pdf``: the document of an order, public once it is said to be."""

    def get(self, request: HttpRequest, pk: int, order: int) -> FileResponse:
        """Send the file as a download."""
        single_values(parameters_of(request), allowed=())
        row = order_of(works_scope(visitor_of(request)), pk, order)
        if row is None:
            raise Http404
        try:
            document = (Path(settings.MEDIA_ROOT) / row.fichier).open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(
            document,
            as_attachment=True,
            filename=f"arrete-{pk}-{order}.pdf",
            content_type="application/pdf",
        )
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "sandbox"
        return response


class PhotoView(View):
    """``/travaux/{id}/photos/{photo}.jpg``: the photo of a site, under the rights of its reader."""

    size = "image"

    def get(self, request: HttpRequest, pk: int, photo: int) -> FileResponse:
        """Send the file.

        Raises:
            UnknownFeature: the site has no such photo for this visitor.
        """
        single_values(parameters_of(request), allowed=())
        file = getattr(photo_of(works_scope(visitor_of(request)), pk, photo), self.size)
        if not file.storage.exists(file.name):
            raise Http404
        response = FileResponse(file.open("rb"), content_type="image/jpeg")
        response["Cache-Control"] = "private, no-store"
        return response


class ThumbnailView(PhotoView):
    """``/travaux/{id}/photos/{photo}/vignette.jpg``: the same, 480 pixels wide at most."""

    size = "thumbnail"


def _sheet(request: HttpRequest, pk: int, *, fault: str = "") -> HttpResponse:
    visitor = visitor_of(request)
    scope = works_scope(visitor)
    records = read_site(scope, pk)
    today = timezone.localdate(visitor.instant)
    steps = available(scope, pk)
    is_author = visitor.user_id is not None and records.site.auteur_id == visitor.user_id
    conflicts = conflicts_of(scope, records) if steps or is_author else []
    context = _surroundings(scope, records, conflicts) | {
        "scope": scope,
        "records": records,
        "site": records.site,
        "card": card(records, today=today),
        "progress": progress(records, today=today),
        "state": SiteState(records.site.etat),
        "states": state_steps(records.site.etat) if steps or is_author else [],
        "available": [step for step in steps if step.name != EXTEND],
        "extend": next((step for step in steps if step.name == EXTEND), None),
        "is_followed": bool(steps) or is_author,
        "may_edit": _may_edit(scope, pk),
        "orders": orders_of(scope, pk),
        "photos": photos_of(scope, pk),
        "fault": fault,
        "has_changes": (bool(steps) or is_author) and waiting_changes(scope, pk).exists(),
        "today": today,
        "marks": MARKS,
        "has_conflicts": bool(conflicts),
        "map": works_map(visitor)
        | {
            "sites": feature_collection([card(records, today=today)], today=today),
            "place": None,
            "radius": 0,
        },
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return render(request, "roadworks/site.html", context, status=status)


def _surroundings(scope: Scope, own: SiteRecords, conflicts: list[Conflict]) -> dict[str, Any]:
    """Return the conflicts of a site in words, with the works of its neighbourhood along time."""
    today = timezone.localdate(scope.visitor.instant)
    words = conflict_words(scope, conflicts, today=today)
    numbers = {each.pk: each.number for each in words if each.pk is not None}
    around = neighbours(scope, own.site, [pk for pk in numbers if pk])
    cards = [card(records, today=today) for records in around]
    return {
        "conflicts": words,
        "timeline": neighbourhood(around, own, numbers=numbers, today=today) if conflicts or around else None,
        "drawn": feature_collection(cards, today=today, numbers=numbers)
        | {"own": own.site.geom.geojson if own.site.geom else None},
    }


def _form(scope: Scope, site: Any, *data: Any, initial: dict[str, Any] | None = None) -> SiteForm:
    """Return the form of a new site, or of one that its visitor changes or proposes a change of."""
    return SiteForm(
        *data,
        initial=initial,
        has_orders=reads_orders(scope),
        has_photo=site is not None and main_photo(scope, site.pk) is not None,
        publishes=scope.can_approve,
        is_proposal=site is not None and is_change_proposed(scope, site),
    )


def _result(*, is_submitted: bool, is_proposed: bool) -> str:
    if is_proposed:
        return _("Proposé : le chantier reste tel quel jusqu’à ce que votre modification soit validée.")
    return _("Soumis : qui valide est prévenu.") if is_submitted else _("Enregistré.")


def _may_edit(scope: Scope, pk: int) -> bool:
    try:
        editable_site(scope, pk)
    except LayersError:
        return False
    return not scope.visitor.is_anonymous


def _check_addable(scope: Scope) -> None:
    if not is_addable(scope):
        raise Forbidden(why_read_only(scope, WriteRight.ADD))


def _submit(scope: Scope, pk: int) -> bool:
    """Submit a site where it waits for it; what its author publishes at once is public already."""
    if all(step.name != "submit" for step in available(scope, pk)):
        return False
    perform(scope=scope, pk=pk, name="submit")
    return True


def _drawing(scope: Scope, form: SiteForm) -> MultiLineString | None:
    """Return what was drawn, else the street that was named."""
    values = getattr(form, "cleaned_data", {})
    if values.get("trace") is not None:
        drawing: MultiLineString = values["trace"]
        return drawing
    return street_drawing(
        scope.visitor, values.get("rue") or "", first=values.get("rue_du"), last=values.get("rue_au")
    )
