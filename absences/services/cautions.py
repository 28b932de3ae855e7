"""What is out of the ordinary in a declaration, said before it is saved; a correspondent goes on knowingly."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Q
from django.utils.translation import gettext as _

from absences.errors import AbsencesError, OutsideCommune
from absences.models import Absence
from absences.services.declared import Place
from geo import french
from geo.models import Address, Commune
from geo.typed_addresses import tell_missing_number, tell_other_town
from sectors.models import Perimeter

# Two entrances of one house are farther apart in the address file than its own two positions.
SAME_HOME_M = 12


class Caution(StrEnum):
    """Why somebody is asked to confirm; the word that the form sends back."""

    DUPLICATE = "doublon"
    OTHER_NUMBER = "numero"
    OTHER_TOWN = "ville"
    OUTSIDE_SECTORS = "hors-secteur"
    SHORT = "court"
    LONG = "long"
    LATE = "tard"
    EARLY = "tot"


@dataclass(frozen=True, kw_only=True)
class Warned:
    """One caution in words; ``absence`` is the record of a duplicate, ``address`` the one that is outside, or
    that was chosen where a number or a town ``typed`` is not there; ``advice`` what one goes on with.
    """

    caution: Caution
    sentence: str
    advice: str = ""
    absence: int | None = None
    address: int | None = None
    typed: str = ""

    @property
    def code(self) -> str:
        """What confirms it: this duplicate, this address or number, so that another is asked about again."""
        return ":".join(str(part) for part in (self.caution, self.absence, self.address, self.typed) if part)


class ToConfirm(AbsencesError):
    """Quelque chose sort de l'ordinaire : à confirmer avant d'enregistrer."""

    def __init__(self, warned: Sequence[Warned]) -> None:
        super().__init__(self.__doc__)
        self.cautions = tuple(warned)


def check_place(commune: Commune, place: Place) -> None:
    """Refuse a point that is outside the commune.

    Raises
    ------
    OutsideCommune
        When its outline does not cover the point.
    """
    if not Commune.objects.filter(pk=commune.pk, outline__covers=place.point).exists():
        raise OutsideCommune


def confirm(warned: Collection[Warned], confirmed: Collection[str]) -> None:
    """Refuse when one of the cautions is not among the codes that were confirmed.

    Raises
    ------
    ToConfirm
        With all of them.
    """
    if any(each.code not in confirmed for each in warned):
        raise ToConfirm(list(warned))


def judge(
    commune: Commune,
    place: Place,
    first_day: dt.date,
    last_day: dt.date,
    *,
    declared_on: dt.date,
    but: int | None = None,
) -> list[Warned]:
    """Return what is out of the ordinary in an absence: its length, when it is declared, its place, its likes.

    Parameters
    ----------
    declared_on
        The day on which it is, or was, declared.
    but
        The key of the absence itself, when it is there already.
    """
    return [
        *judge_address(commune, place),
        *_judge_days(first_day, last_day, declared_on=declared_on),
        *_judge_sector(commune, place, first_day),
        *_judge_likes(commune, place, first_day, last_day, but=but),
    ]


def judge_address(commune: Commune, place: Place) -> Iterator[Warned]:
    """Tell in what an address that was chosen is not the one that was typed."""
    if not (place.missing_number or place.other_town):
        return
    address = Address.objects.get(pk=place.address_id)
    chosen = partial(Warned, advice=_("Vous avez choisi %(address)s.") % {"address": address}, address=address.pk)
    if place.missing_number:
        missing = tell_missing_number(address.street_name, place.missing_number)
        yield chosen(caution=Caution.OTHER_NUMBER, sentence=missing, typed=place.missing_number)
    if place.other_town:
        town = tell_other_town(commune, place.other_town)
        yield chosen(caution=Caution.OTHER_TOWN, sentence=town, typed=place.other_town)


def _judge_days(first_day: dt.date, last_day: dt.date, *, declared_on: dt.date) -> Iterator[Warned]:
    days, ahead = (last_day - first_day).days + 1, (first_day - declared_on).days
    if days < settings.ABSENCE_MIN_DAYS:
        yield _warn(
            Caution.SHORT,
            f"L'absence dure {french.counted(days, 'jour')} : le dispositif commence d'ordinaire à "
            f"{french.counted(settings.ABSENCE_MIN_DAYS, 'jour')}.",
        )
    if days > settings.ABSENCE_MAX_DAYS:
        yield _warn(
            Caution.LONG,
            f"L'absence dure {french.counted(days, 'jour')} : le dispositif s'arrête d'ordinaire à "
            f"{french.counted(settings.ABSENCE_MAX_DAYS, 'jour')}.",
        )
    if ahead < settings.ABSENCE_DECLARED_AT_LEAST_DAYS:
        yield _warn(
            Caution.LATE,
            "Le départ est trop proche : une absence se déclare d'ordinaire au moins "
            f"{french.counted(settings.ABSENCE_DECLARED_AT_LEAST_DAYS, 'jour')} avant.",
        )
    if ahead > settings.ABSENCE_DECLARED_AT_MOST_DAYS:
        yield _warn(
            Caution.EARLY,
            f"Le départ est dans {french.counted(ahead, 'jour')} : une absence se déclare d'ordinaire au plus "
            f"{french.counted(settings.ABSENCE_DECLARED_AT_MOST_DAYS, 'jour')} avant.",
        )


def find_sector(commune: Commune, point: Point, day: dt.date) -> Perimeter | None:
    """Return the perimeter in force on a day that covers a point; on a shared border, the lower number."""
    return (
        Perimeter.objects.in_force_on(day)
        .filter(sector__commune=commune)
        .covering(point)
        .select_related("sector")
        .order_by("sector__number")
        .first()
    )


def _judge_sector(commune: Commune, place: Place, first_day: dt.date) -> Iterator[Warned]:
    if find_sector(commune, place.point, first_day) is None:
        yield Warned(
            caution=Caution.OUTSIDE_SECTORS,
            sentence="Le logement n'est dans aucun secteur du dispositif ce jour-là.",
            address=place.address_id,
        )


def _judge_likes(
    commune: Commune, place: Place, first_day: dt.date, last_day: dt.date, *, but: int | None
) -> Iterator[Warned]:
    """Tell of absences at the same place on the same days, among those that whoever asks may see."""
    near = Q(address=place.address_id) | Q(point__distance_lte=(place.point, D(m=SAME_HOME_M)))
    likes = Absence.objects.listed().filter(near, commune=commune).overlapping(first_day, last_day)
    for like in likes.order_by("first_day", "pk"):
        if like.pk == but:
            continue
        yield Warned(
            caution=Caution.DUPLICATE,
            sentence=(
                f"Une absence est déjà enregistrée ici du {french.day(like.first_day)} au "
                f"{french.day(like.last_day)} (fiche n° {like.pk})."
            ),
            advice="Continuez s'il s'agit d'un autre logement à la même adresse.",
            absence=like.pk,
        )


def _warn(caution: Caution, sentence: str) -> Warned:
    return Warned(caution=caution, sentence=sentence)
