"""What waits of the daily watch: the homes of the day for a watcher, gaps in numbers for a référent."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from absences.services.watch import chain, looking
from accounts.models import Account
from accounts.person import Person
from accounts.roles import Role
from config.home.blocks import Task, Urgency
from geo import french
from sectors.models import Sector


def tell_watch(person: Person) -> Iterator[Task]:
    """The homes to look at today, more urgent on one's turn; how to take part, and to entrust one's own."""
    account = Account(pk=person.account_id)
    left = sum(not home.is_looked_at for home in looking.list_entrusted(account))
    if left:
        is_my_turn = chain.is_turn_of(account, timezone.localdate())
        turn = _("C'est votre tour de veille : ") if is_my_turn else _("Veille : ")
        yield Task(
            words=turn + french.counted(left, _("logement à regarder."), _("logements à regarder.")),
            url=reverse("absences:watch"),
            action=_("Ouvrir la veille"),
            urgency=Urgency.NOW if is_my_turn else Urgency.SOON,
        )
    yield Task(
        words=_("Veiller, depuis la rue, sur les logements que des voisins confient."),
        url=reverse("absences:own_turns"),
        action=_("Mes jours"),
        urgency=Urgency.DONE,
    )
    yield Task(
        words=_("Une absence que vous avez déclarée : la confier aux veilleurs de son secteur."),
        url=reverse("absences:own_homes"),
        action=_("Mes logements"),
        urgency=Urgency.DONE,
    )


def tell_chains(person: Person) -> Iterator[Task]:
    """The watch of each sector of a référent: how many homes nobody looked at yesterday."""
    yesterday = timezone.localdate() - chain.ONE_DAY
    for sector in Sector.objects.filter(pk__in=person.sectors(Role.REFERENT)).order_by("number"):
        gap = sum(each.gap for each in chain.read_watch_days(sector) if each.day == yesterday)
        if gap:
            without_look = french.counted(gap, _("logement sans regard hier"), _("logements sans regard hier"))
            yield Task(
                words=_("Veille du secteur %(number)s : %(gaps)s.")
                % {"number": sector.number, "gaps": without_look},
                url=reverse("absences:chain", args=[sector.pk]),
                action=_("Voir les tours"),
            )
