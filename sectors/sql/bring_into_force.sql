-- The one way in which the site writes a perimeter: a proposal of the commune whose last drawing police have checked,
-- by municipal police, from today at the earliest. What was in force until that day stays as it was; a sector's next
-- version must not be planned yet. sectors.services.proposals says all of this first, in French.
CREATE FUNCTION walls.bring_into_force(proposal bigint, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked public.sectors_proposal;
    drawn public.sectors_proposedarea;
    changed bigint;
    until date;
BEGIN
    SELECT checked.* INTO asked
      FROM public.sectors_proposal checked
      JOIN public.sectors_proposalstep step ON step.proposal_id = checked.id
     WHERE checked.id = proposal
       AND checked.state = 'checked'
       AND checked.commune_id = walls.commune()
       AND walls.holds('municipal_police')
       AND step.kind = 'checked'
       AND step.revision = checked.revision
       AND day >= walls.today();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'proposal % may not be brought into force', proposal USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR drawn IN
        SELECT area.*
          FROM public.sectors_proposedarea area
          JOIN public.sectors_proposalrevision revision ON revision.id = area.revision_id
         WHERE revision.proposal_id = asked.id AND revision.number = asked.revision
    LOOP
        changed := drawn.sector_id;
        until := NULL;
        IF changed IS NULL THEN
            INSERT INTO public.sectors_sector (commune_id, number, name)
            VALUES (asked.commune_id, drawn.number, drawn.name) RETURNING id INTO changed;
        END IF;
        IF EXISTS (
               SELECT FROM public.sectors_perimeter planned
                WHERE planned.sector_id = changed AND lower(planned.valid) >= day
           )
        THEN
            RAISE EXCEPTION 'a later perimeter of sector % is planned', changed USING ERRCODE = 'exclusion_violation';
        END IF;
        UPDATE public.sectors_perimeter former
           SET valid = daterange(lower(former.valid), day)
          FROM (
                   SELECT id, upper(valid) AS until
                     FROM public.sectors_perimeter
                    WHERE sector_id = changed AND valid @> day
               ) AS was
         WHERE former.id = was.id
        RETURNING was.until INTO until;
        IF drawn.area IS NOT NULL THEN
            INSERT INTO public.sectors_perimeter (sector_id, area, valid, source)
            VALUES (changed, drawn.area, daterange(day, until), 'Proposition n° ' || asked.id);
        END IF;
    END LOOP;
END;
$$;

REVOKE ALL ON FUNCTION walls.bring_into_force(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.bring_into_force(bigint, date) TO ronde_web;
