-- A plan as the page's map draws it: one GeoJSON text. Parameters: plan; newcomers, homes of which it knows nothing.
-- It says where and when, not who nor the address: those are in the page's own table, found by the identifier of the stop or the stay.
WITH
leg AS (
    SELECT route.id AS route, leg.order AS place, leg.course
    FROM patrols_leg AS leg JOIN patrols_route AS route ON route.id = leg.route_id
    WHERE route.plan_id = %(plan)s
),
course AS (
    SELECT
        'course-' || route AS key,
        ST_MakeLine(course ORDER BY place) AS shape,
        jsonb_build_object('kind', 'course', 'route', route) AS properties
    FROM leg
    GROUP BY route
),
stop AS (
    SELECT
        'stop-' || stop.id AS key,
        absence.point AS shape,
        jsonb_build_object(
            'kind', 'stop', 'id', stop.id, 'route', route.id, 'order', stop.order, 'visit', stop.visit_number,
            'home', absence.id
        ) AS properties
    FROM patrols_stop AS stop
    JOIN patrols_route AS route ON route.id = stop.route_id
    JOIN absences_absence AS absence ON absence.id = stop.absence_id
    WHERE route.plan_id = %(plan)s
),
omission AS (
    SELECT
        'omission-' || omission.id AS key,
        absence.point AS shape,
        jsonb_build_object('kind', 'omission', 'id', omission.id, 'home', absence.id) AS properties
    FROM patrols_omission AS omission
    JOIN absences_absence AS absence ON absence.id = omission.absence_id
    WHERE omission.plan_id = %(plan)s
),
newcomer AS (
    SELECT
        'home-' || absence.id AS key,
        absence.point AS shape,
        jsonb_build_object('kind', 'home', 'id', absence.id, 'home', absence.id) AS properties
    FROM absences_absence AS absence
    WHERE absence.id = ANY(%(newcomers)s::bigint[])
),
depot AS (
    SELECT
        'depot-' || depot.id AS key,
        depot.point AS shape,
        jsonb_build_object('kind', 'depot', 'name', depot.name) AS properties
    FROM patrols_depot AS depot
    WHERE depot.id IN (
        SELECT unnest(ARRAY[shift.start_depot_id, shift.end_depot_id])
        FROM patrols_route AS route JOIN patrols_shift AS shift ON shift.id = route.shift_id
        WHERE route.plan_id = %(plan)s
    )
),
stay AS (
    SELECT
        'stay-' || stay.id AS key,
        stay.point AS shape,
        jsonb_build_object('kind', 'stay', 'id', stay.id, 'route', route.id) AS properties
    FROM patrols_routestay AS stay JOIN patrols_route AS route ON route.id = stay.route_id
    WHERE route.plan_id = %(plan)s
),
feature AS (
    SELECT * FROM course UNION ALL SELECT * FROM stop UNION ALL SELECT * FROM omission
    UNION ALL SELECT * FROM newcomer UNION ALL SELECT * FROM depot UNION ALL SELECT * FROM stay
)
SELECT jsonb_build_object(
    'type', 'FeatureCollection',
    'features', coalesce(
        jsonb_agg(
            jsonb_build_object(
                'type', 'Feature',
                'geometry', ST_AsGeoJSON(shape, 6)::jsonb,
                'properties', properties
            )
            ORDER BY key
        ),
        '[]'
    )
)::text
FROM feature;
