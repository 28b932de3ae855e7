"""Messages as the tests send them."""

import datetime as dt

from django.http import HttpResponse

from accounts import scope
from accounts.roles import Role
from sectors.models import Bulletin, Sector
from sectors.services.bulletins import writing
from sectors.services.bulletins.writing import Written
from tests.access.people import Place
from tests.builders import at

NOW = at(9, 30)
SUBJECT = "Faux agents des eaux"
TEXT = "Deux hommes se présentent comme agents des eaux.\n\nDemandez leur carte, n'ouvrez pas, appelez le 17."


def draft_for(
    place: Place, *sectors: Sector, by: Role = Role.MUNICIPAL_POLICE, now: dt.datetime = NOW
) -> Bulletin:
    person = place.person(by)
    bulletin = writing.begin(place.town.commune, place.accounts[by], writing.service_of(person), now=now)
    return writing.keep(bulletin, Written(subject=SUBJECT, text=TEXT, sectors=sectors), now=now)


def send_to(place: Place, *sectors: Sector, by: Role = Role.MUNICIPAL_POLICE, now: dt.datetime = NOW) -> Bulletin:
    # Who counts the référents of a sector is police: the walls ask.
    scope.enter(place.person(by))
    bulletin = draft_for(place, *sectors, by=by, now=now)
    writing.send(bulletin, now=now)
    return bulletin


def words(answer: HttpResponse) -> str:
    """The page as text."""
    return answer.content.decode()
