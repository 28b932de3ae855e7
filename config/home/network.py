"""The scheme's network on home pages: agreements that end or are missing, for who acts and who counts."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.home.blocks import Block, Figure, Task, Urgency
from geo import french
from geo.models import Commune
from sectors.forms.directory import WANTS_AN_ACT
from sectors.models import AgreementState
from sectors.services.directory import SectorLine, read_sectors

SEE = gettext_lazy("Voir les secteurs")


def describe_network_to_keep(commune: Commune) -> Block:
    """The block of the municipal police, who keep the agreements."""
    lines = read_sectors(commune.pk, today=timezone.localdate())
    tasks = (*_tell_missing(lines), *_tell_to_renew(lines), *_tell_ending(lines))
    done = Task(words=_("Chaque secteur a sa convention, et aucune n'arrive à son terme."), urgency=Urgency.DONE)
    return Block(title=_("Le réseau"), tasks=tasks or (done,))


def describe_network_in_figures(commune: Commune) -> Block:
    """The block of the council: how many sectors have an agreement, how many end."""
    lines = read_sectors(commune.pk, today=timezone.localdate())
    counted = {
        _("secteurs sous convention"): [line for line in lines if line.has_agreement],
        _("conventions à renouveler"): _in(lines, AgreementState.TO_RENEW),
        _("conventions dénoncées"): _in(lines, AgreementState.ENDING),
        _("secteurs sans convention"): [line for line in lines if not line.has_agreement],
    }
    figures = (Figure(value=french.whole(len(found)), label=label) for label, found in counted.items())
    return Block(title=_("Les conventions"), figures=tuple(figures))


def _in(lines: list[SectorLine], state: AgreementState) -> list[SectorLine]:
    return [line for line in lines if line.state is state]


def _tell_missing(lines: list[SectorLine]) -> Iterator[Task]:
    missing = [line for line in lines if not line.has_agreement]
    if missing:
        words = french.counted(
            len(missing),
            _("secteur n'a pas de convention en vigueur"),
            _("secteurs n'ont pas de convention en vigueur"),
        )
        yield Task(
            words=f"{words}.", detail=_name(missing), urgency=Urgency.NOW, url=_list(WANTS_AN_ACT), action=str(SEE)
        )


def _tell_to_renew(lines: list[SectorLine]) -> Iterator[Task]:
    ending = _in(lines, AgreementState.TO_RENEW)
    if ending:
        words = french.counted(
            len(ending), _("convention arrive à son terme"), _("conventions arrivent à leur terme")
        )
        is_urgent = any(line.is_urgent for line in ending)
        yield Task(
            words=f"{words}.",
            detail=_("%(sectors)s. Elle se renouvelle d'elle-même, sauf si une partie la dénonce avant.")
            % {"sectors": _name(ending)},
            urgency=Urgency.NOW if is_urgent else Urgency.SOON,
            url=_list(AgreementState.TO_RENEW),
            action=str(SEE),
        )


def _tell_ending(lines: list[SectorLine]) -> Iterator[Task]:
    denounced = _in(lines, AgreementState.ENDING)
    if denounced:
        words = french.counted(len(denounced), _("convention est dénoncée"), _("conventions sont dénoncées"))
        yield Task(words=f"{words}.", detail=_name(denounced), url=_list(AgreementState.ENDING), action=str(SEE))


def _name(lines: list[SectorLine]) -> str:
    """Name sectors with the day that matters to each, as far as there is one."""
    return ", ".join(
        _("%(sector)s (jusqu'au %(day)s)") % {"sector": line.sector, "day": french.day(line.until)}
        if line.has_agreement and line.until
        else str(line.sector)
        for line in lines
    )


def _list(narrowed: str) -> str:
    return f"{reverse('sectors:list')}?convention={narrowed}"
