"""How hours, days, lengths and numbers are written for a French reader.

A no-break space holds each number to its unit; ``plain`` takes it out for devices that cannot show it.
"""

import datetime as dt
import re

from django.utils import timezone

NO_BREAK = "\u00a0"
MINUS = "\u2212"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
METRES_SHOWN_BELOW_M = 1000
METRES_STEP_M = 10
# By which a street's name begins where that is a noun and no part of a name.
KIND_OF_STREET = re.compile(
    "(allées?|avenue|boulevard|chemin|cité|cours?|côte|esplanade|faubourg|impasse|lotissement|mail|montée|passage"
    "|place|placette|promenade|quai|résidence|rond-point|route|rue|ruelle|sentier|square|traverse|venelle|voie) ",
    re.IGNORECASE,
)
HECTARE_M2 = 10_000
# Two days are still told in hours.
HOURS_TOLD_BELOW = 48


def plain(text: str) -> str:
    """Replace the no-break spaces of ``text`` by ordinary ones."""
    return text.replace(NO_BREAK, " ")


def clock(when: dt.time | dt.datetime) -> str:
    """Write a moment as « 22 h 15 », « 8 h » on the hour; an aware datetime is first brought to local time."""
    if isinstance(when, dt.datetime) and timezone.is_aware(when):
        when = timezone.localtime(when)
    minutes = f"{NO_BREAK}{when.minute:02d}" if when.minute else ""
    return f"{when.hour}{NO_BREAK}h{minutes}"


def span(start: dt.time | dt.datetime, end: dt.time | dt.datetime) -> str:
    """Write the hours from one moment to another as « 18 h – 21 h 30 », on one line."""
    return f"{clock(start)}{NO_BREAK}–{NO_BREAK}{clock(end)}"


def day(date: dt.date) -> str:
    """Write a day as « mercredi 12 août 2026 »."""
    number = "1er" if date.day == 1 else str(date.day)
    return f"{WEEKDAYS[date.weekday()]} {number}{NO_BREAK}{MONTHS[date.month - 1]} {date.year}"


def day_and_hour(when: dt.datetime) -> str:
    """Write a moment as « mercredi 12 août 2026 à 22 h », in local time."""
    local = timezone.localtime(when)
    return f"{day(local.date())} à {clock(local)}"


def moment(when: dt.datetime) -> str:
    """Write a moment as « 12/08/2026 à 18 h 05 », in local time."""
    local = timezone.localtime(when)
    return f"{local:%d/%m/%Y} à {clock(local)}"


def days_before(when: dt.datetime, date: dt.date) -> str:
    """Say how long before a day a past moment was: « le jour même », « la veille », « 4 jours avant »."""
    days = (date - timezone.localtime(when).date()).days
    if days <= 0:
        return "le jour même"
    return "la veille" if days == 1 else f"{days}{NO_BREAK}jours avant"


def ground(area_m2: float) -> str:
    """Write an area as « 850 m² », or « 12,4 ha » from a hectare on."""
    if area_m2 < HECTARE_M2:
        return f"{decimal(area_m2, 0)}{NO_BREAK}m²"
    return f"{decimal(area_m2 / HECTARE_M2, 1)}{NO_BREAK}ha"


def length(length_m: float) -> str:
    """Write a length in metres as « 850 m », rounded to ten metres, or « 12,4 km »."""
    rounded_m = METRES_STEP_M * round(length_m / METRES_STEP_M)
    if rounded_m < METRES_SHOWN_BELOW_M:
        return f"{rounded_m}{NO_BREAK}m"
    return f"{decimal(length_m / 1000, 1)}{NO_BREAK}km"


def duration(duration_s: float) -> str:
    """Write a duration in seconds as « moins d'1 min », « 5 min » or « 2 h 05 »."""
    minutes = round(duration_s / 60)
    if minutes < 1:
        return f"moins d'1{NO_BREAK}min"
    if minutes < 60:
        return f"{minutes}{NO_BREAK}min"
    return f"{minutes // 60}{NO_BREAK}h{NO_BREAK}{minutes % 60:02d}"


def delay(delay_s: float) -> str:
    """Write how long somebody waited as « 40 min », « 5 h » or « 3 jours », in the one unit that matters."""
    hours = round(delay_s / 3600)
    if delay_s < 3600:
        return duration(delay_s)
    return f"{hours}{NO_BREAK}h" if hours < HOURS_TOLD_BELOW else counted(round(delay_s / 86400), "jour")


def decimal(value: float, places: int) -> str:
    """Write a number with a decimal comma, no-break spaces between thousands and a true minus."""
    return f"{value:,.{places}f}".replace(",", NO_BREAK).replace(".", ",").replace("-", MINUS)


def whole(value: int) -> str:
    """Write a count with no-break spaces between thousands."""
    return decimal(value, 0)


def interval(low: float, high: float, places: int = 0) -> str:
    """Write both ends of an interval as « de 55 à 88 »."""
    return f"de {decimal(low, places)} à {decimal(high, places)}"


def street(name: str) -> str:
    """Write a street within a sentence: « rue des Lilas », but « Le Bourg »."""
    return name[0].lower() + name[1:] if KIND_OF_STREET.match(name) else name


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write « 0 arrêt », « 1 arrêt », « 2 arrêts »: French counts zero as singular."""
    word = singular if number < 2 else (plural or f"{singular}s")
    return f"{whole(number)}{NO_BREAK}{word}"
