"""Bring the Base Adresse Locale that a commune publishes into the database."""

from geo.management.address_command import AddressCommand
from geo.models import Address


class Command(AddressCommand):
    help = "Importe les adresses d'une commune depuis sa Base Adresse Locale (BAL 1.x, .csv, .csv.gz)."
    source = Address.Source.BAL
