"""What several pages ask of a request: the commune's sector, an agreement, what one may do."""

from django.http import Http404, HttpRequest

from accounts.permissions import person_of
from accounts.person import Person
from accounts.rights import Reach
from accounts.roles import Role
from sectors.models import Agreement, Sector

READ_OR_SEND = ["GET", "HEAD", "POST"]
# What the policy says of a sector and of its agreement, which has no row of its own: decision 0032.
SECTOR = ("sector.name", "sector.perimeter")
KEEPS_AGREEMENTS = "sector.approve_perimeter"
# A référent keeps the life of their sector as they keep its outline.
KEEPS_SECTOR = "sector.propose_perimeter"
NAMED = SIGNED = "sector.referent_names"
REACHED = "sector.referent_contact"
OWN_NAME = "vigilant.name"
APPOINTS = "sector.appoint_referent"
# The policy has no row for them: figures of sectors and months, and the faults of a file, of the whole commune.
GIVES_BURGLARIES = ("coverage.by_sector_month", "import.error_report")

# What `maps` writes of the sectors in force on a day.
DOWNLOADS = (("geojson", "GeoJSON"), ("gpkg", "GeoPackage"), ("zip", "Shapefile (ZIP)"), ("kml", "KML"))


def sector_or_404(request: HttpRequest, key: int) -> Sector:
    """The sector of that key in the commune of whoever asks."""
    sector = Sector.objects.filter(commune=person_of(request).commune, pk=key).first()
    if sector is None:
        raise Http404
    return sector


def agreement_or_404(key: int) -> Agreement:
    """The agreement of that key, if the walls show it."""
    agreement: Agreement | None = Agreement.objects.select_related("sector").filter(pk=key).first()
    if agreement is None:
        raise Http404
    return agreement


def keeps_sector(person: Person, sector: int) -> bool:
    """Whether the person notes what happens in a sector: as police of the commune, or as its référent."""
    reach = person.reach_of(KEEPS_SECTOR)
    return Reach.COMMUNE in reach or (Reach.SECTOR in reach and sector in person.sectors(Role.REFERENT))
