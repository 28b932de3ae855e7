"""What référents and vigilants find: their sector, and what the scheme asks of them. No absence is shown here."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.person import Person
from accounts.roles import Role
from config.home.blocks import Block, Figure
from geo import french
from geo.models import Address
from sectors.models import Perimeter, Sector


def describe_referent_sectors(person: Person) -> tuple[Block, ...]:
    """A block for each sector of a référent: the perimeter in force and how many addresses it covers."""
    return tuple(_describe_sector(sector) for sector in _sectors_of(person, Role.REFERENT))


def describe_vigilant(person: Person) -> Block:
    """The block of a vigilant: their sector, and whom to call."""
    names = ", ".join(sector.name for sector in _sectors_of(person, Role.VIGILANT))
    return Block(
        title=_("Citoyens vigilants"),
        words=(
            _("Vous êtes inscrit dans le secteur : %(names)s.") % {"names": names},
            _("Un fait en cours, un danger : appelez le 17, ou le 114 par message. Rien ne se saisit ici."),
            _("Vous restez anonyme : votre nom n'est lu par personne sur ce site, hors de votre propre compte."),
        ),
    )


def _sectors_of(person: Person, role: Role) -> QuerySet[Sector]:
    return Sector.objects.filter(pk__in=person.sectors(role)).order_by("number")


def _describe_sector(sector: Sector) -> Block:
    title = _("Secteur %(number)s, %(name)s") % {"number": sector.number, "name": sector.name}
    perimeter = Perimeter.objects.filter(sector=sector).in_force_on(timezone.localdate()).first()
    if perimeter is None:
        return Block(title=title, words=(_("Aucun périmètre n'est en vigueur aujourd'hui dans ce secteur."),))
    covered = Address.objects.filter(commune=sector.commune, point__coveredby=perimeter.area).count()
    since = _("Le périmètre est en vigueur depuis le %(day)s.") % {"day": french.day(perimeter.valid.lower)}
    until = perimeter.valid.upper
    return Block(
        title=title,
        figures=(Figure(value=french.whole(covered), label=_("adresses dans le périmètre")),),
        words=(since if until is None else f"{since} {_('Il cesse le %(day)s.') % {'day': french.day(until)}}",),
    )
