"""How long each table of the patrols is kept, and what remains of it."""

import datetime as dt

from django.apps import apps
from django.db.models import Q

from absences import models as homes
from absences.counts import ABOUT_HOMES, ABSENCES_AND_PATROLS
from accounts.retention import OTHERS, Holder, Retention, first_day_kept, first_moment_kept
from patrols.counts import count_passages


def _with_the_passage(title: str, data: str, holder: Holder | str = "") -> Retention:
    return Retention(
        processing=ABSENCES_AND_PATROLS, title=title, data=data, leaves_with="patrols.Passage", holder=holder
    )


def _received_long_ago(today: dt.date) -> Q:
    return Q(received_at__lt=first_moment_kept("passage", today))


def _with_the_plan(title: str, data: str, holder: Holder | str = "") -> Retention:
    return Retention(
        processing=ABSENCES_AND_PATROLS, title=title, data=data, leaves_with="patrols.Plan", holder=holder
    )


def _passage_is_over(today: dt.date) -> Q:
    """Passages of long ago, and all those at a home whose absence is to be erased."""
    return Q(done_at__lt=first_moment_kept("passage", today)) | homes.is_over(today, prefix="absence__")


def _plan_is_over(today: dt.date) -> Q:
    """Plans of long ago, and those that lead to a home whose absence is to be erased: a way shows its end."""
    of_an_erased_home = homes.is_over(today, prefix="absence__")
    stops, omissions = apps.get_model("patrols.Stop").objects, apps.get_model("patrols.Omission").objects
    return (
        Q(day__lt=first_day_kept("plan", today))
        | Q(pk__in=stops.filter(of_an_erased_home).order_by().values("route__plan"))
        | Q(pk__in=omissions.filter(of_an_erased_home).order_by().values("plan"))
    )


def _calculation_is_over(today: dt.date) -> Q:
    return Q(day__lt=first_day_kept("plan", today))


def _shift_is_over(today: dt.date) -> Q:
    """Shifts of long ago that no plan refers to any more."""
    return Q(day__lt=first_day_kept("shift", today), routes__isnull=True)


# What a calculation found, and what it was to find: homes, crews and their hours.
CALCULATED = (
    *("commune", "service", "shifts", "base", "base_revision", "delays_s", "publishes", "seconds", "seed"),
    *("state", "begun_at", "ended_at", "cancel_asked_at", "iterations", "prize", "stops", "seconds_left"),
    *("best", "problem", "plan"),
)
DEPOT = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Postes",
    data="Nom et point d'un poste de police",
    apart="tant que le poste sert",
    holder=ABOUT_HOMES,
)
CREW = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Équipages",
    data="Nom de l'équipage, moyen de déplacement, logements qui lui sont fermés ; aucun nom d'agent",
    apart="tant que l'équipage existe",
    holder=ABOUT_HOMES,
)
SHIFT = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Vacations",
    data="Jour et heures de travail d'un équipage",
    duration="shift",
    since="le jour de la vacation",
    over=_shift_is_over,
    holder=ABOUT_HOMES,
)
SHIFT_BREAK = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Pauses prévues",
    data="Heures de pause d'un équipage",
    leaves_with="patrols.Shift",
)
PLAN = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Plans du jour",
    data="Tournées d'un jour, avec les logements visités ou laissés de côté",
    duration="plan",
    since="le jour du plan, et au plus tard avec le premier de ses logements à être effacé",
    over=_plan_is_over,
    holder=ABOUT_HOMES,
)
ROUTE = _with_the_plan("Tournées", "Heures et longueur de la tournée d'un équipage")
STOP = _with_the_plan("Arrêts", "Logement et heures prévues d'un passage")
LEG = _with_the_plan("Trajets", "Tracé d'un logement au suivant")
ROUTE_BREAK = _with_the_plan("Pauses d'une tournée", "Heures de pause d'un équipage")
ROUTE_STAY = _with_the_plan(
    "Présences d'une tournée", "Rue et heures d'une présence d'un équipage hors des logements"
)
RISK_SURFACE = _with_the_plan(
    "Effractions récentes d'un plan",
    "Poids des effractions signalées sur la priorité des logements, rues où une présence est proposée",
)
OMISSION = _with_the_plan("Passages écartés", "Logement laissé de côté et motif")
PLAN_EDIT = _with_the_plan(
    "Changements d'un plan",
    "Compte et rôle de qui a changé le plan, heure, ordre des arrêts avant le changement",
    Holder(
        path="made_by",
        columns={"id": "Numéro", "made_at": "Fait le", "by_role": "Rôle", "kind": "Changement"},
        withheld=dict.fromkeys(("plan", "revision", "sentence", "before", "undone_in"), OTHERS),
    ),
)
CALCULATION = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Calculs demandés",
    data="Compte qui l'a demandé, jour, équipages, avancement ; les logements seulement pendant le calcul",
    duration="plan",
    since="le jour à planifier",
    over=_calculation_is_over,
    holder=Holder(
        path="asked_by",
        columns={"id": "Numéro", "asked_at": "Demandé le", "day": "Jour à planifier", "kind": "Calcul"}
        | {"weighs_facts": "Compte les effractions récentes"},
        withheld=dict.fromkeys(CALCULATED, OTHERS),
    ),
)
PASSAGE = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Passages",
    data="Logement visité, heure, points vérifiés, résultat, présence sur place",
    duration="passage",
    since="le passage, et au plus tard avec l'absence du logement",
    remains="nombre de passages par secteur, mois, heure du jour et résultat",
    over=_passage_is_over,
    count_first=count_passages,
    holder=ABOUT_HOMES,
)
PASSAGE_ORIGIN = _with_the_passage(
    "Auteurs des passages",
    "Équipage et appareil qui ont noté le passage, identifiant et empreinte de l'envoi, heure du téléphone",
)
PASSAGE_NOTE = _with_the_passage("Notes de passage", "Texte court de l'équipage, scellé")
PASSAGE_AMENDMENT = _with_the_passage(
    "Corrections de passage",
    "Compte, heure, motif, résultat d'avant",
    Holder(
        path="amended_by",
        columns={"id": "Numéro", "amended_at": "Faite le", "why": "Motif"},
        withheld=dict.fromkeys(("passage", "former_result", "former_anomaly", "former_wrong"), OTHERS),
    ),
)
JOINED_PASSAGE = _with_the_passage(
    "Passages réunis",
    "Passage dit deux fois, par radio et par un téléphone, et celui des deux qui compte ; compte et heure de qui "
    "a eu le dernier mot",
    Holder(
        path="decided_by",
        columns={"decided_at": "Décidé le", "is_parted": "Séparé"},
        withheld=dict.fromkeys(("passage", "counts_as", "joined_at"), OTHERS),
    ),
)
MISSED_STOP = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Arrêts dits non faits",
    data="Vacation, logement, heure prévue, motif ; compte et heure de qui l'a dit",
    leaves_with="absences.Absence",
    holder=Holder(
        path="told_by",
        columns={"id": "Numéro", "told_at": "Dit le", "why": "Motif"},
        withheld=dict.fromkeys(("shift", "absence", "planned_at"), OTHERS),
    ),
)
CALL_ATTEMPT = _with_the_passage(
    "Appels après une anomalie", "Qui a été appelé (propriétaire, personne de confiance, police), heures, issue"
)
RECEIPT = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Accusés de réception des téléphones",
    data="Équipage, identifiant et empreinte d'un envoi, heure ; aucun logement",
    duration="passage",
    since="la réception",
    over=_received_long_ago,
    holder=ABOUT_HOMES,
)
REFUSED_ENTRY = Retention(
    processing=ABSENCES_AND_PATROLS,
    title="Envois mis de côté",
    data="Équipage, appareil, motif, contenu scellé d'un envoi qui n'a pu être enregistré, et suite donnée",
    duration="passage",
    since="la réception",
    over=_received_long_ago,
    holder=Holder(
        path="settled_by",
        columns={"id": "Numéro", "settled_at": "Suite donnée le", "settlement": "Suite"},
        withheld=dict.fromkeys(
            ("crew", "device", "reason", "received_at", "content", "dies_in", "wrapped_key"), OTHERS
        ),
    ),
)
