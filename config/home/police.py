"""What a police correspondent has to do today: the plan, the homes that wait, the absences that begin and end."""

import datetime as dt

from django.db.models import QuerySet
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
from patrols.models import Omission, Plan, RefusedEntry, Shift, Stop


def describe_police_day(commune: Commune) -> Block:
    """The block of the two polices, who work on the same plan."""
    today = timezone.localdate()
    plan = Plan.objects.of_day(commune, today).first()
    absences = Absence.objects.filter(commune=commune)
    states = count_recency(absences.vacant_on(today), day=today)
    homes = states.total()
    crews = Shift.objects.of_day(commune, today).count()
    visits = Stop.objects.filter(route__plan=plan).count() if plan else 0
    omissions = Omission.objects.filter(plan=plan).count() if plan else 0
    tasks = (
        *_tell_night(commune, today),
        _tell_plan(plan, crews, visits, homes),
        *_tell_overdue(states[Recency.OVERDUE]),
        *_tell_anomalies(states[Recency.ANOMALY]),
        *_tell_set_aside(RefusedEntry.objects.waiting().filter(crew__commune=commune).count()),
        *_tell_omissions(omissions),
        *_tell_absences(absences, today),
    )
    figures = (
        Figure(value=french.whole(homes), label=_("logements vacants aujourd'hui")),
        Figure(value=french.whole(visits), label=_("passages prévus")),
        Figure(value=french.whole(states[Recency.PASSED]), label=_("logements déjà vus ce jour")),
        Figure(value=french.whole(states[Recency.OVERDUE]), label=_("en retard de passage")),
    )
    return Block(title=_("La journée des patrouilles"), tasks=tasks, figures=figures)


def _tell_night(commune: Commune, today: dt.date) -> tuple[Task, ...]:
    """The night of the day before, while one of its crews is out: by midnight the plan of today is another one."""
    out = Shift.objects.filter(crew__commune=commune, day__lt=today, ends_at__gt=timezone.now())
    ends = list(out.order_by("ends_at").values_list("day", "ends_at"))
    if not ends:
        return ()
    day, ends_at = ends[-1]
    crews = french.counted(len(ends), "équipage")
    told = {"day": french.day(day), "crews": crews, "end": french.clock(timezone.localtime(ends_at))}
    return (
        Task(
            words=_("La nuit du %(day)s n'est pas finie : %(crews)s de service jusqu'à %(end)s.") % told,
            detail=_("Ses passages sont dans le plan de ce jour-là."),
            url=f"{reverse('maps:day')}?jour={day}",
            action=_("Suivre la nuit"),
            urgency=Urgency.NOW,
        ),
    )


def _tell_plan(plan: Plan | None, crews: int, visits: int, homes: int) -> Task:
    day_page = reverse("maps:day")
    if plan is not None and not plan.is_published:
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
            url=f"{reverse('maps:day')}?couleur={Colour.RECENCY}",
            action=_("Voir sur la carte"),
            urgency=Urgency.NOW,
        ),
    )


def _tell_anomalies(count: int) -> tuple[Task, ...]:
    if not count:
        return ()
    return (
        Task(
            words=_("Anomalie au dernier passage : %(homes)s.") % {"homes": french.counted(count, "logement")},
            detail=_("Vérifiez que le propriétaire ou la personne de confiance est prévenu."),
            url=f"{reverse('maps:day')}?couleur={Colour.RECENCY}",
            action=_("Voir sur la carte"),
            urgency=Urgency.NOW,
        ),
    )


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
            url=f"{reverse('maps:day')}#ecartes",
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
