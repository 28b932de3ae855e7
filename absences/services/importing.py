"""Enter a list of absences: all of them, or none."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.errors import AbsencesError
from absences.models import Absence
from absences.services.cautions import Caution, ToConfirm, Warned, find_sector
from absences.services.declared import Declaration
from absences.services.registry import declare
from accounts import audit
from geo.models import Address, Commune
from sectors.models import Sector

# Set aside for a whole list; a likely duplicate is told line by line, and is taken out of the list.
SET_ASIDE = frozenset({Caution.OUTSIDE_SECTORS, Caution.SHORT, Caution.LONG, Caution.LATE, Caution.EARLY})
ACCEPT = gettext_lazy("Accepter les absences hors des limites habituelles ou hors secteur")


class RefusedLines(AbsencesError):
    """Des lignes de la liste ne peuvent pas être enregistrées."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(self.__doc__)
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class UnderstoodLine:
    """A line of a list as it would be entered: where, and when; who lives there is not told."""

    line: int
    address: Address
    sector: Sector | None
    first_day: dt.date
    last_day: dt.date


@transaction.atomic
def enter_list(
    lines: Sequence[tuple[int, Declaration]],
    *,
    commune: Commune,
    today: dt.date,
    confirmed: Collection[Caution] = (),
) -> list[Absence]:
    """Enter the absences of a list, by line; a line that cannot be entered undoes all.

    Parameters
    ----------
    lines
        Line numbers of the file, and what each declares.
    confirmed
        The cautions that are set aside for the whole list.

    Raises
    ------
    RefusedLines
        With what is wrong, line by line.
    """
    entered: list[Absence] = []
    lines_of: dict[int | None, int] = {}
    problems: list[tuple[int, str]] = []
    for line, declaration in lines:
        try:
            absence = _declare(declaration, commune, today, confirmed)
        except ToConfirm as doubt:
            doubts = [each for each in doubt.cautions if each.caution not in confirmed]
            problems += [(line, _tell(each, lines_of.get(each.absence))) for each in doubts]
        except AbsencesError as error:
            problems.append((line, str(error)))
        else:
            entered.append(absence)
            lines_of[absence.pk] = line
    if problems:
        raise RefusedLines(problems)
    audit.record("absence.import", subjects=entered, reason=audit.Reason.PATROL)
    return entered


def try_list(
    lines: Sequence[tuple[int, Declaration]],
    *,
    commune: Commune,
    today: dt.date,
    confirmed: Collection[Caution] = (),
) -> list[Absence]:
    """Find out whether a list can be entered, and enter nothing of it: the absences are kept by nobody.

    Raises
    ------
    RefusedLines
        As `enter_list`, whose parameters these are.
    """
    with transaction.atomic():
        tried = enter_list(lines, commune=commune, today=today, confirmed=confirmed)
        transaction.set_rollback(True)
    return tried


def tell_places(lines: Sequence[tuple[int, Declaration]], *, commune: Commune) -> list[UnderstoodLine]:
    """Say which address and sector each line was understood to be in."""
    addresses = Address.objects.in_bulk({declaration.place.address_id for _, declaration in lines})
    told = []
    for line, declaration in lines:
        perimeter = find_sector(commune, declaration.place.point, declaration.first_day)
        told.append(
            UnderstoodLine(
                line=line,
                address=addresses[declaration.place.address_id],
                sector=perimeter.sector if perimeter else None,
                first_day=declaration.first_day,
                last_day=declaration.last_day,
            )
        )
    return told


def _declare(
    declaration: Declaration, commune: Commune, today: dt.date, confirmed: Collection[Caution]
) -> Absence:
    """Enter an absence, its cautions of some kinds set aside."""
    try:
        return declare(declaration, commune=commune, today=today)
    except ToConfirm as doubt:
        codes = [each.code for each in doubt.cautions if each.caution in confirmed]
        return declare(declaration, commune=commune, today=today, confirmed=codes)


def _tell(warned: Warned, same_as: int | None) -> str:
    """Say what is out of the ordinary in a line, and what to do of it: nothing is ticked line by line.

    ``same_as`` is the line of the list that is at the same place on the same days: it has no record yet.
    """
    if warned.caution in SET_ASIDE:
        return _("%(doubt)s Corrigez la ligne, ou cochez « %(accept)s ».") % {
            "doubt": warned.sentence,
            "accept": ACCEPT,
        }
    doubt = warned.sentence
    if same_as is not None:
        doubt = _("Même adresse que la ligne %(line)s, pour des jours communs.") % {"line": same_as}
    return _("%(doubt)s Ôtez la ligne ; s'il s'agit d'un autre logement, déclarez-le à part.") % {"doubt": doubt}
