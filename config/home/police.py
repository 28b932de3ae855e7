"""What a police correspondent has to do today: the plan, the homes that wait, the absences that begin and end."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from absences.models import Absence
from config.home.blocks import Block, Figure, Task, Urgency
from geo import french
from geo.models import Commune
from maps.homes import count_recency
from maps.page_state import Colour
from maps.recency import Recency
from patrols.models import Omission, Passage, Plan, RefusedEntry, Shift, Stop
from patrols.services.clock import DayClock
from patrols.services.desk.calls import is_anybody_to_call
from patrols.services.meanwhile import read_meanwhile
from patrols.services.nights import find_night_under_way
from patrols.services.progress import read_progress
from reports.models import Report


def describe_police_day(commune: Commune, *, calls: bool) -> Block:
    """The block of the two polices, who work on the same plan; ``calls`` is for who calls after an anomaly."""
    today, now = timezone.localdate(), timezone.now()
    plan = Plan.objects.of_day(commune, today).first()
    absences = Absence.objects.filter(commune=commune)
    vacant = absences.vacant_on(today)
    states = count_recency(vacant, day=today)
    homes = states.total()
    seen = Passage.objects.count_by_absence(vacant, since=DayClock(today).midnight, before=now)
    crews = Shift.objects.of_day(commune, today).count()
    visits = Stop.objects.filter(route__plan=plan).count() if plan else 0
    omissions = Omission.objects.filter(plan=plan).count() if plan else 0
    to_call = _read_to_call(commune, today) if calls else None
    tasks = (
        *_tell_night(commune, now),
        _tell_plan(plan, crews, visits, homes),
        *_tell_meanwhile(plan, now),
        *_tell_overdue(states[Recency.OVERDUE]),
        *_tell_calls(to_call or []),
        *_tell_anomalies(states[Recency.ANOMALY], has_calls_to_make=None if to_call is None else bool(to_call)),
        *_tell_set_aside(RefusedEntry.objects.waiting().filter(crew__commune=commune).count()),
        *_tell_reports(Report.objects.without_answer_since(now).filter(commune=commune).count()),
        *_tell_omissions(omissions),
        *_tell_absences(absences, today),
    )
    figures = (
        Figure(value=french.whole(homes), label=_("logements vacants aujourd'hui")),
        Figure(value=french.whole(visits), label=_("passages prévus")),
        Figure(value=french.whole(len(seen)), label=_("logements déjà vus ce jour")),
        Figure(value=french.whole(states[Recency.OVERDUE]), label=_("en retard de passage")),
    )
    return Block(title=_("La journée des patrouilles"), tasks=tasks, figures=figures)


def _tell_night(commune: Commune, now: dt.datetime) -> tuple[Task, ...]:
    """The night of the day before, while one of its crews is out: by midnight the plan of today is another one."""
    night = find_night_under_way(commune, now=now)
    if night is None:
        return ()
    crews = french.counted(night.crews, "équipage")
    told = {"day": french.day(night.day), "crews": crews, "end": french.clock(night.ends_at)}
    return (
        Task(
            words=_("La nuit du %(day)s n'est pas finie : %(crews)s de service jusqu'à %(end)s.") % told,
            detail=_("Ses passages sont dans le plan de ce jour-là."),
            url=_day_page(night.day),
            action=_("Suivre la nuit"),
            urgency=Urgency.NOW,
        ),
    )


def _day_page(day: dt.date) -> str:
    """Return the address of a day's plan: without its day, the page would lead to a night that goes on."""
    return f"{reverse('maps:day')}?jour={day}"


def _tell_plan(plan: Plan | None, crews: int, visits: int, homes: int) -> Task:
    day_page = _day_page(timezone.localdate())
    if plan is not None and not plan.is_published:
        in_force = Plan.objects.of_day(plan.commune, plan.day).published().filter(service=plan.service)
        if version := in_force.aggregate(Max("version"))["version__max"]:
            return Task(
                words=_("Un brouillon du plan du jour attend : les équipages ont la version %(version)s.")
                % {"version": version},
                detail=_("Brouillon n° %(number)s. Publiez-le, ou revenez à la version si rien n'est à changer.")
                % {"number": plan.number},
                url=day_page,
                action=_("Ouvrir le brouillon"),
            )
        return Task(
            words=_("Le plan du jour est un brouillon : les équipages ne le voient pas."),
            detail=_("Brouillon n° %(number)s, calculé à %(hour)s. Vérifiez-le, puis publiez-le.")
            % {"number": plan.number, "hour": french.clock(plan.made_at)},
            url=day_page,
            action=_("Ouvrir le brouillon"),
            urgency=Urgency.NOW,
        )
    if plan is not None:
        return Task(
            words=_("Le plan du jour est fait : %(crews)s, %(visits)s.")
            % {"crews": french.counted(crews, "équipage"), "visits": french.counted(visits, "passage")},
            detail=_("Plan n° %(number)s, calculé à %(hour)s.")
            % {"number": plan.number, "hour": french.clock(plan.made_at)},
            url=day_page,
            action=_("Ouvrir le plan"),
            urgency=Urgency.DONE,
        )
    if not homes:
        return Task(words=_("Aucun logement n'est vacant aujourd'hui : rien à planifier."), urgency=Urgency.DONE)
    if not crews:
        return Task(
            words=_("Aucun équipage n'est de service aujourd'hui : le plan ne peut pas être fait."),
            detail=_("Saisissez les vacations du jour, puis calculez le plan."),
            url=reverse("patrols:shifts"),
            action=_("Saisir les vacations"),
            urgency=Urgency.NOW,
        )
    return Task(
        words=_("Le plan du jour n'est pas encore fait."),
        detail=_("Il se calcule de lui-même chaque matin à 5 h ; vous pouvez aussi le calculer maintenant."),
        url=day_page,
        action=_("Calculer le plan"),
        urgency=Urgency.NOW,
    )


def _tell_overdue(count: int) -> tuple[Task, ...]:
    if not count:
        return ()
    return (
        Task(
            words=_("%(homes)s n'ont pas eu le passage attendu.") % {"homes": french.counted(count, "logement")}
            if count > 1
            else _("Un logement n'a pas eu le passage attendu."),
            detail=_("Le plus longtemps attendu passe en premier dans le plan ; la carte les montre en rouge.")
            if count > 1
            else _("Il passe parmi les premiers dans le plan ; la carte le montre en rouge."),
            url=f"{_day_page(timezone.localdate())}&couleur={Colour.RECENCY}",
            action=_("Voir sur la carte"),
            urgency=Urgency.NOW,
        ),
    )


def _tell_meanwhile(plan: Plan | None, now: dt.datetime) -> Iterator[Task]:
    """What became of homes since the plan was made: those to take out of it, those to bring in."""
    if plan is None:
        return
    meanwhile = read_meanwhile(plan, read_progress(plan), now=now)
    if meanwhile.back:
        words = french.counted(
            len(meanwhile.back), _("arrêt du plan est à retirer"), _("arrêts du plan sont à retirer")
        )
        yield Task(
            words=f"{words}.",
            detail=_("Le logement n'est plus vacant : la ligne de l'arrêt le dit, et permet de le retirer."),
            url=_day_page(timezone.localdate()),
            action=_("Ouvrir le plan"),
            urgency=Urgency.NOW,
        )
    if meanwhile.newcomers:
        words = french.counted(
            len(meanwhile.newcomers),
            _("logement déclaré depuis le plan n'y est pas"),
            _("logements déclarés depuis le plan n'y sont pas"),
        )
        yield Task(
            words=f"{words}.",
            detail=_("Ajoutez-le à une tournée, ou recalculez."),
            url=f"{_day_page(timezone.localdate())}#declares",
            action=_("Ouvrir le plan"),
            urgency=Urgency.NOW,
        )


def _read_to_call(commune: Commune, today: dt.date) -> list[Passage]:
    """Read the anomalies of which somebody is still to be told, of homes that were vacant yesterday or are today.

    Another passage since, or the end of the absence after a night, tells nobody of what was found.
    """
    vacant = Absence.objects.filter(commune=commune).overlapping(today - dt.timedelta(days=1), today)
    found = Passage.objects.counted().filter(absence__in=vacant, result=Passage.Result.ANOMALY)
    return [passage for passage in found.order_by("done_at") if is_anybody_to_call(passage)]


def _tell_calls(to_call: list[Passage]) -> tuple[Task, ...]:
    if not to_call:
        return ()
    homes = french.counted(len({passage.absence_id for passage in to_call}), "logement")
    return (
        Task(
            words=_("Appels à faire après une anomalie : %(homes)s.") % {"homes": homes},
            detail=_("Personne n'a été joint : propriétaire, personne de confiance, police nationale."),
            url=reverse("patrols:call_chain", args=[to_call[0].pk]),
            action=_("Faire les appels") if len(to_call) == 1 else _("Commencer les appels"),
            urgency=Urgency.NOW,
        ),
    )


def _tell_anomalies(count: int, *, has_calls_to_make: bool | None) -> tuple[Task, ...]:
    """Homes whose last passage found something wrong; ``has_calls_to_make`` is None for who calls nobody."""
    if not count:
        return ()
    on_the_map = {
        "url": f"{_day_page(timezone.localdate())}&couleur={Colour.RECENCY}",
        "action": _("Voir sur la carte"),
    }
    homes = {"homes": french.counted(count, "logement")}
    words = _("Anomalie au dernier passage : %(homes)s.") % homes
    if has_calls_to_make is None:
        detail = _("Vérifiez que le propriétaire ou la personne de confiance est prévenu.")
        return (Task(words=words, detail=detail, urgency=Urgency.NOW, **on_the_map),)
    if has_calls_to_make:
        return (Task(words=words, urgency=Urgency.SOON, **on_the_map),)
    words = _("Anomalie au dernier passage : %(homes)s, appels faits.") % homes
    return (Task(words=words, urgency=Urgency.DONE, **on_the_map),)


def _tell_set_aside(count: int) -> tuple[Task, ...]:
    """What phones sent and could not be taken in; its wall shows it to municipal police alone."""
    if not count:
        return ()
    words = french.counted(
        count,
        _("envoi de téléphone n'a pas pu être enregistré"),
        _("envois de téléphone n'ont pas pu être enregistrés"),
    )
    return (
        Task(
            words=f"{words}.",
            detail=_("Lisez-le : notez le passage à la main, ou dites pourquoi il n'y a rien à garder."),
            url=reverse("patrols:set_aside"),
            action=_("Lire les envois"),
            urgency=Urgency.NOW,
        ),
    )


def _tell_reports(count: int) -> tuple[Task, ...]:
    """What référents relayed and the police have answered nothing of."""
    if not count:
        return ()
    words = french.counted(
        count, _("signalement relayé attend une réponse"), _("signalements relayés attendent une réponse")
    )
    return (
        Task(
            words=f"{words}.",
            detail=_("Prise en charge, réponse au référent, ou « Clore » avec une qualification."),
            url=reverse("maps:reports"),
            action=_("Voir les signalements"),
        ),
    )


def _tell_omissions(count: int) -> tuple[Task, ...]:
    if not count:
        return ()
    words = french.counted(
        count, _("passage dû n'entre pas dans le plan"), _("passages dus n'entrent pas dans le plan")
    )
    return (
        Task(
            words=f"{words}.",
            detail=_("Chacun est donné avec sa raison et ce qui le ferait entrer."),
            url=f"{_day_page(timezone.localdate())}#ecartes",
            action=_("Lire les raisons"),
        ),
    )


def _tell_absences(absences: QuerySet[Absence], today: dt.date) -> tuple[Task, ...]:
    declared = absences.filter(cancelled_at__isnull=True)
    begun = declared.filter(first_day=today).count()
    ended = declared.filter(last_day=today, returned_on__isnull=True).count()
    told = []
    if begun:
        told.append(french.counted(begun, "absence commence", "absences commencent"))
    if ended:
        told.append(french.counted(ended, "absence se termine", "absences se terminent"))
    if not told:
        return ()
    return (Task(words=_("Aujourd'hui, %(absences)s.") % {"absences": _(" et ").join(told)}),)
