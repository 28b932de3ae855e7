"""What the figures of a year say, in French: every difference with what chance allows, no percentage of few."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from geo import french
from geo.statistics.rates import PERCENT_FROM, Verdict
from maps.review.measures import (
    ADDRESSES,
    COVERED,
    EVENNESS,
    MEETING_AGE,
    MESSAGES,
    REACHED,
    READ,
    REFERENTS,
    RELAYED,
    RESIDENTS,
    RESIDENTS_COVERED,
    SENT,
)
from maps.review.reading import Figure, MeasureTable, State
from maps.review.report.year import YearTold

MANDATES = 2  # référents of a sector
A_YEAR = 365  # days


def tell_coverage(told: YearTold) -> list[str]:
    """How much of the commune the perimeters hold."""
    day = french.day(told.last_day)
    parts = [
        _share(_commune(told, COVERED), _commune(told, ADDRESSES), _("adresses")),
        _share(_commune(told, RESIDENTS_COVERED), _commune(told, RESIDENTS), _("habitants (estimation)")),
    ]
    sentences = [
        _("Le %(day)s, %(parts)s sont dans un périmètre en vigueur.")
        % {"day": day, "parts": _(" et ").join(part for part in parts if part)}
    ]
    if not told.review.coverage.gaps:
        sentences.append(_("Aucune adresse n'est hors des périmètres."))
    return sentences


def tell_referents(told: YearTold) -> list[str]:
    """Mandates held, and sectors that met long ago."""
    sentences = []
    held = _table(told, REFERENTS)
    if held is not None and (counted := [row.now.value for row in held.sectors if row.now.value is not None]):
        sentences.append(
            _("%(held)s mandats de référent sur %(all)s sont tenus le %(day)s.")
            % {
                "held": french.decimal(sum(min(one, MANDATES) for one in counted), 0),
                "all": MANDATES * len(counted),
                "day": french.day(told.last_day),
            }
        )
    else:
        sentences.append(
            _("Les mandats tenus ce jour-là ne sont plus connus : les comptes fermés depuis s'effacent.")
        )
    met = _table(told, MEETING_AGE)
    late = [row.place.name for row in met.sectors if (row.now.value or 0) > A_YEAR] if met else []
    if late:
        sentences.append(_("Pas de réunion depuis plus d'un an : %(sectors)s.") % {"sectors": _listed(late)})
    return sentences


def tell_events(told: YearTold, measure: str) -> list[str]:
    """Events of the commune against the year before, and the sectors that differ by more than chance."""
    table = _table(told, measure)
    if table is None:
        return []
    year_before = told.year - 1
    sentences = [_tell_commune(table, told.year, year_before)]
    compared = sum(row.verdict_before is not None for row in table.sectors)
    words = {Verdict.MORE: _("Davantage qu'en %(year)d"), Verdict.LESS: _("Moins qu'en %(year)d")}
    differ = []
    for verdict, begins in words.items():
        if names := [row.place.name for row in table.sectors if row.verdict_before is verdict]:
            differ.append(
                _("%(begins)s, plus que le hasard ne l'explique : %(sectors)s.")
                % {"begins": begins % {"year": year_before}, "sectors": _listed(names)}
            )
    told_of = {"year": year_before, "compared": compared, "all": len(table.sectors)}
    if not compared:
        sentences.append(
            _("Secteurs comparés à %(year)d : aucun sur %(all)d, faute de deux chiffres publiés.") % told_of
        )
    elif differ:
        sentences += [_("Secteurs comparés à %(year)d : %(compared)d sur %(all)d.") % told_of, *differ]
    else:
        sentences.append(
            _(
                "Secteurs comparés à %(year)d : %(compared)d sur %(all)d."
                " Aucun ne s'en écarte plus que le hasard ne l'explique."
            )
            % told_of
        )
    return [*sentences, *_tell_left_out(table)]


def tell_lack(told: YearTold, measure: str) -> str:
    """Why the year has no figure of a measure."""
    return _(told.review.figures.table(measure).measure.lacks)


def tell_quantity(told: YearTold, measure: str) -> list[str]:
    """A quantity of the commune, beside that of the year before; no test, since one home brings many of it."""
    table = _table(told, measure)
    return [] if table is None else [_tell_commune(table, told.year, told.year - 1)]


def tell_patrols(told: YearTold) -> list[str]:
    """Passages made of those owed, in the commune, and how evenly their hours are spread."""
    sentences = [
        _("Passages de l'année %(year)d : %(told)s.") % {"year": told.year, "told": row.told}
        for row in told.review.figures.patrols
        if row.place.is_commune
    ]
    spread = _commune(told, EVENNESS)
    if spread and spread.is_told:
        sentences.append(
            _(
                "Étalement des heures de passage : %(spread)s, %(aside)s"
                " (0 : tous les passages à la même heure du jour ; 1 : autant à chacune des 24)."
            )
            % {"spread": spread, "aside": spread.aside}
        )
    return sentences


def tell_bulletins(told: YearTold) -> list[str]:
    """Messages sent and the sectors that they reached; then, once for each sector, those read and relayed."""
    sent, read, relayed = (_commune(told, key) for key in (SENT, READ, RELAYED))
    if not (sent and read and relayed and sent.is_told and read.is_told and relayed.is_told):
        return [_("Messages de prévention : pas de chiffre.")]
    messages, reached = (_commune(told, key) for key in (MESSAGES, REACHED))
    sentences = []
    if messages and reached and messages.value is not None and reached.value is not None:
        sentences.append(
            _("%(messages)s, à %(sectors)s.")
            % {
                "messages": french.counted(int(messages.value), _("message envoyé"), _("messages envoyés")),
                "sectors": french.counted(int(reached.value), _("secteur")),
            }
        )
    return [
        *sentences,
        _(
            "Remises, une par message et par secteur : %(sent)s, dont %(read)s lues par un référent"
            " et %(relayed)s relayées."
        )
        % {"sent": sent, "read": read, "relayed": relayed},
    ]


def _tell_commune(table: MeasureTable, year: int, year_before: int) -> str:
    label = _(table.measure.label)
    row = next((row for row in table.rows if row.place.is_commune), None)
    if row is None or not row.now.is_told:
        return _("%(label)s : %(why)s.") % {
            "label": label,
            "why": row.now if row else _("pas de chiffre"),
        }
    around = f" ({row.now.aside})" if row.now.aside else ""
    told = _("%(label)s en %(year)d : %(now)s%(around)s.") % {
        "label": label,
        "year": year,
        "now": row.now,
        "around": around,
    }
    if not row.before.is_told:
        return told
    return _("%(told)s Face à %(year)d : %(against)s.") % {
        "told": told,
        "year": year_before,
        "against": row.against_before,
    }


def _tell_left_out(table: MeasureTable) -> Iterable[str]:
    hidden = sum(row.now.state is State.LEFT_OUT for row in table.sectors)
    if hidden:
        yield _("%(count)s sur %(all)d : %(why)s.") % {
            "count": french.counted(hidden, _("secteur")),
            "all": len(table.sectors),
            "why": table.measure.left_out,
        }


def _share(part: Figure | None, whole: Figure | None, of: str) -> str:
    if part is None or whole is None or part.value is None or whole.value is None:
        return ""
    words = _("%(part)s %(of)s sur %(whole)s") % {"part": part, "of": of, "whole": whole}
    if whole.value < PERCENT_FROM:
        return words
    return f"{words} ({french.decimal(100 * part.value / whole.value, 0)}{french.NO_BREAK}%)"


def _commune(told: YearTold, measure: str) -> Figure | None:
    table = _table(told, measure)
    return next((row.now for row in table.rows if row.place.is_commune), None) if table else None


def _table(told: YearTold, measure: str) -> MeasureTable | None:
    try:
        return told.review.figures.table(measure)
    except KeyError:
        return None


def _listed(names: list[str]) -> str:
    return " ; ".join(names)
