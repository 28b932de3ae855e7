"""The columns of the table of vacant homes; the words of the address are those of ``Order``."""

from django.utils.translation import gettext_lazy as _

from accounts.presentation.tables import Column
from maps.homes_state import Order

# The rows are sorted by maps/homes_of_day.py, whose keys are not fields of one table.
COLUMNS = (
    Column(key=Order.ADDRESS, label=_("Adresse"), order_by=()),
    Column(key=Order.URGENCY, label=_("État"), order_by=()),
    Column(key=Order.DUE, label=_("À passer"), order_by=(), is_number=True),
    Column(key=Order.SECTOR, label=_("Secteur"), order_by=()),
    Column(key=Order.RETURN, label=_("Dernier jour"), order_by=()),
    Column(key=Order.TARGET, label=_("Objectif"), order_by=(), is_number=True),
    Column(key=Order.PASSAGE, label=_("Dernier passage"), order_by=()),
)
