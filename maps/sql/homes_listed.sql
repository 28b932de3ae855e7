-- The homes of homes_of_day.sql with what orders the table; where they are is not read.
SELECT
    home.id AS absence, home.recency, home.due, home.last_done_at, home.last_day, home.passages_per_week,
    address.street_name AS street, address.house_number, address.suffix
FROM home
JOIN geo_address AS address ON address.id = home.address_id
