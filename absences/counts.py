"""What remains of absences once they are erased: how many began and how many nights were watched, by sector."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import F, Q

from accounts.retention import Processing, Retention
from geo.models import Commune
from sectors.models import Sector

ABSENCES_AND_PATROLS = Processing(
    name="Absences et tournées",
    purpose="Surveiller les logements que leurs occupants ont déclarés vacants, et en préparer les passages",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e) ; convention « Citoyens vigilants »",
    people="Occupants des logements déclarés vacants, équipages",
    recipients="Correspondants de police municipale et nationale ; équipage pour sa tournée du jour",
)
# Why the tables of this processing are told to no holder of an account.
ABOUT_HOMES = (
    "Décrit des logements et le service des équipages ; rien n'y mène à votre compte. Pour une absence que vous "
    "avez déclarée, adressez-vous à la police municipale."
)
WATCH = Processing(
    name="Veille quotidienne",
    purpose="Laisser des voisins volontaires regarder chaque jour les logements que leurs occupants leur confient",
    legal_basis="Consentement de l'occupant (RGPD, art. 6.1.a), daté et retirable à tout moment",
    people="Occupants qui confient leur logement, citoyens vigilants qui veillent",
    recipients="Veilleurs du secteur pour l'adresse, le jour même ; police pour savoir qu'un logement est "
    "veillé ; référents du secteur pour des nombres",
)
COUNTED = "Des nombres : ni logement, ni personne."
# A day of an absence is a night watched; it counts in the sector whose perimeter was in force and holds the home,
# on a shared border the one of the lower number. An absence begins in the month of its first night.
OF_ABSENCES = """
WITH gone AS (
    SELECT a.id, a.commune_id, a.point, a.first_day, a.passages_per_week,
           least(a.last_day, a.returned_on - 1,
                 (a.cancelled_at AT TIME ZONE 'Europe/Paris')::date - 1) AS last_night
      FROM absences_absence a
     WHERE {which}
), places AS MATERIALIZED (
    SELECT gone.id, s.id AS sector_id, s.number, perimeter.valid
      FROM gone
      JOIN sectors_sector s ON s.commune_id = gone.commune_id
      JOIN sectors_perimeter perimeter ON perimeter.sector_id = s.id AND ST_Covers(perimeter.area, gone.point)
), nights AS (
    SELECT gone.*, night::date AS night
      FROM gone CROSS JOIN LATERAL generate_series(gone.first_day::timestamp, gone.last_night, '1 day') AS night
), placed AS (
    SELECT DISTINCT ON (nights.id, nights.night) nights.*, places.sector_id
      FROM nights LEFT JOIN places ON places.id = nights.id AND places.valid @> nights.night
     ORDER BY nights.id, nights.night, places.number
)
SELECT commune_id, sector_id, date_trunc('month', night)::date AS month,
       count(*) FILTER (WHERE night = first_day) AS begun, count(*) AS nights,
       sum(passages_per_week / 7.0) AS passages_owed
  FROM placed
 GROUP BY 1, 2, 3
"""
COUNT_ABSENCES = f"""
INSERT INTO absences_absencecount AS kept (commune_id, sector_id, month, begun, nights, passages_owed)
{OF_ABSENCES.format(which="a.id = ANY (%s)")}
    ON CONFLICT (commune_id, sector_id, month) DO UPDATE
   SET begun = kept.begun + excluded.begun, nights = kept.nights + excluded.nights,
       passages_owed = kept.passages_owed + excluded.passages_owed
"""  # noqa: S608 (pieces of our own)
# A day on which a home was entrusted and stood empty, and whether a neighbour looked at it; the day on which the
# owner took it back is none.
OF_LOOKS = """
SELECT home.commune_id, given.sector_id, date_trunc('month', passed.day)::date AS month,
       count(*) AS entrusted,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM absences_look look
             JOIN absences_watchconsent looked_at ON looked_at.id = look.consent_id
            WHERE looked_at.absence_id = home.id AND look.day = passed.day::date
       )) AS looked
  FROM absences_watchconsent given
  JOIN absences_absence home ON home.id = given.absence_id
 CROSS JOIN LATERAL generate_series(
           greatest(given.first_day, home.first_day)::timestamp,
           least(given.last_day, home.last_day, home.returned_on - 1,
                 (home.cancelled_at AT TIME ZONE 'Europe/Paris')::date - 1,
                 (given.revoked_at AT TIME ZONE 'Europe/Paris')::date - 1),
           '1 day'
       ) AS passed (day)
 WHERE {which}
 GROUP BY 1, 2, 3
"""
COUNT_LOOKS = f"""
INSERT INTO absences_lookcount AS kept (commune_id, sector_id, month, entrusted, looked)
{OF_LOOKS.format(which="home.id = ANY (%s)")}
    ON CONFLICT (commune_id, sector_id, month) DO UPDATE
   SET entrusted = kept.entrusted + excluded.entrusted, looked = kept.looked + excluded.looked
"""  # noqa: S608 (pieces of our own)
# What is kept and what was erased, together.
READ_LOOKS = f"""
SELECT sector_id, month, sum(entrusted)::integer, sum(looked)::integer
  FROM (
    ({OF_LOOKS.format(which="home.commune_id = %(commune)s AND passed.day <= %(last)s")})
     UNION ALL
    SELECT commune_id, sector_id, month, entrusted, looked
      FROM absences_lookcount
     WHERE commune_id = %(commune)s
  ) AS told
 WHERE month BETWEEN %(first)s AND %(last)s
 GROUP BY 1, 2
 ORDER BY 2, 1
"""  # noqa: S608 (pieces of our own)
MEETS_DAYS = "a.first_day <= %(last)s AND a.last_day >= %(first)s"
READ_ABSENCES = f"""
SELECT sector_id, month, sum(begun)::integer, sum(nights)::integer, sum(passages_owed)::float
  FROM (
    ({OF_ABSENCES.format(which=f"a.commune_id = %(commune)s AND {MEETS_DAYS}")})
     UNION ALL
    SELECT commune_id, sector_id, month, begun, nights, passages_owed
      FROM absences_absencecount
     WHERE commune_id = %(commune)s
  ) AS told
 WHERE month BETWEEN %(first)s AND %(last)s
 GROUP BY 1, 2
 ORDER BY 2, 1
"""  # noqa: S608 (pieces of our own)


class AbsenceCount(models.Model):
    """Absences that were erased, counted: one row per sector (none: outside all of them) and month."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    begun = models.PositiveIntegerField()
    nights = models.PositiveIntegerField()
    passages_owed = models.DecimalField(max_digits=12, decimal_places=4)

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Nombres d'absences",
        data="Absences et nuits surveillées par secteur et par mois ; ni logement, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder=COUNTED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="absences_are_counted_once", fields=["commune", "sector", "month"], nulls_distinct=False
            ),
            models.CheckConstraint(name="absences_are_counted_by_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.nights}"


class LookCount(models.Model):
    """Days on which homes that were erased since were entrusted, and looked at: one row per sector and month."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    entrusted = models.PositiveIntegerField()
    looked = models.PositiveIntegerField()

    retention = Retention(
        processing=WATCH,
        title="Nombres de la veille",
        data="Jours confiés et regards par secteur et par mois ; ni logement, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder=COUNTED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="looks_are_counted_once", fields=["commune", "sector", "month"]),
            models.CheckConstraint(name="looks_are_counted_by_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="looks_are_of_entrusted_days", condition=Q(looked__lte=F("entrusted"))),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.looked}"


def count_absences(keys: Sequence[int]) -> None:
    """Add the absences of these keys, and the looks at them, to what is counted; as they are erased."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ABSENCES, [list(keys)])
        cursor.execute(COUNT_LOOKS, [list(keys)])


@dataclass(frozen=True, kw_only=True)
class AbsencesOfMonth:
    """Absences of a month in a sector; ``sector_id`` is None outside all."""

    sector_id: int | None
    month: dt.date
    begun: int
    nights: int
    passages_owed: float


def read_absences(commune: str, first: dt.date, last: dt.date) -> list[AbsencesOfMonth]:
    """Count the absences of a commune by sector and month, those that were erased included.

    Parameters
    ----------
    first, last
        The first day of the first month, the last day of the last one.

    Returns
    -------
    list of AbsencesOfMonth
        By month; a sector without a night in a month has none. As a declared job: the walls hide homes.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_ABSENCES, {"commune": commune, "first": first, "last": last})
        return [
            AbsencesOfMonth(sector_id=sector, month=month, begun=begun, nights=nights, passages_owed=owed)
            for sector, month, begun, nights, owed in cursor.fetchall()
        ]


@dataclass(frozen=True, kw_only=True)
class LooksOfMonth:
    """The daily watch of a month in a sector: days on which homes were entrusted, and those with a look."""

    sector_id: int
    month: dt.date
    entrusted: int
    looked: int


def read_looks(commune: str, first: dt.date, last: dt.date) -> list[LooksOfMonth]:
    """Count the looks of a commune by sector and month up to a day, those that were erased included.

    Parameters
    ----------
    first, last
        The first day of the first month, the last day of the last one.

    Returns
    -------
    list of LooksOfMonth
        By month; a sector to which no home was entrusted in a month has none. As a declared job, or a command.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_LOOKS, {"commune": commune, "first": first, "last": last})
        return [
            LooksOfMonth(sector_id=sector, month=month, entrusted=entrusted, looked=looked)
            for sector, month, entrusted, looked in cursor.fetchall()
        ]


def first_month_of_looks(commune: str, last: dt.date) -> dt.date | None:
    """Return the first month up to a day in which a home was entrusted to a watch; None before there is any."""
    return next((told.month for told in read_looks(commune, dt.date.min, last)), None)
