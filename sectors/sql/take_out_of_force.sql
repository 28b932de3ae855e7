-- The one way in which the site takes back what `walls.bring_into_force` planned: for municipal police of the commune, as
-- long as it has not begun. What was in force goes on as if nothing had been planned, and the proposal is cancelled. A
-- sector that it made leaves with its perimeter, unless something else is about it by now. False where there is nothing
-- to take back.
CREATE FUNCTION walls.take_out_of_force(proposal bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked public.sectors_proposal;
    drawn public.sectors_proposedarea;
    changed bigint;
    until date;
BEGIN
    SELECT approved.* INTO asked
      FROM public.sectors_proposal approved
     WHERE approved.id = proposal
       AND approved.state = 'approved'
       AND approved.commune_id = walls.commune()
       AND walls.holds('municipal_police')
       AND approved.in_force_from > walls.today()
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- The triggers that are asked below name their tables without a schema; what we set here ends with this function.
    PERFORM set_config('search_path', 'pg_catalog, public, pg_temp', true);
    FOR drawn IN
        SELECT area.*
          FROM public.sectors_proposedarea area
          JOIN public.sectors_proposalrevision revision ON revision.id = area.revision_id
         WHERE revision.proposal_id = asked.id AND revision.number = asked.revision
    LOOP
        changed := drawn.sector_id;
        until := NULL;
        IF changed IS NULL THEN
            SELECT sector.id INTO changed
              FROM public.sectors_sector sector
             WHERE sector.commune_id = asked.commune_id AND sector.number = drawn.number;
        END IF;
        IF drawn.area IS NOT NULL THEN
            DELETE FROM public.sectors_perimeter planned
             WHERE planned.sector_id = changed
               AND lower(planned.valid) = asked.in_force_from
               AND planned.source = 'Proposition n° ' || asked.id
            RETURNING upper(planned.valid) INTO until;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the perimeter of sector % is no longer the one that was planned', changed
                      USING ERRCODE = 'exclusion_violation';
            END IF;
        END IF;
        -- Another proposal may have said, before or since, from when the sector changes or ends.
        SELECT LEAST(until, min(other.in_force_from)) INTO until
          FROM public.sectors_proposal other
          JOIN public.sectors_proposalrevision revision
            ON revision.proposal_id = other.id AND revision.number = other.revision
          JOIN public.sectors_proposedarea area ON area.revision_id = revision.id
         WHERE other.state = 'approved'
           AND other.id <> asked.id
           AND other.in_force_from >= asked.in_force_from
           AND area.sector_id = changed;
        UPDATE public.sectors_perimeter former
           SET valid = daterange(lower(former.valid), until)
         WHERE former.sector_id = changed AND upper(former.valid) = asked.in_force_from;
        IF drawn.sector_id IS NULL
           AND NOT EXISTS (SELECT FROM public.sectors_perimeter kept WHERE kept.sector_id = changed)
           AND NOT EXISTS (SELECT FROM public.sectors_proposal about WHERE changed = ANY (about.sector_ids))
        THEN
            BEGIN
                DELETE FROM public.sectors_sector sector WHERE sector.id = changed;
                SET CONSTRAINTS ALL IMMEDIATE;
            EXCEPTION WHEN foreign_key_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
    UPDATE public.sectors_proposal taken_back
       SET state = 'cancelled', ended_at = now()
     WHERE taken_back.id = asked.id;
    RETURN true;
END;
$$;

REVOKE ALL ON FUNCTION walls.take_out_of_force(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.take_out_of_force(bigint) TO ronde_web;

-- The owner, in that function alone: the way back, and no other change.
CREATE POLICY sectors_proposal_taken_back ON sectors_proposal FOR UPDATE TO CURRENT_USER
    USING ((SELECT walls.is_looking_past()) AND state = 'approved')
    WITH CHECK ((SELECT walls.is_looking_past()) AND state = 'cancelled');
