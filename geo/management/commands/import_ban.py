"""Bring the Base Adresse Nationale of a commune into the database."""

from geo.management.address_command import AddressCommand
from geo.models import Address


class Command(AddressCommand):
    help = "Importe les adresses d'une commune depuis un fichier de la Base Adresse Nationale (.csv, .csv.gz)."
    source = Address.Source.BAN
