"""A list of absences to import: its file, then which column says what."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.forms.households import HouseholdForm
from absences.importers.lists import MAX_BYTES, TARGETS, Table, as_cells, as_table, guess_columns
from geo.address_search import Candidate
from geo.importers.sheet_worker import MAX_CELL, MAX_COLUMNS, MAX_ROWS

NO_COLUMN = ""
ADDRESSES_NAMED = 4


class ListFileForm(forms.Form):
    """The file of a list; read at once and kept nowhere."""

    file = forms.FileField(
        label=gettext_lazy("Liste à importer"),
        help_text=gettext_lazy("CSV ou XLSX, 5 Mo et 2 000 lignes au plus. Le fichier n'est pas gardé."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("Le fichier dépasse 5 Mo : partagez la liste."))
        return file


class MatchingForm(forms.Form):
    """Which column fills which field; the table itself travels with the page, and is kept nowhere."""

    table = forms.CharField(widget=forms.HiddenInput, max_length=MAX_BYTES)

    def __init__(self, *args: Any, headings: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [
            (str(number), heading or _("colonne %(number)s") % {"number": number + 1})
            for number, heading in enumerate(headings)
        ]
        for target in TARGETS:
            self.fields[target.field] = forms.ChoiceField(
                label=target.heading,
                required=target.is_needed,
                choices=[(NO_COLUMN, _("aucune colonne")), *columns],
            )

    @classmethod
    def guessing(cls, table: Table) -> "MatchingForm":
        """A form with the columns that the headings suggest."""
        guessed = {field: str(column) for field, column in guess_columns(table.headings).items()}
        cells = json.dumps(as_cells(table), ensure_ascii=False)
        return cls(headings=table.headings, initial={"table": cells, **guessed})

    @property
    def columns(self) -> dict[str, int]:
        """The column of each field that has one, once the form is valid."""
        chosen = {target.field: self.cleaned_data[target.field] for target in TARGETS}
        return {field: int(column) for field, column in chosen.items() if column != NO_COLUMN}


class LineForm(HouseholdForm):
    """A line of a list as the form of a declaration: what is wrong is mended in the file."""

    def ask(self, doubt: str, found: Sequence[Candidate]) -> None:
        """Refuse the address with what is in doubt of it, and name those that it may be."""
        likely = [each for each in found if each.is_exact and each.is_in_its_street] or found
        named = [each.label for each in likely[:ADDRESSES_NAMED]]
        if len(likely) > ADDRESSES_NAMED:
            named[-1] += _(" ou une autre")
        choice = _("Écrivez l'adresse exacte (%(named)s), ou ôtez la ligne.") % {"named": ", ".join(named)}
        self.add_error("address_text", f"{doubt} {choice if found else ''}".strip())


def read_sent_table(text: str) -> Table | None:
    """Read the table that came back with the page; None when it was tampered with."""
    try:
        cells = json.loads(text)
        is_sound = 1 < len(cells) <= MAX_ROWS + 1 and all(
            len(row) <= MAX_COLUMNS + 1 and all(isinstance(cell, str) and len(cell) <= MAX_CELL for cell in row)
            for row in cells
        )
        return as_table(cells) if is_sound else None
    except (ValueError, TypeError, IndexError):
        return None
