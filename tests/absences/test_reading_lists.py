"""What is read of the file of a list: its cells, its columns, and what is no list."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import load_workbook

from absences.choices import PassagesPerWeek
from absences.errors import UnreadableList
from absences.forms.lists import LineForm
from absences.importers.cells import PEOPLE, NotRead, as_hour, as_people, as_tick, one_of
from absences.importers.lists import TARGETS, as_declaration, guess_columns, read_list
from absences.importers.template import write_template
from geo.importers.limited_process import told_of
from geo.importers.sheet_worker import MAX_UNPACKED_BYTES, read_cells
from tests.absences.entered import (
    FIRST,
    HEADINGS,
    SECOND,
    as_csv,
    as_workbook,
    columns_of,
)


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1252")])
def test_a_text_list_is_read_whatever_its_separator_and_encoding(separator, encoding):
    table = read_list(as_csv(HEADINGS, FIRST, [""] * 7, SECOND, separator=separator, encoding=encoding))

    assert table.headings == tuple(HEADINGS)
    assert table.rows == ((2, tuple(FIRST)), (4, tuple(SECOND)))


def test_a_workbook_is_read_by_its_content_with_its_dates():
    table = read_list(as_workbook(["Adresse", "Début"], ["11 rue des Lilas", dt.date(2026, 9, 1)], [12, 1.5]))

    assert table.rows == ((2, ("11 rue des Lilas", "2026-09-01")), (3, ("12", "1.5")))


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (MAX_UNPACKED_BYTES + 1))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "n'a pas de ligne sous ses titres"),
        (as_csv(HEADINGS), "n'a pas de ligne sous ses titres"),
        (b"\0\1\2", "ni un CSV ni un classeur"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "ni un CSV ni un classeur"),
        (b"\x89PNG\r\n\x1a\n;;\n1;2", "ni un CSV ni un classeur"),
        (b"Voici les absences.\nMerci d'avance.", "Ce n'est pas un tableau : il n'y a qu'une colonne"),
        (b"PK\x03\x04 oops", "abîmé"),
        (bomb(), "le zip décompressé dépasse 40 Mio"),
        (as_csv(HEADINGS, ["x" * 501]), "Une case dépasse 500 signes"),
        (as_csv(HEADINGS, ["x"] * 61), "plus de 60 colonnes"),
        (as_csv(HEADINGS, *([["x"]] * 2001)), "plus de 2000 lignes"),
    ],
)
def test_what_is_no_list_is_refused_without_a_word_of_it(content, problem):
    assert problem in told_of(read_cells, content)["problem"]


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(UnreadableList, match="dépasse 5 Mo"):
        read_list(b"x" * (5 * 1024 * 1024 + 1))


def test_columns_are_guessed_by_their_headings():
    assert columns_of(HEADINGS) == {
        "address_text": "0",
        "first_day": "1",
        "last_day": "2",
        "name": "3",
        "phone": "4",
        "animals": "5",
    }


def test_a_list_has_a_column_for_each_answer_of_the_form():
    of_the_address = {"address_choice", "address", "address_shown", "address_typed", "lon", "lat"}

    assert {target.field for target in TARGETS} == (set(LineForm.base_fields) - of_the_address) | {PEOPLE}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_is_read_back_with_every_column_known(extension):
    table = read_list(write_template(extension))

    assert set(guess_columns(table.headings)) == {target.field for target in TARGETS}
    assert as_declaration(table.rows[0][1], guess_columns(table.headings))[1] == {}


def test_the_workbook_of_the_template_opens():
    assert load_workbook(io.BytesIO(write_template("xlsx"))).active["A1"].value == "Adresse"


@pytest.mark.parametrize(
    ("read", "said", "problem"),
    [
        (as_hour, "25 h", "« 25 h » n'est pas une heure. Écrivez-la ainsi : 18 h 30."),
        (as_hour, "midi", "n'est pas une heure"),
        (as_tick, "peut-être", "« peut-être » n'est ni oui ni non. Écrivez l'un des deux."),
        (as_people, "Rose, mardy", "« mardy » n'est ni à quel titre on vient (Famille ou ami, Voisin,"),
        (as_people, "Rose, du 31/02/2026", "« 31/02/2026 » n'est pas une date."),
        (as_people, "Rose, du", "« du » n'est ni à quel titre on vient"),
        (
            one_of(PassagesPerWeek.choices),
            "6",
            "« 6 » n'est pas un mot de la liste. Écrivez l'un de ceux-ci : Deux par",
        ),
    ],
)
def test_a_cell_that_is_not_read_says_what_to_write(read, said, problem):
    with pytest.raises(NotRead) as refused:
        read("x", said)

    assert problem in str(refused.value).replace("\u00a0", " ")
