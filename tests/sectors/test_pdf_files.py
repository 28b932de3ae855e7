import zlib

import pytest

from sectors.errors import NotAPdf
from sectors.pdf_files import MAX_BYTES, check_pdf
from tests.builders import PDF, build_pdf

START = b"startxref\n%d" % PDF.index(b"xref\n0 4")


def test_a_pdf_is_taken_whatever_its_pages_are_called():
    check_pdf(PDF)
    check_pdf(build_pdf(catalogue=b"/Title(JavaScript en mairie)/JSONish 1"))


def test_one_whose_references_are_an_object_is_taken():
    stream = zlib.compress(b"\0" * 20)
    body = b"%PDF-1.7\n4 0 obj\n<</Type/XRef/Length " + str(len(stream)).encode() + b">>stream\n" + stream
    check_pdf(body + b"\nendstream\nendobj\nstartxref\n9\n%%EOF")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "n'est pas celui d'un PDF"),
        (b"<html><script>alert(1)</script></html>", "n'est pas celui d'un PDF"),
        (b"PK\x03\x04" + PDF, "n'est pas celui d'un PDF"),
        (b"\n" + PDF, "n'est pas celui d'un PDF"),
        (b"%PDF-1.4\n", "incomplet"),
        (PDF[:-8], "incomplet"),
        (PDF.replace(START, b"startxref\n9999"), "incomplet"),
        (PDF.replace(START, b"startxref\n3"), "incomplet"),
        (PDF + b"x" * 2000, "incomplet"),
        (PDF.replace(b"<</Root", b"<</Encrypt 4 0 R/Root"), "mot de passe"),
        (build_pdf(catalogue=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), "un script"),
        (build_pdf(catalogue=b"/AA<</JS (x)>>"), "un script"),
        (build_pdf(catalogue=b"/A<</S/Launch/F(cmd.exe)>>"), "lance un programme"),
        (build_pdf(catalogue=b"/Type/EmbeddedFile"), "un fichier joint"),
        (PDF + b" " * MAX_BYTES, "5 Mo"),
    ],
)
def test_what_is_no_pdf_to_read_is_refused_with_what_to_do(content, why):
    with pytest.raises(NotAPdf, match=why):
        check_pdf(content)
