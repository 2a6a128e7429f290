"""A written piece is served without what acts when it is read, and with all that is read."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from layers.errors import InvalidParameter
from metadata.attachments.pdf_process import examine
from plui.packages import pdf_cleaning
from plui.packages.pdf_cleaning import clean
from plui.packages.removals import Removal, removal_words
from tests.pdf_pieces import (
    add_annotation,
    add_name,
    annotation,
    attached_file,
    document,
    hostile,
    link,
    on_opening,
    script,
    sound_pdf,
    written,
)


def before_printing(made: Pdf) -> None:
    made.Root.AA = Dictionary(WP=script(made))


def on_a_page(made: Pdf) -> None:
    made.pages[1].obj.AA = Dictionary(O=script(made))


def of_an_annotation(made: Pdf) -> None:
    add_annotation(made, annotation("Stamp", AA=Dictionary(E=script(made))))


def after_a_link(made: Pdf) -> None:
    target = Array([made.pages[1].obj, Name.Fit])
    add_annotation(made, link(S=Name.GoTo, D=target, Next=script(made)))


def in_the_names(made: Pdf) -> None:
    add_name(made, "JavaScript", script(made))


def of_a_bookmark(made: Pdf) -> None:
    made.Root.Outlines.First.A = script(made)


def of_a_field(made: Pdf) -> None:
    field = annotation("Widget", FT=Name.Tx, T=String("a"), AA=Dictionary(K=script(made)))
    add_annotation(made, field)
    made.Root.AcroForm = Dictionary(Fields=Array([made.pages[0].obj.Annots[-1]]), CO=Array([]))


def xfa(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(b"<xdp/>"))


def launch(made: Pdf) -> None:
    add_annotation(made, link(S=Name.Launch, F=String("cmd.exe")))


def submission(made: Pdf) -> None:
    add_annotation(made, link(S=Name.SubmitForm, F=String("https://example.org/")))


def imported_values(made: Pdf) -> None:
    add_annotation(made, link(S=Name.ImportData, F=String("a.fdf")))


def embedded_file(made: Pdf) -> None:
    add_name(made, "EmbeddedFiles", attached_file(made))


def attached_to_a_page(made: Pdf) -> None:
    add_annotation(made, annotation("FileAttachment", FS=attached_file(made)))


def associated_file(made: Pdf) -> None:
    made.pages[0].obj.AF = Array([attached_file(made)])


def portfolio(made: Pdf) -> None:
    made.Root.Collection = Dictionary(View=Name.D)


def rich_media(made: Pdf) -> None:
    content = Dictionary(Assets=Dictionary(Names=Array([String("a.swf"), attached_file(made)])))
    add_annotation(made, annotation("RichMedia", RichMediaContent=content))


def film(made: Pdf) -> None:
    add_annotation(made, annotation("Movie", Movie=Dictionary(F=String("a.avi"))))


def rendition(made: Pdf) -> None:
    add_annotation(made, annotation("Screen", A=Dictionary(S=Name.Rendition, OP=0, JS=String("x"))))


def inside_an_embedded_file(made: Pdf) -> None:
    add_annotation(made, link(S=Name.GoToE, T=Dictionary(R=Name.C, N=String("a.pdf"))))


def file_of_the_network(made: Pdf) -> None:
    add_annotation(made, link(S=Name.GoToR, F=String("\\\\host\\share\\a.pdf"), D=Array([0, Name.Fit])))


def two_names_of_a_file(made: Pdf) -> None:
    file = Dictionary(UF=String("a.pdf"), F=String("file:///a.pdf"))
    add_annotation(made, link(S=Name.GoToR, F=file, D=Array([0, Name.Fit])))


def file_of_the_document(made: Pdf) -> None:
    made.Root.AF = Array([attached_file(made)])


def script_address(made: Pdf) -> None:
    add_annotation(made, link(S=Name.URI, URI=String("javascript:alert(1)")))


def file_address(made: Pdf) -> None:
    add_annotation(made, link(S=Name.URI, URI=String("file:///etc/passwd")))


def printing(made: Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)


def external_stream(made: Pdf) -> None:
    made.pages[0].obj.Contents = made.make_stream(b"", F=String("https://example.org/a"))


def page_of_another_file(made: Pdf) -> None:
    form = made.make_stream(b"", Subtype=Name.Form, Ref=Dictionary(F=String("a.pdf"), Page=0))
    made.pages[0].obj.Resources.XObject = Dictionary(AA=form)


def postscript(made: Pdf) -> None:
    made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_stream(b"run", Subtype=Name.PS))


HOSTILE: dict[Callable[[Pdf], None], Removal] = {
    on_opening: Removal.SCRIPT,
    before_printing: Removal.SCRIPT,
    on_a_page: Removal.SCRIPT,
    of_an_annotation: Removal.SCRIPT,
    after_a_link: Removal.SCRIPT,
    in_the_names: Removal.SCRIPT,
    of_a_bookmark: Removal.SCRIPT,
    of_a_field: Removal.SCRIPT,
    xfa: Removal.XFA,
    launch: Removal.PROGRAM,
    submission: Removal.FORM,
    imported_values: Removal.FORM,
    embedded_file: Removal.EMBEDDED,
    attached_to_a_page: Removal.EMBEDDED,
    associated_file: Removal.EMBEDDED,
    portfolio: Removal.EMBEDDED,
    rich_media: Removal.MEDIA,
    film: Removal.MEDIA,
    rendition: Removal.MEDIA,
    inside_an_embedded_file: Removal.OTHER_FILE,
    file_of_the_network: Removal.OTHER_FILE,
    two_names_of_a_file: Removal.OTHER_FILE,
    file_of_the_document: Removal.EMBEDDED,
    script_address: Removal.ADDRESS,
    file_address: Removal.ADDRESS,
    printing: Removal.AUTOMATIC,
    external_stream: Removal.EXTERNAL,
    page_of_another_file: Removal.EXTERNAL,
    postscript: Removal.PROGRAM,
}


def copy_of(content: bytes) -> bytes:
    copy = clean(content).content
    assert copy is not None
    return copy


def reader(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(content))


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_what_acts_is_counted_by_its_kind(change: Callable[[Pdf], None]) -> None:
    assert clean(hostile(change)).removed == {HOSTILE[change].value: 1}


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_nothing_is_left_to_remove_of_a_copy(change: Callable[[Pdf], None]) -> None:
    assert clean(copy_of(hostile(change))).content is None


@pytest.mark.parametrize("mode", pikepdf.ObjectStreamMode.__members__.values(), ids=str)
def test_object_streams_hide_nothing(mode: pikepdf.ObjectStreamMode) -> None:
    root: Any = reader(copy_of(hostile(on_opening, object_stream_mode=mode))).trailer["/Root"]
    assert "/OpenAction" not in root


def test_the_text_of_a_copy_is_that_of_the_original() -> None:
    content = hostile(on_opening)
    pages = [[page.extract_text() for page in reader(each).pages] for each in (content, copy_of(content))]
    assert pages[1] == pages[0]
    assert "Article UB 1, 2" in pages[1][1]


def test_a_copy_has_the_labels_of_pages() -> None:
    assert reader(copy_of(hostile(on_opening))).page_labels == ["i", "1"]


def test_a_copy_has_the_bookmarks() -> None:
    outline: Any = reader(copy_of(hostile(on_opening))).outline
    assert [each.title for each in outline] == ["Dispositions générales", "Zone UB"]


def test_a_copy_has_the_links_to_its_pages_and_to_the_web() -> None:
    annotations: Any = reader(copy_of(hostile(on_opening))).pages[0]["/Annots"]
    actions = [each.get_object()["/A"]["/S"] for each in annotations]
    assert actions == ["/GoTo", "/URI"]


def test_a_link_that_also_runs_a_script_still_leads_to_its_page() -> None:
    annotations: Any = reader(copy_of(hostile(after_a_link))).pages[0]["/Annots"]
    action = annotations[-1].get_object()["/A"]
    assert action["/S"] == "/GoTo"
    assert "/Next" not in action


def test_a_copy_has_the_tags_the_metadata_and_the_layers() -> None:
    def tagged(made: Pdf) -> None:
        on_opening(made)
        made.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name.Document))
        made.Root.Metadata = made.make_stream(b"<x/>", Type=Name.Metadata, Subtype=Name.XML)
        made.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary())

    root: Any = reader(copy_of(hostile(tagged))).trailer["/Root"]
    assert {"/StructTreeRoot", "/Metadata", "/OCProperties"} <= set(root)


def test_names_that_a_file_chose_are_no_actions() -> None:
    def fonts_of_odd_names(made: Pdf) -> None:
        fonts = made.pages[0].obj.Resources.Font
        fonts.AA, fonts.JS, fonts.A = fonts.F1, fonts.F1, fonts.F1

    assert clean(hostile(fonts_of_odd_names)).content is None


@pytest.mark.parametrize(
    "action",
    [
        {"S": Name.GoToR, "F": String("200057974_padd_20240115.pdf"), "D": Array([2, Name.Fit])},
        {"S": Name.URI, "URI": String("mailto:urbanisme@example.org")},
        {"S": Name.URI, "URI": String("200057974_padd_20240115.pdf#page=2")},
        {"S": Name.Named, "N": Name.NextPage},
    ],
    ids=["another piece", "mail", "relative", "next page"],
)
def test_a_link_that_only_leads_somewhere_stays(action: dict[str, Any]) -> None:
    assert clean(hostile(lambda made: add_annotation(made, link(**action)))).content is None


def test_a_sound_file_is_served_as_it_came() -> None:
    cleaned = clean(sound_pdf(3))
    assert cleaned.content is None
    assert cleaned.pages == 3


def test_a_former_revision_does_not_hide_a_script() -> None:
    content = sound_pdf() + b"9 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n%%EOF\n"
    cleaned = clean(content)
    assert Removal.HIDDEN in cleaned.removed or Removal.STRUCTURE in cleaned.removed
    examine(copy_of(content))


def test_a_signature_goes_with_the_copy_and_is_named() -> None:
    def signed(made: Pdf) -> None:
        value = made.make_indirect(Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3])))
        add_annotation(made, annotation("Widget", FT=Name.Sig, T=String("a"), V=value))
        made.Root.AcroForm = Dictionary(Fields=Array([made.pages[0].obj.Annots[-1]]), SigFlags=3)

    def signed_with_a_script(made: Pdf) -> None:
        signed(made)
        on_opening(made)

    assert clean(hostile(signed)).content is None
    assert clean(hostile(signed_with_a_script)).removed == {"script": 1, "signature": 1}


def test_a_damaged_file_is_served_as_a_repaired_copy() -> None:
    content = sound_pdf()
    cut = content[: content.rindex(b"xref")] + b"%%EOF\n"
    assert clean(cut).removed == {Removal.STRUCTURE.value: 1}
    assert "Article UB 1" in reader(copy_of(cut)).pages[0].extract_text()


def encrypted(user: str) -> bytes:
    return written(document(), encryption=pikepdf.Encryption(owner="owner", user=user, R=6))


@pytest.mark.parametrize("user", ["", "secret"])
def test_a_locked_file_is_refused_with_the_reason(user: str) -> None:
    with pytest.raises(InvalidParameter, match="mot de passe"):
        clean(encrypted(user))


@pytest.mark.parametrize(
    "content", [b"", b"MZ", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\n" + b"\x00" * 100], ids=len
)
def test_what_is_no_readable_file_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidParameter, match="endommagé"):
        clean(content)


def test_a_file_that_grows_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def bomb(made: Pdf) -> None:
        on_opening(made)
        made.pages[0].obj.Contents = made.make_stream(bytes(1_000_000))

    monkeypatch.setattr(pdf_cleaning, "MAX_INFLATED", 100_000)
    with pytest.raises(InvalidParameter, match="trop grand"):
        clean(hostile(bomb))


def test_every_kind_has_its_words() -> None:
    words = removal_words({kind.value: 2 for kind in Removal})
    assert [str(kind.label) for kind in Removal if str(kind.label) not in words] == []
