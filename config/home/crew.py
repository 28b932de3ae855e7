"""What a crew member has to do now: the round that is open, or the shift that ended."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.person import Person
from config.home.blocks import Block, Fact, Task, Urgency
from geo import french
from patrols.models import Crew, Shift
from patrols.services.crew_members import read_members
from patrols.services.elsewhere import latest_rounds
from patrols.services.phone.clock import REPORTS_AFTER_SHIFT
from patrols.services.phone.rounds import read_recent_rounds


def describe_crew_round(person: Person) -> Block:
    """The block of a crew member; without an enrolled device they hold nothing, and are told so."""
    title = _("Votre tournée")
    if person.device_id is None:
        return Block(title=title, tasks=(_ask_to_enrol(),))
    now = timezone.now()
    shift = (
        Shift.objects.filter(crew__in=person.crews, ends_at__gt=now)
        .select_related("crew")
        .order_by("starts_at")
        .first()
    )
    if shift is None:
        upcoming = _(
            "La prochaine vacation s'affiche ici deux heures avant son début ; jusque-là, demandez-la au "
            "correspondant."
        )
        return Block(title=title, tasks=tuple(_tell_ended(now)), words=(upcoming,))
    members = read_members([shift]).get(shift.pk, [])
    facts = (Fact(label=_("Agents"), value=", ".join(members)),) if members else ()
    return Block(title=title, facts=facts, tasks=(_tell_round(shift),))


def _ask_to_enrol() -> Task:
    return Task(
        words=_("Cet appareil n'est pas enregistré : la tournée ne s'y affiche pas."),
        detail=_("Enregistrez le téléphone de l'équipage une fois ; vous pourrez le retirer à tout moment."),
        url=reverse("enrol_device"),
        action=_("Enregistrer cet appareil"),
        urgency=Urgency.NOW,
    )


def _tell_ended(now: dt.datetime) -> Iterator[Task]:
    """The shift that ended last, as long as what was noted in it may be sent."""
    ended = read_recent_rounds().last_ended(now)
    if ended is None:
        return
    crew, hours = ended
    until = french.day_and_hour(hours.ends_at + REPORTS_AFTER_SHIFT)
    yield Task(
        words=_("La vacation de l'équipage %(crew)s a fini %(end)s.")
        % {"crew": Crew.objects.get(pk=crew).name, "end": french.day_and_hour(hours.ends_at)},
        detail=_("Si des envois attendent encore sur ce téléphone, ils sont reçus jusqu'au %(until)s.")
        % {"until": until},
        url=reverse("patrols:phone_round"),
        action=_("Voir ce qui attend"),
        urgency=Urgency.DONE,
    )


def _tell_round(shift: Shift) -> Task:
    hours = {
        "crew": shift.crew.name,
        "start": french.clock(shift.starts_at),
        "end": french.clock(shift.ends_at),
    }
    route = latest_rounds(shift.crew.commune, shift.day).get(shift.pk)
    if route is None:
        return Task(
            words=_("Équipage %(crew)s : aucune tournée n'est prête pour la vacation de %(start)s à %(end)s.")
            % hours,
            detail=_("Restez à disposition, et demandez le plan au correspondant de police."),
            urgency=Urgency.SOON,
        )
    stops = route.stops.count()
    return Task(
        words=_("Équipage %(crew)s : %(stops)s, de %(start)s à %(end)s.")
        % {**hours, "stops": french.counted(stops, "arrêt")},
        detail=_("Tournée de %(length)s, visible jusqu'à la fin de la vacation.")
        % {"length": french.length(route.length_m)},
        url=reverse("patrols:phone_round"),
        action=_("Ouvrir la tournée"),
        urgency=Urgency.SOON,
    )
