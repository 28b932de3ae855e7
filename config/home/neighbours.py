"""What référents and vigilants find: their sector, whom to call, what the scheme asks. No absence is shown."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.person import Person
from accounts.roles import Role
from config.home.blocks import Block, Figure, Task, Urgency
from config.home.network import tell_decisions
from config.home.watch import tell_chains, tell_watch
from geo import french
from geo.models import Address
from reports.models import Report
from sectors.models import Agreement, AgreementState, Perimeter, Sector
from sectors.services.bulletins.receiving import unread_by


def describe_sectors(person: Person) -> tuple[Block, ...]:
    """A block for each sector of a référent or a vigilant: its perimeter and how many addresses it covers."""
    keys = person.sectors(Role.REFERENT) | person.sectors(Role.VIGILANT)
    return tuple(_describe_sector(sector) for sector in Sector.objects.filter(pk__in=keys).order_by("number"))


def describe_referent(person: Person) -> Block:
    """What the scheme asks of a référent, what of it waits now, and how the rest is done today."""
    return Block(
        title=_("Ce que le dispositif vous demande"),
        warning=_call_for_help(),
        tasks=(
            *_tell_waiting(person),
            *tell_chains(person),
            *tell_decisions(person),
            *_tell_unread(unread_by(person).count()),
        ),
        words=(
            _(
                "Relayer à la police ce que les habitants de votre secteur vous disent et les absences qu'ils "
                "vous confient, leur transmettre les messages de prévention, et veiller à ce que le périmètre "
                "reste juste."
            ),
            _rely_on(_("Transmettre une absence ne se fait pas encore sur ce site : passez par %(police)s.")),
        ),
    )


def describe_vigilant(person: Person) -> Block:
    """What the scheme asks of a vigilant, and how it is done today."""
    return Block(
        title=_("Ce que le dispositif vous demande"),
        warning=_call_for_help(),
        words=(
            _(
                "Être attentif à votre voisinage et dire à votre référent ce qui sort de l'ordinaire : des faits, "
                "jamais l'origine, les opinions ou la santé de quelqu'un."
            ),
            _rely_on(
                _(
                    "Déclarer une absence ne se fait pas encore sur ce site : parlez-en à votre référent, ou à "
                    "%(police)s."
                )
            ),
            _(
                "Vous restez anonyme : votre référent lit votre pseudonyme. Si vous donnez votre nom, "
                "l'administrateur en lit les initiales ; vous seul le lisez."
            ),
        ),
        tasks=(
            *tell_watch(person),
            Task(
                words=_("Un fait que vous avez vu, et qui est fini."),
                url=reverse("reports:emergency"),
                action=_("Signaler un fait"),
                urgency=Urgency.DONE,
            ),
            Task(
                words=_("Votre inscription : le pseudonyme que lit votre référent."),
                url=reverse("sectors:own_registration"),
                action=_("Mon inscription"),
                urgency=Urgency.DONE,
            ),
        ),
    )


def _tell_waiting(person: Person) -> tuple[Task, ...]:
    count = Report.objects.waiting().filter(sector__in=person.sectors(Role.REFERENT)).count()
    if not count:
        return ()
    words = french.counted(count, _("signalement attend"), _("signalements attendent"))
    return (
        Task(
            words=f"{words}.",
            detail=_("Récrivez et relayez, répondez, ou écartez avec une raison."),
            url=reverse("reports:inbox"),
            action=_("Voir les signalements"),
            urgency=Urgency.NOW,
        ),
    )


def _tell_unread(count: int) -> tuple[Task, ...]:
    if not count:
        return ()
    words = french.counted(
        count, _("message de prévention vous attend"), _("messages de prévention vous attendent")
    )
    return (
        Task(
            words=f"{words}.",
            detail=_("Lisez, relayez aux habitants de votre secteur, puis dites par quel moyen."),
            url=reverse("sectors:bulletins"),
            action=_("Lire les messages"),
            urgency=Urgency.NOW,
        ),
    )


def _call_for_help() -> str:
    return _(
        "Un fait en cours, un danger : appelez le 17 ou le 112, ou envoyez un message au 114. Rien d'urgent ne se "
        "saisit sur ce site."
    )


def _rely_on(sentence: str) -> str:
    """Complete a sentence with the police, and how to reach them where the town has said so."""
    police = _("la police municipale")
    contact = f"{police} ({settings.POLICE_CONTACT})" if settings.POLICE_CONTACT else police
    return sentence % {"police": contact}


def _describe_sector(sector: Sector) -> Block:
    title = _("Secteur %(number)s, %(name)s") % {"number": sector.number, "name": sector.name}
    agreement = _tell_agreement(sector)
    perimeter = Perimeter.objects.filter(sector=sector).in_force_on(timezone.localdate()).first()
    if perimeter is None:
        words = _("Aucun périmètre n'est en vigueur aujourd'hui dans ce secteur.")
        return Block(title=title, tasks=(agreement,), words=(words,))
    covered = Address.objects.filter(commune=sector.commune, point__coveredby=perimeter.area).count()
    since = _("Le périmètre est en vigueur depuis le %(day)s.") % {"day": french.day(perimeter.valid.lower)}
    until = perimeter.valid.upper
    return Block(
        title=title,
        tasks=(agreement,),
        figures=(Figure(value=french.whole(covered), label=_("adresses dans le périmètre")),),
        words=(since if until is None else f"{since} {_('Il cesse le %(day)s.') % {'day': french.day(until)}}",),
    )


def _tell_agreement(sector: Sector) -> Task:
    """The sector's agreement: it is the police's to keep, and the sector's to know."""
    today = timezone.localdate()
    agreement = Agreement.objects.filter(sector=sector).in_force_on(today).first()
    url, action = reverse("sectors:sector", args=[sector.pk]), _("Voir le secteur")
    if agreement is None:
        return Task(words=_("Aucune convention n'est en vigueur dans ce secteur."), url=url, action=action)
    last_day = agreement.last_day or agreement.term_on(today).last_day
    is_ending = agreement.state_on(today) in (AgreementState.TO_RENEW, AgreementState.ENDING)
    words = (
        _("La convention arrive à son terme le %(day)s.")
        if is_ending
        else _("La convention court jusqu'au %(day)s.")
    )
    urgency = Urgency.SOON if is_ending else Urgency.DONE
    return Task(words=words % {"day": french.day(last_day)}, urgency=urgency, url=url, action=action)
