"""Rows of the list of bounds: the pages for people, their forms, and the administration."""

from __future__ import annotations

from django.conf import settings

from dashboards.documents import schema as dashboard_schema
from dashboards.documents import source_text
from dashboards.filters import parsing as dashboard_filters
from explorer.editing import imports
from explorer.map_state import parsing as map_state
from explorer.rasters.queries import MAX_RASTERS
from explorer.row_editing import queries as rows
from explorer.search.results import MAX_TEXT
from gisportal.bounds.definitions import (
    ADDRESS_FORM,
    CHARTS,
    EXPORTS,
    FILTER_ITEMS,
    IMPORTS,
    KIBIBYTE,
    LONG_ADDRESS,
    MEBIBYTE,
    PICTURES,
    PRINTS,
    SEARCHES,
    UNREAD_BODY,
    RequestBounds,
    routes,
)
from gisportal.server.request_bodies import UNCHECKED_BYTES, Sender
from interface.sharing import MAX_ADDRESS_CHARACTERS, MAX_PARAMETERS
from layers.services import photos
from metadata.attachments import services as attachments
from planning.bulk import parsing as parcel_lists
from planning.queries import locations
from reuses.vocabulary import MAX_LAYERS
from roadworks import forms as works
from webforms.vocabulary import ANSWER_BODY_MAX, ANSWER_FIELDS_MAX, MAX_ITEMS, MAX_PHOTOS, MAX_RECORDS

_MAP = (("layers", map_state.MAX_LAYERS), ("values of a filter", map_state.MAX_VALUES), *FILTER_ITEMS)
_DASHBOARD = (("filters", dashboard_filters.MAX_FIELDS), ("values of a filter", dashboard_filters.MAX_VALUES))
_DOCUMENT = (
    ("panels", dashboard_schema.MAX_PANELS),
    ("sections", dashboard_schema.MAX_SECTIONS),
    ("characters", source_text.MAX_CHARACTERS),
)
PAGE_ROWS = (
    RequestBounds("language", ("set-language",), body=UNCHECKED_BYTES, fields=20, seconds=10),
    RequestBounds(
        "home and catalogue",
        (*routes("explorer", "home catalogue layer accessibility"), "explore:dataset"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
    ),
    RequestBounds("use of layers", routes("usage", "layer file former"), fields=20),
    RequestBounds(
        "reuses",
        routes("reuses", "list new"),
        # A ticked layer is a field; one too many is refused by the form, which says so.
        fields=1_000,
        items=(("layers", MAX_LAYERS),),
    ),
    RequestBounds(
        "what applies to a place",
        routes("planning", "sheet parcel"),
        items=(("points of an outline", locations.MAX_VERTICES), ("characters", locations.MAX_TEXT)),
    ),
    RequestBounds(
        "what applies to a place, on paper",
        ("planning:file",),
        concurrency=PRINTS,
        items=(("points of an outline", locations.MAX_VERTICES),),
    ),
    RequestBounds("written documents of plans", ("plui:piece",)),
    RequestBounds(
        "documents of plans and their changes",
        routes("plui", "documents document-version comparison comparison-table"),
        reads_full_layer=True,
    ),
    RequestBounds(
        "changes of plans on paper", ("plui:comparison-file",), reads_full_layer=True, concurrency=PRINTS
    ),
    RequestBounds(
        "public inquiries",
        routes("inquiries", "inquiry piece register remark photo thumbnail register-file declaration"),
        fields=20,
        reads_full_layer=True,
    ),
    RequestBounds(
        "public inquiries on paper",
        routes("inquiries", "paper register-paper"),
        reads_full_layer=True,
        concurrency=PRINTS,
    ),
    RequestBounds(
        "registers that the worker prints",
        routes(
            "inquiries",
            "register-prepare register-job register-job-file register-job-cancel register-job-retry",
        ),
        fields=20,
    ),
    RequestBounds(
        "packages of plans",
        ("plui:list",),
        body=settings.UPLOAD_BODY_MAX_BYTES,
        sender=Sender.PLAN_LOADER,
        fields=20,
        files=1,
        concurrency=IMPORTS,
    ),
    RequestBounds(
        "versions of plans",
        routes("plui", "upload version decision acceptance action findings-csv findings-lines"),
        fields=50,
        reads_full_layer=True,
    ),
    RequestBounds("plans written as packages", ("plui:package",), reads_full_layer=True, concurrency=EXPORTS),
    RequestBounds("acts of easements", ("easements:act",)),
    RequestBounds(
        "lists of parcels",
        ("planning:list",),
        query=LONG_ADDRESS,
        body=MEBIBYTE,
        fields=20,
        files=1,
        items=(
            ("parcels", parcel_lists.MAX_PARCELS),
            ("addresses", parcel_lists.MAX_ADDRESSES),
            ("characters", parcel_lists.MAX_CHARACTERS),
        ),
    ),
    RequestBounds(
        "sheets of a list of parcels",
        routes("planning", "list-prepare list-job list-file list-cancel list-retry"),
        body=MEBIBYTE,
        fields=20,
    ),
    RequestBounds(
        "tools of planners",
        routes(
            "planning-tools",
            "home statistics overlaps reserved-plots preemption consultations",
        ),
        items=(
            ("points of an outline", locations.MAX_VERTICES),
            ("characters", locations.MAX_TEXT),
            *FILTER_ITEMS,
        ),
    ),
    RequestBounds(
        "files of the tools of planners",
        routes("planning-tools", "statistics-file overlaps-file reserved-plots-file preemption-file"),
        reads_full_layer=True,
        concurrency=EXPORTS,
    ),
    RequestBounds("reserved plots on paper", ("planning-tools:reserved-plots-paper",), concurrency=PRINTS),
    RequestBounds(
        "inventories and their documents",
        routes("inventory", "list prepare job file cancel retry"),
        fields=20,
    ),
    RequestBounds("inventory sheets on paper", ("inventory:sheet",), concurrency=PRINTS),
    RequestBounds(
        "works near a place",
        routes("roadworks", "nearby confirm unsubscribe year"),
        fields=20,
    ),
    RequestBounds("sheets of works", ("roadworks:site",), fields=20),
    RequestBounds(
        "declared works",
        routes("roadworks", "new edit preview"),
        body=attachments.MAX_BYTES + photos.MAX_BYTES + MEBIBYTE,
        sender=Sender.ACCOUNT,
        fields=400,
        files=2,
        items=(("phases", works.MAX_PHASES), ("points of a line", works.MAX_VERTICES)),
    ),
    RequestBounds(
        "calendars of works on paper",
        routes("roadworks", "prepare-year year-job year-file cancel-year retry-year"),
        fields=20,
    ),
    RequestBounds("orders and photos of works", routes("roadworks", "order photo thumbnail")),
    RequestBounds("pages of the feeds of road works", routes("roadworks-feeds", "list diffusion")),
    RequestBounds(
        "metadata of layers",
        ("metadata:edit", "metadata:remove-attachment", "metadata:attachment", "metadata:sitemap"),
        body=MEBIBYTE,
        sender=Sender.ACCOUNT,
        fields=60,
    ),
    RequestBounds(
        "attachments of layers",
        ("metadata:add-attachment",),
        body=attachments.MAX_BYTES + MEBIBYTE,
        sender=Sender.ACCOUNT,
        fields=10,
        files=1,
        concurrency=IMPORTS,
    ),
    RequestBounds(
        "sheets of features",
        ("explorer:feature", "explorer:neighbours", "explorer:photo"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
    ),
    RequestBounds(
        "map and its parts",
        routes(
            "explorer",
            "map layer-drawing layer-counts map-embed downloads filters values extent table table-menus timeline "
            "comparison question-menu question-answer",
        ),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        items=_MAP,
    ),
    RequestBounds(
        "values of rasters on the map",
        ("explorer:raster-values",),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        items=(("rasters", MAX_RASTERS), *_MAP),
    ),
    RequestBounds(
        "searches and questions",
        routes("explorer", "search suggestions understand typed-question figure nearby surroundings"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        concurrency=SEARCHES,
        items=(("characters", MAX_TEXT), *_MAP),
    ),
    RequestBounds(
        "statistics and charts",
        ("explorer:statistics", "dashboards:layer-chart", "dashboards:chart-file"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        concurrency=CHARTS,
        items=_MAP,
    ),
    RequestBounds(
        "pictures and files of a map",
        ("explorer:map-file", "explorer:map-picture"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        concurrency=PICTURES,
        items=_MAP,
    ),
    RequestBounds(
        "prints",
        ("explorer:print", "explorer:map-drawing"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        concurrency=PRINTS,
        items=_MAP,
    ),
    RequestBounds(
        "saved views",
        ("explorer:saved-views", "explorer:saved-view", "explorer:delete-saved-view"),
        body=ADDRESS_FORM,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        fields=MAX_PARAMETERS + 50,
    ),
    RequestBounds(
        "sharing",
        ("sharing:page", "sharing:code"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        concurrency=PICTURES,
        items=(("characters of an address", MAX_ADDRESS_CHARACTERS),),
    ),
    RequestBounds(
        "reports",
        ("explorer:report", "explorer:reports", "explorer:followed-report", "explorer:report-follow-up"),
        body=UNREAD_BODY,
        fields=30,
    ),
    RequestBounds(
        "entry of features",
        routes(
            "explorer",
            "entry entry-history entry-restore record-add record record-delete entry-file entry-comparison",
        ),
        body=settings.BODY_MAX_BYTES,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        fields=1_500,
        files=20,
    ),
    RequestBounds(
        "rows edited in place",
        routes(
            "explorer",
            "rows row row-add row-delete row-split row-step row-history rows-change rows-undo restoration",
        ),
        body=settings.BODY_MAX_BYTES,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        fields=1_500,
        items=(("rows of a page", rows.MAX_PAGE_ROWS), ("rows of a change", rows.MAX_CHANGED_ROWS)),
    ),
    RequestBounds(
        "tables of entry",
        ("explorer:entry-import",),
        body=settings.BODY_MAX_BYTES,
        sender=Sender.ACCOUNT,
        fields=50,
        files=1,
        concurrency=IMPORTS,
        items=(("changes", imports.MAX_CHANGES),),
    ),
    RequestBounds(
        "files of the import wizard",
        ("datasets:new", "datasets:deliver"),
        # Its own handler receives the file before its form is read.
        body=settings.UPLOAD_BODY_MAX_BYTES,
        sender=Sender.LOADER,
        files=1,
        concurrency=IMPORTS,
    ),
    RequestBounds(
        "columns of an import",
        ("datasets:columns", "datasets:preview", "datasets:reading", "datasets:partial"),
        body=5 * MEBIBYTE,
        sender=Sender.LOADER,
        query=LONG_ADDRESS,
        parameters=1_000,
        fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        concurrency=IMPORTS,
    ),
    RequestBounds(
        "states of an import",
        (
            "datasets:state",
            "datasets:cancel",
            "datasets:resume",
            "datasets:part",
            "datasets:abandon",
            "datasets:schema-change",
        ),
        fields=50,
    ),
    RequestBounds(
        "schemas of datasets",
        ("datasets:create", "datasets:schema"),
        body=5 * MEBIBYTE,
        sender=Sender.LOADER,
        fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        reads_full_layer=True,
        concurrency=IMPORTS,
    ),
    RequestBounds(
        "datasets and their versions",
        routes(
            "datasets",
            "moderation home deliveries versions delivery findings changes submit publish restore give-up drop "
            "editing edits "
            "review review-row review-dashboards review-points review-decision review-remark review-acceptance",
        ),
        fields=50,
        reads_full_layer=True,
    ),
    RequestBounds("exports of versions", ("datasets:export",), reads_full_layer=True, concurrency=EXPORTS),
    RequestBounds(
        "files of rasters",
        ("raster-pages:new", "raster-pages:raster"),
        body=settings.RASTER_BODY_MAX_BYTES,
        sender=Sender.RASTER_LOADER,
        fields=100,
        files=1,
        concurrency=IMPORTS,
    ),
    RequestBounds(
        "rasters and their versions",
        ("raster-pages:list", "raster-pages:upload", "raster-pages:style", "raster-pages:publish"),
        body=MEBIBYTE,
        sender=Sender.ACCOUNT,
        fields=200,
    ),
    RequestBounds(
        "style studio",
        routes("cartography", "studio document pictograms publish discard versions restore"),
        body=5 * MEBIBYTE,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=200,
        fields=500,
    ),
    RequestBounds(
        "reading a dashboard",
        routes(
            "dashboards",
            "list dashboard embed kiosk filters values panel panel-features miniature document schema "
            "favourite",
        ),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        fields=50,
        reads_full_layer=True,
        items=_DASHBOARD,
    ),
    RequestBounds(
        "files of a dashboard",
        ("dashboards:standalone-map", "dashboards:download"),
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        reads_full_layer=True,
        concurrency=PICTURES,
        items=_DASHBOARD,
    ),
    RequestBounds(
        "dashboards on paper",
        routes("dashboards", "print subscribe unsubscribe paper-job paper-file cancel-paper retry-paper"),
        body=ADDRESS_FORM,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        fields=MAX_PARAMETERS + 50,
        concurrency=PRINTS,
        items=_DASHBOARD,
    ),
    RequestBounds(
        "building a dashboard",
        routes(
            "dashboards",
            "library library-new library-panel library-delete new edit draft preview settings fields "
            "common-fields layers models publish changes withdraw purpose audience versions restore "
            "panel-library text duplicate delete",
        ),
        body=5 * MEBIBYTE,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=MAX_PARAMETERS,
        fields=MAX_PARAMETERS + 50,
        files=1,
        reads_full_layer=True,
        items=_DOCUMENT,
    ),
    RequestBounds(
        "sign-in and accounts",
        (
            "accounts:*",
            "clear-recent-pages",
            "account_*",
            "mfa_*",
            "socialaccount_connections",
            "single_sign_on_*",
            "openid_connect_*",
        ),
        # The page to come back to is in both; nobody is known yet.
        body=UNCHECKED_BYTES,
        query=LONG_ADDRESS,
        parameters=50,
        fields=50,
    ),
    RequestBounds("pages of moderation", ("moderation:*",), parameters=50, fields=300, reads_full_layer=True),
    RequestBounds(
        "answers to forms",
        ("webforms:form", "webforms:linked"),
        # Photos come with an answer, from people without account.
        body=ANSWER_BODY_MAX,
        fields=ANSWER_FIELDS_MAX,
        files=3 * MAX_PHOTOS,
        items=(("records of a repeated part", MAX_RECORDS),),
    ),
    RequestBounds(
        "pages of forms and of their answers",
        ("webforms:*",),
        body=4 * MEBIBYTE,
        sender=Sender.ACCOUNT,
        fields=MAX_ITEMS * 25,
        files=1,
        items=(("questions", MAX_ITEMS),),
    ),
    RequestBounds("pages of publication", ("publication:*",), fields=50, reads_full_layer=True),
    RequestBounds(
        "pages of management",
        ("management:*",),
        body=MEBIBYTE,
        sender=Sender.ACCOUNT,
        query=LONG_ADDRESS,
        parameters=50,
        fields=3_000,
        files=1,
        reads_full_layer=True,
    ),
    RequestBounds(
        "lists of the administration",
        (
            "admin:index",
            "admin:login",
            "admin:logout",
            "admin:password_change*",
            "admin:app_list",
            "admin:autocomplete",
            "admin:journal_journalentry_csv",
            "admin:*_changelist",
            "admin:*_delete",
            "admin:*_history",
            "administration/*/<path:object_id>/",
            "administration/(?P<url>.*)$",
        ),
        body=MEBIBYTE,
        sender=Sender.ACCOUNT,
        query=64 * KIBIBYTE,
        parameters=200,
        fields=3_000,
        reads_full_layer=True,
    ),
    RequestBounds(
        "forms of the administration",
        ("admin:*_add", "admin:*_change"),
        body=settings.BODY_MAX_BYTES,
        sender=Sender.ACCOUNT,
        query=64 * KIBIBYTE,
        parameters=200,
        fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        files=settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    ),
)
