"""PDF files as written pieces of a plan: sound ones, and ones with each thing that acts when they are read."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

SCRIPT_ACTION = {"/S": Name.JavaScript, "/JS": String("app.alert(1)")}


def sound_pdf(pages: int = 2, text: str = "Article UB 1") -> bytes:
    """Return a PDF of some pages, each with a text, labelled i, ii, 1…; with bookmarks and links."""
    return written(document(pages, text))


def document(pages: int = 2, text: str = "Article UB 1") -> Pdf:
    """Return the document of ``sound_pdf``, to be changed."""
    made = pikepdf.new()
    font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        page = made.add_blank_page(page_size=(595, 842)).obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = made.make_stream(f"BT /F1 12 Tf 60 760 Td ({text}, {number + 1}) Tj ET".encode())
    first, last = made.pages[0].obj, made.pages[-1].obj
    first.Annots = Array(
        [
            made.make_indirect(link(S=Name.GoTo, D=Array([last, Name.Fit]))),
            made.make_indirect(link(S=Name.URI, URI=String("https://www.legifrance.gouv.fr/"))),
        ]
    )
    made.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 1, Dictionary(S=Name.D, St=1)]))
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Dispositions générales", 0))
        outline.root.append(pikepdf.OutlineItem("Zone UB", pages - 1))
    return made


def link(**action: Any) -> Dictionary:
    """Return an annotation that does an action when it is clicked."""
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 20]), A=Dictionary(**action))


def annotation(subtype: str, **parts: Any) -> Dictionary:
    """Return an annotation of a kind."""
    return Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=Array([0, 0, 9, 9]), **parts)


def written(made: Pdf, **options: Any) -> bytes:
    """Return the bytes of a document, the same whenever it is made."""
    content = BytesIO()
    made.save(content, deterministic_id="encryption" not in options, **options)
    return content.getvalue()


def hostile(change: Callable[[Pdf], None], **options: Any) -> bytes:
    """Return the sound document once changed."""
    made = document()
    change(made)
    return written(made, **options)


def script(made: Pdf) -> Dictionary:
    """Return an action that runs a script, as an object of its own."""
    return made.make_indirect(Dictionary(SCRIPT_ACTION))


def on_opening(made: Pdf) -> None:
    """Make a document run a script when it is opened."""
    made.Root.OpenAction = script(made)


def add_annotation(made: Pdf, each: Dictionary) -> None:
    """Add an annotation to the first page."""
    made.pages[0].obj.Annots.append(made.make_indirect(each))


def add_name(made: Pdf, tree: str, value: Any) -> None:
    """Add a value to a name tree of the document."""
    names = made.Root.get("/Names", Dictionary())
    names[Name(f"/{tree}")] = Dictionary(Names=Array([String("a"), value]))
    made.Root.Names = names


def attached_file(made: Pdf) -> Dictionary:
    """Return the specification of a file inside the document."""
    stream = made.make_stream(b"MZ program", Type=Name.EmbeddedFile)
    return made.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=stream)))
