-- Refuses a second proposal in work that changes the perimeter of a sector. Whoever writes one is shown all those
-- about its sectors, so that the trigger needs not look past the walls. The advisory lock makes two that begin at
-- once take turns.
CREATE FUNCTION sectors_refuse_second_proposal() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    other bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('sectors_proposal'), hashtext(NEW.commune_id));
    SELECT proposal.id INTO other
      FROM sectors_proposal proposal
     WHERE proposal.id <> NEW.id
       AND proposal.state IN ('draft', 'proposed', 'checked')
       AND proposal.sector_ids && NEW.sector_ids
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a sector of proposal % is in proposal % already', NEW.id, other
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'sector_is_in_one_proposal', TABLE = 'sectors_proposal';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER sector_is_in_one_proposal
    AFTER INSERT OR UPDATE OF sector_ids, state ON sectors_proposal
    FOR EACH ROW WHEN (NEW.state IN ('draft', 'proposed', 'checked'))
    EXECUTE FUNCTION sectors_refuse_second_proposal();
