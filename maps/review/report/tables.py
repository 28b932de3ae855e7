"""The tables of a year that stand beside no drawing."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from geo import french
from maps.charts import ChartTable
from maps.charts.figures import tell
from maps.disclosure import SUPPRESSED
from maps.review.measures import EVENNESS, MEETING_AGE, READ, REFERENTS, RELAYED, SENT
from maps.review.reading import Figure, MeasureTable, State
from maps.review.report.year import YearTold


def areas(told: YearTold) -> ChartTable:
    """What each perimeter holds."""
    return ChartTable(
        caption=_("Adresses et habitants estimés par secteur, périmètres du %(day)s")
        % {"day": french.day(told.last_day)},
        head=(_("Secteur"), _("Adresses"), _("Habitants (estimation)")),
        rows=tuple(
            (area.name, french.whole(area.addresses), french.decimal(area.residents, 0))
            for area in told.review.coverage.areas
        ),
    )


def gaps(told: YearTold) -> ChartTable:
    """Where the most residents live in no perimeter."""
    return ChartTable(
        caption=_("Lacunes de la couverture, par nombre d'habitants"),
        head=(_("Rang"), _("Rues principales"), _("Adresses"), _("Habitants (estimation)")),
        rows=tuple(
            (f"{gap.rank}", ", ".join(gap.streets), french.whole(gap.addresses), french.decimal(gap.residents, 0))
            for gap in told.review.coverage.gaps
        ),
    )


def referents(told: YearTold) -> ChartTable:
    """Mandates and meetings by sector."""
    day = {"day": french.day(told.last_day)}
    return _beside(
        told,
        caption=_("Mandats de référent et jours depuis la dernière réunion, au %(day)s") % day,
        measures=((REFERENTS, _("Référents (sur 2)")), (MEETING_AGE, _("Jours depuis la réunion"))),
    )


def bulletins(told: YearTold) -> ChartTable:
    """Messages by sector."""
    return _beside(
        told,
        caption=_("Messages de prévention reçus par chaque secteur, %(year)d") % {"year": told.year},
        measures=((SENT, _("Reçus")), (READ, _("Lus")), (RELAYED, _("Relayés"))),
    )


def patrols(told: YearTold) -> ChartTable:
    """Passages made of those owed, and how evenly their hours are spread."""
    spread = {row.place.key: _brief(row.now) for row in told.review.figures.table(EVENNESS).rows}
    return ChartTable(
        caption=_("Passages faits et visés par secteur, %(year)d") % {"year": told.year},
        head=(_("Secteur"), _("Passages"), _("Étalement des heures (de 0 à 1)")),
        rows=tuple(
            (row.place.name, row.told, spread.get(row.place.key, "–")) for row in told.review.figures.patrols
        ),
    )


def compared(told: YearTold, measure: str) -> ChartTable:
    """Each place with what chance allows, and against the year before."""
    table = told.review.figures.table(measure)
    label = _(table.measure.label)
    return ChartTable(
        caption=_("%(measure)s, %(year)d face à %(before)d")
        % {"measure": label, "year": told.year, "before": told.year - 1},
        head=(_("Secteur"), label, _("Comparaison à durée égale")),
        rows=tuple(
            (
                row.place.name,
                tell(told.course.point(measure, row.place.key, told.period), table.measure.places),
                row.against_before,
            )
            for row in table.rows
        ),
    )


def _beside(told: YearTold, *, caption: str, measures: Sequence[tuple[str, str]]) -> ChartTable:
    known = [(told.review.figures.table(measure), head) for measure, head in measures]
    names = {
        row.place.key: row.place.name
        for table, _head in known
        if any(row.now.is_told for row in table.rows)
        for row in table.rows
    }
    return ChartTable(
        caption=caption,
        head=(_("Secteur"), *(head for _table, head in known)),
        rows=tuple((name, *(_cell(table, key) for table, _head in known)) for key, name in names.items()),
    )


def _brief(figure: Figure) -> str:
    return f"{figure}" if figure.is_told else f"{SUPPRESSED}" if figure.state is State.LEFT_OUT else "–"


def _cell(table: MeasureTable, place: str) -> str:
    return next((_brief(row.now) for row in table.rows if row.place.key == place), "–")
