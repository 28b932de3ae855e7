"""Which plan an export is about, from what the user typed."""

import argparse
import datetime as dt

from geo.management.arguments import DAY_FORM, parse_day, whole_number
from geo.models import Commune
from maps.errors import UnknownPlan
from patrols.errors import NoPlan
from patrols.models import Plan


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a command take --date or --plan, and --commune."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--date", type=parse_day, metavar=DAY_FORM, help="jour du plan (défaut : aujourd'hui)")
    which.add_argument("--plan", type=whole_number(example=12), metavar="ID", help="identifiant du plan")
    parser.add_argument("--commune", default="", metavar="INSEE", help="code Insee, s'il y a plusieurs communes")


def find_plan(*, plan_id: int | None = None, day: dt.date, insee_code: str = "") -> Plan:
    """Find a saved plan by its identifier when one is given, else the last one made for a day in a commune.

    Raises
    ------
    UnknownPlan, NoPlan
        When no plan has this identifier, or none was saved for the day.
    UnknownCommune, NoSingleCommune
        When the commune is neither named, nor set, nor the only one.
    """
    plans = Plan.objects.select_related("commune")
    if plan_id is not None:
        found = plans.filter(pk=plan_id).first()
        if found is None:
            raise UnknownPlan(plan_id)
        return found
    found = plans.filter(commune=Commune.objects.of_site(insee_code), day=day).order_by("-number").first()
    if found is None:
        raise NoPlan(day)
    return found
