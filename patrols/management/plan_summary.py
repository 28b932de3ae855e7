"""A plan in a terminal: per crew its stops, hours, kilometres and prize, then the homes left out and why.

Homes are named by stop number or by the first digits of their reference, never by address: what a terminal shows
often ends in a log.
"""

import datetime as dt

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from patrols.models import Omission, Plan, Route

METRES_PER_KM = 1000
SHORT_REFERENCE = 8


def print_summary(plan: Plan, console: Console) -> None:
    """Print a plan fetched `with_rounds`."""
    console.print(_routes_table(plan))
    omissions = list(plan.omissions.all())
    if omissions:
        console.print(_omissions_table(omissions))
    else:
        console.print("Tous les passages dus sont dans une tournée.")
    console.print(
        f"Plan n° {plan.number} du {plan.day:%d/%m/%Y} enregistré : {plan.iterations} itérations en "
        f"{_decimal(plan.runtime_s)} s, graine {plan.seed}."
    )


def _routes_table(plan: Plan) -> Table:
    table = Table(
        "Équipage", "Vacation", "Tournée", title=f"Tournées du {plan.day:%d/%m/%Y}", title_justify="left"
    )
    for heading in ("Arrêts", "Trajet", "Distance", "Priorité"):
        table.add_column(heading, justify="right")
    routes = list(plan.routes.all())
    for route in routes:
        table.add_row(*_route_cells(route))
    table.add_section()
    table.add_row(
        "Total",
        "",
        "",
        str(sum(len(route.stops.all()) for route in routes)),
        _duration(sum(route.travel_s for route in routes)),
        f"{_decimal(sum(route.length_m for route in routes) / METRES_PER_KM)} km",
        _decimal(plan.prize),
    )
    return table


def _route_cells(route: Route) -> list[str]:
    shift = route.shift
    return [
        f"{shift.crew.name} ({shift.crew.get_mode_display().lower()})",
        f"{_hour(shift.starts_at)} – {_hour(shift.ends_at)}",
        f"{_hour(route.starts_at)} – {_hour(route.ends_at)}" if route.stops.all() else "reste au dépôt",
        str(len(route.stops.all())),
        _duration(route.travel_s),
        f"{_decimal(route.length_m / METRES_PER_KM)} km",
        _decimal(route.prize),
    ]


def _omissions_table(omissions: list[Omission]) -> Table:
    table = Table("Logement", "Passage", title="Passages dus laissés de côté", title_justify="left")
    table.add_column("Priorité", justify="right")
    table.add_column("Pourquoi, et ce qui le ferait entrer")
    for omission in omissions:
        table.add_row(
            str(omission.absence.reference)[:SHORT_REFERENCE],
            "1er" if omission.visit_number == 1 else "2e",
            _decimal(omission.prize),
            omission.sentence,
        )
    return table


def _hour(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%H h %M}"


def _duration(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d}"


def _decimal(value: float) -> str:
    return f"{value:,.1f}".replace(",", "\u202f").replace(".", ",")
