-- The addresses of some streets of a commune, with what tells towns apart where two have a street of that name.
-- Parameters: commune, streets.
SELECT
    id, house_number, suffix, street_name, trim(postcode || ' ' || city) AS town, ST_X(point) AS lon, ST_Y(point) AS lat
FROM geo_address
WHERE commune_id = %(commune)s AND street_name = ANY (%(streets)s::text[])
ORDER BY id;
