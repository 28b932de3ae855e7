"""A plan in a terminal: per crew its stops, hours, kilometres and prize, then the homes left out and why.

Homes are named by stop number or by the first digits of their reference, never by address: what a terminal shows
often ends in a log.
"""

from rich.console import Console
from rich.table import Table

from geo import french
from patrols.models import Omission, Plan, Route

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
        f"Plan n° {plan.number} du {plan.day:%d/%m/%Y} enregistré : "
        f"{french.counted(plan.iterations, 'itération')} en "
        f"{french.decimal(plan.runtime_s, 1)} s, graine {plan.seed}."
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
        french.duration(sum(route.travel_s for route in routes)),
        french.length(sum(route.length_m for route in routes)),
        french.decimal(plan.prize, 1),
    )
    return table


def _route_cells(route: Route) -> list[str]:
    shift = route.shift
    hours = french.span(route.starts_at, route.ends_at)
    return [
        f"{shift.crew.name} ({shift.crew.get_mode_display().lower()})",
        french.span(shift.starts_at, shift.ends_at),
        hours if route.stops.all() else "reste au dépôt",
        str(len(route.stops.all())),
        french.duration(route.travel_s) if route.stops.all() else "–",
        french.length(route.length_m) if route.stops.all() else "–",
        french.decimal(route.prize, 1),
    ]


def _omissions_table(omissions: list[Omission]) -> Table:
    table = Table("Logement", "Passage", title="Passages écartés", title_justify="left")
    table.add_column("Priorité", justify="right")
    table.add_column("Pourquoi, et ce qui le ferait entrer")
    for omission in omissions:
        table.add_row(
            str(omission.absence.reference)[:SHORT_REFERENCE],
            "1er" if omission.visit_number == 1 else "2e",
            french.decimal(omission.prize, 1),
            omission.sentence,
        )
    return table
