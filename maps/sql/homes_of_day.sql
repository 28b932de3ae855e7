-- The homes vacant on a day with what the map and its table say of each; another query on `home` follows. The rules are
-- those of Absence.vacant_on, maps/recency.py and patrols/planner/priority.py, and a test holds them to the same answers.
-- Parameters: commune, day, moment (now, or the end of the day when it is over), reach (a frame, or null), sector (its
-- key, 0 for homes outside all, or null), recency (or null), due and double (true keeps those alone), service of the
-- crew that the day's newest plan sends ('none' for homes that it leaves, or null).
WITH asked AS (
    SELECT
        %(day)s::date AS day,
        %(moment)s::timestamptz AS moment,
        %(day)s::date::timestamp AT TIME ZONE 'Europe/Paris' AS midnight,
        (%(day)s::date - 6)::timestamp AT TIME ZONE 'Europe/Paris' AS week_ago
),
in_force AS (
    SELECT sector.id, perimeter.area
    FROM sectors_perimeter AS perimeter
    JOIN sectors_sector AS sector ON sector.id = perimeter.sector_id, asked
    WHERE sector.commune_id = %(commune)s AND perimeter.valid @> asked.day
),
planned AS (
    SELECT stop.absence_id, crew.service
    FROM patrols_stop AS stop
    JOIN patrols_route AS route ON route.id = stop.route_id
    JOIN patrols_shift AS shift ON shift.id = route.shift_id
    JOIN patrols_crew AS crew ON crew.id = shift.crew_id
    WHERE %(service)s::text IS NOT NULL AND route.plan_id = (
        SELECT plan.id FROM patrols_plan AS plan, asked
        WHERE plan.commune_id = %(commune)s AND plan.day = asked.day
        ORDER BY plan.number DESC
        LIMIT 1
    )
),
vacant AS MATERIALIZED (
    SELECT absence.id, absence.point, absence.address_id, absence.first_day, absence.last_day, absence.passages_per_week
    FROM absences_absence AS absence, asked
    WHERE absence.commune_id = %(commune)s
        AND absence.first_day <= asked.day AND absence.last_day >= asked.day AND absence.cancelled_at IS NULL
        AND (absence.returned_on IS NULL OR absence.returned_on > asked.day)
        AND (%(reach)s::geometry IS NULL OR absence.point && %(reach)s::geometry)
        AND (NOT %(double)s OR absence.passages_per_week > 7)
        AND CASE
            WHEN %(sector)s::bigint IS NULL THEN true
            WHEN %(sector)s = 0 THEN NOT EXISTS (SELECT FROM in_force WHERE ST_Covers(area, absence.point))
            ELSE EXISTS (SELECT FROM in_force WHERE in_force.id = %(sector)s AND ST_Covers(area, absence.point))
        END
        AND CASE
            WHEN %(service)s::text IS NULL THEN true
            WHEN %(service)s = 'none' THEN absence.id NOT IN (SELECT absence_id FROM planned)
            ELSE absence.id IN (SELECT absence_id FROM planned WHERE planned.service = %(service)s)
        END
),
passed AS MATERIALIZED (
    SELECT
        passage.absence_id,
        max(passage.done_at) AS last_done_at,
        (array_agg(passage.result ORDER BY passage.done_at DESC))[1] AS last_result,
        count(*) FILTER (WHERE passage.done_at >= asked.week_ago AND passage.done_at < asked.midnight) AS recent,
        count(*) FILTER (WHERE passage.done_at >= asked.midnight) AS today
    FROM patrols_passage AS passage, asked
    WHERE passage.absence_id IN (SELECT id FROM vacant) AND passage.done_at < asked.moment
        AND NOT EXISTS (
            SELECT FROM patrols_joinedpassage AS joined WHERE joined.passage_id = passage.id AND NOT joined.is_parted
        )
    GROUP BY passage.absence_id
),
judged AS (
    SELECT
        vacant.*,
        passed.last_done_at,
        CASE
            WHEN passed.last_done_at IS NULL AND vacant.first_day >= asked.day - 1 THEN 'not-started'
            WHEN passed.last_done_at IS NULL THEN 'overdue'
            WHEN passed.last_result = 'anomaly' THEN 'anomaly'
            WHEN passed.last_done_at >= asked.midnight THEN 'passed'
            WHEN extract(epoch FROM asked.moment - passed.last_done_at) > 86400 * (7.0 / vacant.passages_per_week + 1)
                THEN 'overdue'
            ELSE 'due'
        END AS recency,
        -- What is missing over the last week, at most one passage a day up to a target of 7 and two above, at least one
        -- on the last day of a home never passed; less what was done today.
        greatest(0, least(
            CASE WHEN vacant.passages_per_week > 7 THEN 2 ELSE 1 END,
            greatest(
                CASE WHEN vacant.last_day = asked.day AND coalesce(passed.recent, 0) = 0 THEN 1 ELSE 0 END,
                floor(
                    vacant.passages_per_week * least(7, asked.day - vacant.first_day + 1) / 7.0
                    - coalesce(passed.recent, 0) + 0.5
                )
            )
        ) - coalesce(passed.today, 0))::integer AS due
    FROM vacant
    LEFT JOIN passed ON passed.absence_id = vacant.id, asked
),
home AS (
    SELECT * FROM judged
    WHERE (NOT %(due)s OR due > 0) AND (%(recency)s::text IS NULL OR recency = %(recency)s)
)
