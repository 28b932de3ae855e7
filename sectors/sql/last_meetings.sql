-- When each sector of the commune met last, for whoever holds a role there; how many came is told to the sector and to
-- the police.
CREATE FUNCTION walls.last_meetings() RETURNS TABLE (sector_id bigint, held_on date)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT meeting.sector_id, max(meeting.held_on)
      FROM public.sectors_meeting meeting
      JOIN public.sectors_sector sector ON sector.id = meeting.sector_id
     WHERE sector.commune_id = walls.commune()
       AND walls.holdings() -> 'roles' <> '[]'
     GROUP BY meeting.sector_id
$$;

REVOKE ALL ON FUNCTION walls.last_meetings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.last_meetings() TO ronde_web;
