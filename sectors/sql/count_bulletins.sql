-- Messages sent, read and relayed by sector and month of sending, those that were erased included: for police of the
-- commune, and for its CLSPD once the month is over. Read past the walls: it tells numbers, and neither texts nor people.
CREATE FUNCTION walls.bulletins_by_sector_month(first date, last date)
RETURNS TABLE (sector_id bigint, month date, sent bigint, read bigint, relayed bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH told AS (
        SELECT bulletin.commune_id, addressed.sector_id,
               date_trunc('month', bulletin.sent_at AT TIME ZONE 'Europe/Paris')::date AS month,
               1 AS sent,
               EXISTS (
                   SELECT FROM public.sectors_bulletinreading reading
                    WHERE reading.bulletin_id = bulletin.id AND reading.sector_id = addressed.sector_id
               )::integer AS read,
               EXISTS (
                   SELECT FROM public.sectors_bulletinrelay relay
                    WHERE relay.bulletin_id = bulletin.id AND relay.sector_id = addressed.sector_id
               )::integer AS relayed
          FROM public.sectors_bulletin bulletin
          JOIN public.sectors_bulletinsector addressed ON addressed.bulletin_id = bulletin.id
         WHERE bulletin.sent_at IS NOT NULL
         UNION ALL
        SELECT kept.commune_id, kept.sector_id, kept.month, kept.sent, kept.read, kept.relayed
          FROM public.sectors_bulletincount kept
    )
    SELECT told.sector_id, told.month, sum(told.sent), sum(told.read), sum(told.relayed)
      FROM told
     WHERE told.month BETWEEN first AND last
       AND told.commune_id = walls.commune()
       AND (
               walls.is_police()
               OR (walls.holds('clspd') AND told.month < date_trunc('month', walls.today()))
           )
     GROUP BY 1, 2
     ORDER BY 2, 1
$$;

REVOKE ALL ON FUNCTION walls.bulletins_by_sector_month(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.bulletins_by_sector_month(date, date) TO ronde_web;
