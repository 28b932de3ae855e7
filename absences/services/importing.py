"""Enter a list of absences: all of them, or none."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from absences.errors import AbsencesError, ToConfirm
from absences.models import Absence
from absences.services.cautions import Caution
from absences.services.declared import Declaration
from absences.services.registry import declare
from accounts import audit
from geo.models import Commune

# Set aside for a whole list; a likely duplicate is told line by line, and is taken out of the list.
SET_ASIDE = frozenset(caution.value for caution in Caution if caution is not Caution.DUPLICATE)


class RefusedLines(AbsencesError):
    """Des lignes de la liste ne peuvent pas être enregistrées."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(self.__doc__)
        self.problems = tuple(problems)


@transaction.atomic
def enter_list(
    lines: Sequence[tuple[int, Declaration]],
    *,
    commune: Commune,
    today: dt.date,
    confirmed: Collection[str] = (),
) -> list[Absence]:
    """Enter the absences of a list, by line; a line that cannot be entered undoes all.

    Parameters
    ----------
    lines
        Line numbers of the file, and what each declares.
    confirmed
        Codes of the cautions that are set aside for the whole list.

    Raises
    ------
    RefusedLines
        With what is wrong, line by line.
    """
    entered: list[Absence] = []
    problems: list[tuple[int, str]] = []
    for line, declaration in lines:
        try:
            entered.append(declare(declaration, commune=commune, today=today, confirmed=confirmed))
        except ToConfirm as doubt:
            problems += [(line, each.sentence) for each in doubt.cautions if each.code not in confirmed]  # type: ignore[attr-defined]
        except AbsencesError as error:
            problems.append((line, str(error)))
    if problems:
        raise RefusedLines(problems)
    audit.record("absence.import", subjects=entered, reason=audit.Reason.PATROL)
    return entered
