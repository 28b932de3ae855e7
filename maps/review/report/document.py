"""The review of a year printed as an accessible PDF (PDF/UA-1)."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from geo import french
from maps.charts import PRINT, BarChart, ChartTable, LineChart, SectorMap, SmallMultiples
from maps.exports.road_sheet import print_page
from maps.ground import ATTRIBUTION
from maps.review.measures import ANOMALIES, BEGUN, BURGLARIES, DONE, NIGHTS, REPORTS
from maps.review.report import drawings, sentences, tables
from maps.review.report.year import VERSION, YearTold
from maps.review.watched import tell_watched

Drawing = LineChart | BarChart | SmallMultiples | SectorMap


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A drawing as the page takes it: its picture, what it shows in words, and its table."""

    title: str
    picture: str
    words: str
    table: ChartTable
    is_map: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    """What the document says of one indicator; ``lacks`` is what is not known of it."""

    key: str
    title: str
    sentences: tuple[str, ...]
    shown: tuple[Shown, ...]
    tables: tuple[ChartTable, ...]
    lacks: str


def render_pdf(told: YearTold) -> bytes:
    """Print the review of a year.

    Nothing in it tells when it was printed. What says the same has the same fingerprint, and the same bytes where
    the ground under the maps and the programs that print are the same.
    """
    return print_page(render_to_string("maps/review/report.html", _context(told)))


def _context(told: YearTold) -> Mapping[str, object]:
    sections = [_section(told, one.indicator.key) for one in told.review.figures.indicators]
    return {
        "told": told,
        "commune": told.commune.name,
        "year": told.year,
        "last_day": french.day(told.last_day),
        "published_on": french.day(told.review.figures.published_on),
        "sections": sections,
        "brief": [(section.title, section.sentences[0]) for section in sections if section.sentences],
        "version": VERSION,
        "attribution": ATTRIBUTION,
    }


def _section(told: YearTold, key: str) -> Section:
    (one,) = (one for one in told.review.figures.indicators if one.indicator.key == key)
    said, drawn, tabled = _CONTENTS.get(key, _NOTHING)(told)
    return Section(
        key=key,
        title=_(one.indicator.title),
        sentences=tuple(said),
        shown=tuple(drawn),
        tables=tuple(tabled),
        lacks=_(one.indicator.lacks) if one.indicator.lacks else "",
    )


Contents = tuple[list[str], list[Shown], list[ChartTable]]


def _coverage(told: YearTold) -> Contents:
    words = _("Carte des secteurs, numérotés, et des trous, encadrés.")
    shown = _show(drawings.map_coverage(told), words, table=tables.areas(told))
    return sentences.tell_coverage(told), [shown], [tables.gaps(told)]


def _referents(told: YearTold) -> Contents:
    return sentences.tell_referents(told), [], [tables.referents(told)]


def _absences(told: YearTold) -> Contents:
    said = [*sentences.tell_events(told, BEGUN), *sentences.tell_quantity(told, NIGHTS)]
    drawn = [
        _show_months(told, BEGUN),
        _show_sectors(told, BEGUN),
        _show(drawings.map_rate(told, BEGUN), _("Carte des secteurs, chacun dans la teinte de sa classe.")),
        _show(drawings.draw_years(told, BEGUN), _("Une courbe par secteur, toutes à la même échelle.")),
    ]
    return said, drawn, []


def _passages(told: YearTold) -> Contents:
    drawn = [_show_months(told, DONE)]
    return sentences.tell_patrols(told), drawn, [tables.patrols(told)]


def _anomalies(told: YearTold) -> Contents:
    drawn = [_show_months(told, ANOMALIES), _show_sectors(told, ANOMALIES)]
    return sentences.tell_events(told, ANOMALIES), drawn, []


def _reports(told: YearTold) -> Contents:
    said = sentences.tell_events(told, REPORTS)
    return said, [_show_months(told, REPORTS), _show_sectors(told, REPORTS)] if said else [], []


def _burglaries(told: YearTold) -> Contents:
    if not told.review.figures.table(BURGLARIES).rows:
        return [sentences.tell_lack(told, BURGLARIES)], [], []
    drawn = [_show_months(told, BURGLARIES), _show_sectors(told, BURGLARIES)]
    return [*sentences.tell_events(told, BURGLARIES), tell_watched(told.review.figures)], drawn, []


def _bulletins(told: YearTold) -> Contents:
    return sentences.tell_bulletins(told), [], [tables.bulletins(told)]


def _nothing(told: YearTold) -> Contents:
    return [], [], []


_NOTHING: Callable[[YearTold], Contents] = _nothing
_CONTENTS: Mapping[str, Callable[[YearTold], Contents]] = {
    "couverture": _coverage,
    "referents": _referents,
    "absences": _absences,
    "passages": _passages,
    "anomalies": _anomalies,
    "signalements": _reports,
    "cambriolages": _burglaries,
    "messages": _bulletins,
}


def _show_months(told: YearTold, measure: str) -> Shown:
    words = _("Une courbe de janvier à décembre, et celles des années d'avant en tirets.")
    return _show(drawings.draw_months(told, measure), words)


def _show_sectors(told: YearTold, measure: str) -> Shown:
    words = _("Une barre par secteur, avec son intervalle.")
    return _show(drawings.draw_sectors(told, measure), words, table=tables.compared(told, measure))


def _show(drawing: Drawing, words: str, *, table: ChartTable | None = None) -> Shown:
    picture = drawing.draw(PRINT, key="dessin", described=words)
    return Shown(
        title=drawing.title,
        picture=base64.b64encode(picture.encode()).decode(),
        words=_("%(title)s. %(words)s Le tableau qui suit dit la même chose.")
        % {"title": drawing.title, "words": words},
        table=table or drawing.table,
        is_map=isinstance(drawing, SectorMap),
    )
