"""The scheme's network on home pages: what awaits a decision, ends or lacks, for who acts and who counts."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.person import Person
from config.home.blocks import Block, Figure, Task, Urgency
from geo import french
from geo.models import Commune
from sectors.forms.directory import VACANT, WANTS_AN_ACT
from sectors.models import AgreementState, Proposal, ProposalStep
from sectors.services import decisions
from sectors.services.directory import SectorLine, read_sectors
from sectors.services.referents import MANDATES

SEE = gettext_lazy("Voir les secteurs")


def describe_network_to_keep(commune: Commune, person: Person) -> Block:
    """The block of the municipal police, who decide on perimeters and keep the agreements."""
    lines = read_sectors(commune.pk, today=timezone.localdate())
    tellers = (_tell_missing, _tell_to_renew, _tell_ending, _tell_vacant, _tell_silent)
    tasks = (*tell_decisions(person), *_tell_proposals(), *(task for tell in tellers for task in tell(lines)))
    words = _("Chaque secteur a sa convention, ses référents et ses réunions ; rien n'arrive à son terme.")
    done = Task(words=words, urgency=Urgency.DONE)
    return Block(title=_("Le réseau"), tasks=tasks or (done,))


def describe_network_in_figures(commune: Commune) -> Block:
    """The block of the council: how many sectors have an agreement, how many end, how many mandates are held."""
    lines = read_sectors(commune.pk, today=timezone.localdate())
    counted = {
        _("secteurs sous convention"): [line for line in lines if line.has_agreement],
        _("conventions à renouveler"): _in(lines, AgreementState.TO_RENEW),
        _("conventions dénoncées"): _in(lines, AgreementState.ENDING),
        _("secteurs sans convention"): [line for line in lines if not line.has_agreement],
    }
    figures = [Figure(value=french.whole(len(found)), label=label) for label, found in counted.items()]
    held = _("%(held)s sur %(asked)s") % {
        "held": french.whole(sum(line.referents for line in lines)),
        "asked": french.whole(MANDATES * len(lines)),
    }
    figures.append(Figure(value=held, label=_("mandats de référent tenus")))
    met = sum(line.has_met_lately for line in lines)
    figures.append(Figure(value=french.whole(met), label=_("secteurs réunis depuis un an")))
    orphans = sum(line.is_orphan for line in lines)
    figures.append(Figure(value=french.whole(orphans), label=_("secteurs sans référent")))
    return Block(title=_("Le réseau"), figures=tuple(figures))


def tell_decisions(person: Person) -> Iterator[Task]:
    """What was decided of the proposals that the person made, until they have read it."""
    for step in decisions.unread_by(person.account_id):
        is_done = step.kind == ProposalStep.Kind.APPROVED
        told = {"proposal": step.proposal, "state": step.proposal.get_state_display().lower()}
        yield Task(
            words=_("%(proposal)s : %(state)s.") % told,
            detail=_("« %(reason)s »") % {"reason": step.comment} if step.comment else "",
            url=reverse("sectors:proposal", args=[step.proposal_id]),
            action=_("Lire la décision"),
            urgency=Urgency.SOON if is_done else Urgency.NOW,
        )


def _tell_proposals() -> Iterator[Task]:
    waiting = dict(Proposal.objects.in_work().order_by().values_list("state").annotate(Count("pk")))
    for state, one, several in (
        (
            Proposal.State.PROPOSED,
            _("proposition de périmètre attend d'être vérifiée"),
            _("propositions de périmètre attendent d'être vérifiées"),
        ),
        (
            Proposal.State.CHECKED,
            _("proposition de périmètre attend d'être approuvée"),
            _("propositions de périmètre attendent d'être approuvées"),
        ),
    ):
        if number := waiting.get(state, 0):
            yield Task(
                words=f"{french.counted(number, one, several)}.",
                url=reverse("sectors:perimeters"),
                action=_("Voir les périmètres"),
                urgency=Urgency.NOW,
            )


def _in(lines: list[SectorLine], state: AgreementState) -> list[SectorLine]:
    return [line for line in lines if line.state is state]


def _tell_missing(lines: list[SectorLine]) -> Iterator[Task]:
    upcoming = _in(lines, AgreementState.UPCOMING)
    if upcoming:
        words = french.counted(
            len(upcoming),
            _("secteur attend l'entrée en vigueur de sa convention"),
            _("secteurs attendent l'entrée en vigueur de leur convention"),
        )
        yield Task(words=f"{words}.", detail=_name(upcoming), url=_list(WANTS_AN_ACT), action=str(SEE))
    missing = [line for line in lines if not line.has_agreement and line not in upcoming]
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
            detail=ngettext(
                "%(sectors)s. Elle se renouvelle d'elle-même, sauf si une partie la dénonce avant.",
                "%(sectors)s. Elles se renouvellent d'elles-mêmes, sauf si une partie les dénonce avant.",
                len(ending),
            )
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


def _tell_vacant(lines: list[SectorLine]) -> Iterator[Task]:
    vacant = [line for line in lines if line.vacant_mandates]
    if not vacant:
        return
    orphans = [line for line in vacant if line.is_orphan]
    mandates = sum(line.vacant_mandates for line in vacant)
    words = french.counted(mandates, _("mandat de référent est vacant"), _("mandats de référent sont vacants"))
    told = {
        _("Sans aucun référent, personne n'y lit vos messages : %(sectors)s."): orphans,
        _("Un de deux, dans : %(sectors)s."): [line for line in vacant if not line.is_orphan],
    }
    detail = " ".join(
        sentence % {"sectors": ", ".join(str(line.sector) for line in found)}
        for sentence, found in told.items()
        if found
    )
    url = f"{reverse('sectors:list')}?referents={VACANT}"
    urgency = Urgency.NOW if orphans else Urgency.SOON
    yield Task(words=f"{words}.", detail=detail, urgency=urgency, url=url, action=str(SEE))


def _tell_silent(lines: list[SectorLine]) -> Iterator[Task]:
    silent = [line for line in lines if not line.has_met_lately]
    if silent:
        words = french.counted(
            len(silent),
            _("secteur ne s'est pas réuni depuis un an"),
            _("secteurs ne se sont pas réunis depuis un an"),
        )
        url = f"{reverse('sectors:list')}?tri=reunion"
        detail = ", ".join(str(line.sector) for line in silent)
        yield Task(words=f"{words}.", detail=f"{detail}.", url=url, action=str(SEE))


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
