-- Refuses, at commit, a perimeter that overlaps another sector's on a shared day by more than 25 m2
-- (perimeter_geometry.OVERLAP_TOLERANCE_M2). An exclusion constraint cannot say this: && on geometries compares boxes,
-- and neighbours' boxes always meet. The advisory lock makes two transactions on one commune take turns, so that
-- neither misses the other's uncommitted row.
CREATE FUNCTION sectors_refuse_overlapping_perimeter() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    other record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('sectors_perimeter'), hashtext(s.commune_id))
       FROM sectors_sector s WHERE s.id = NEW.sector_id;
    SELECT p.id, p.sector_id, ST_Area(ST_Intersection(p.area, NEW.area)::geography) AS shared_m2
      INTO other
      FROM sectors_perimeter p
     WHERE p.id <> NEW.id
       AND p.sector_id <> NEW.sector_id
       AND p.valid && NEW.valid
       AND ST_Intersects(p.area, NEW.area)
       AND ST_Area(ST_Intersection(p.area, NEW.area)::geography) > 25.0
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'perimeter % of sector % overlaps perimeter % of sector % by % m2',
            NEW.id, NEW.sector_id, other.id, other.sector_id, round(other.shared_m2)
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'perimeters_do_not_overlap',
                  TABLE = 'sectors_perimeter';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER perimeters_do_not_overlap
    AFTER INSERT OR UPDATE OF area, valid, sector_id ON sectors_perimeter
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION sectors_refuse_overlapping_perimeter();
