"""The PDF is tagged and tells its language; every format says the same, byte for byte."""

import io
import zipfile

import pikepdf
import pytest

from knutpunkt.reports.rendering import docx_of, open_data_of, page_of, pdf_of, zipped
from knutpunkt.reports.rendering.hyphens import joints
from reports.pdf_text import broken_words, lines_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.usefixtures("swedish_network"),
]

CSV = {"mandates", "clauses", "openings", "forecasts", "costs_by_year", "changes", "facts"}


@pytest.fixture(scope="module")
def content(winter_draft):
    return pdf_of(winter_draft.document)


@pytest.fixture(scope="module")
def pdf(content):
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield opened


def tags(node, found=None):
    """Every structure element of a tagged PDF."""
    found = [] if found is None else found
    children = node.get("/K") if isinstance(node, pikepdf.Dictionary) else None
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append(node)
    if isinstance(children, pikepdf.Array):
        for child in children:
            tags(child, found)
    elif isinstance(children, pikepdf.Dictionary):
        tags(children, found)
    return found


def test_the_pdf_is_tagged_and_names_its_language_and_title(pdf):
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "sv-SE"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert "Uppdrag att öppna minst 28 servicekontor" in str(metadata["dc:title"])
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"


def test_tables_have_headers_figures_alternatives_and_headings_an_order(pdf):
    found = tags(pdf.Root.StructTreeRoot)
    kinds = {str(tag.S) for tag in found}
    assert {"/H1", "/H2", "/P", "/L", "/Table", "/TR", "/TH", "/TD", "/Figure", "/TOC"} <= kinds
    assert sum(str(tag.S) == "/Table" for tag in found) >= 5
    figures = [tag for tag in found if str(tag.S) == "/Figure"]
    assert figures
    assert all("Karta över Sveriges kommuner" in str(figure.Alt) for figure in figures)


def test_open_data_lies_inside_the_pdf_with_the_facts(pdf, winter_draft):
    names = set(pdf.attachments)
    assert {f"{name}.csv" for name in CSV} | {"facts.json"} <= names
    inside = pdf.attachments["facts.json"].get_file().read_bytes()
    assert inside == winter_draft.facts.canonical()


def test_no_font_of_the_machine_is_used(pdf):
    fonts = {str(f.BaseFont) for page in pdf.pages for f in page.Resources.Font.values()}
    assert all("Libertinus" in name or "DejaVuSansMono" in name for name in fonts)


def test_the_text_layer_can_be_read(pdf):
    text = " ".join(lines_of(pdf))
    assert "Sammanfattning" in text
    assert "med 80 procents säkerhet senast den" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_every_word_broken_over_lines_is_broken_at_a_joint(pdf):
    broken = list(broken_words(pdf))
    assert broken
    for first, rest in broken:
        assert len(first) in joints(first + rest), f"{first}-{rest}"


def test_the_fingerprint_is_printed_in_the_imprint(winter_draft):
    assert any(winter_draft.fingerprint in line for line in winter_draft.document.imprint)


@pytest.mark.parametrize("written", [pdf_of, page_of, docx_of])
def test_the_same_document_gives_the_same_bytes(winter_draft, written):
    assert written(winter_draft.document) == written(winter_draft.document)


def test_every_format_says_every_figure(winter_draft):
    html = page_of(winter_draft.document).decode().replace("\N{SOFT HYPHEN}", "")
    with zipfile.ZipFile(io.BytesIO(docx_of(winter_draft.document))) as archive:
        word = archive.read("word/document.xml").decode()
    for _, _, run in winter_draft.document.runs():
        if run.fact and "&" not in run.text and '"' not in run.text and "'" not in run.text:
            assert run.text in html
            assert run.text in word
    assert 'lang="sv"' in html
    assert 'descr="Karta' in word


def test_an_archive_depends_on_nothing_but_its_files():
    assert zipped({"a.csv": b"1\n"}) == zipped({"a.csv": b"1\n"})


def test_a_text_that_a_spreadsheet_would_run_is_written_as_text(facts):
    facts.put("mandate.title", "=HYPERLINK(1)", "text", "a test")
    assert b"'=HYPERLINK(1)" in open_data_of(facts)["mandates.csv"]
