-- Who told a report. The site's login has no right on the table: it keeps and finds its own through these functions,
-- which look past the walls in the name of whoever asks.

CREATE INDEX author_by_account ON authors.author (account);

-- Seal the author of a report that was just told: oneself, once, in a sector where one is a vigilant.
CREATE FUNCTION authors.keep(told uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO authors.author (report, account)
    SELECT report.id, walls.person()
      FROM public.reports_report report
     WHERE report.id = told
       AND report.state = 'told'
       AND NOT report.is_spoken
       AND report.sector_id = ANY (walls.sectors('vigilant'));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no report to be the author of' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- The reports that whoever asks has told; nobody else's.
CREATE FUNCTION authors.mine() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN COALESCE(
        (SELECT array_agg(author.report) FROM authors.author author WHERE author.account = walls.person()), '{}'
    );
END
$$;

-- Break the seal of a report of one's own.
CREATE FUNCTION authors.forget(told uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM authors.author author WHERE author.report = told AND author.account = walls.person();
END
$$;

-- Under which pseudonym each report was told, for the référents of its sector and the DPO; never the account. Reports
-- of one source in a sector have the same ``source``, the first of them by key.
CREATE FUNCTION authors.known_as() RETURNS TABLE (report uuid, source uuid, pseudonym varchar)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT told.id, first_value(told.id) OVER (PARTITION BY author.account, told.sector_id ORDER BY told.id),
           chosen.text
      FROM public.reports_report told
      JOIN authors.author author ON author.report = told.id
      LEFT JOIN public.sectors_pseudonym chosen
             ON chosen.account_id = author.account AND chosen.sector_id = told.sector_id
     WHERE told.sector_id = ANY (walls.sectors('referent'))
        OR (walls.holds('dpo') AND told.commune_id = walls.commune())
$$;

-- A seal goes with its report, whoever erases it.
CREATE FUNCTION authors.break_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM authors.author author WHERE author.report = OLD.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER seal_goes_with_its_report AFTER DELETE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION authors.break_seal();

CREATE POLICY author_in_functions ON authors.author TO CURRENT_USER
    USING ((SELECT walls.is_looking_past())) WITH CHECK ((SELECT walls.is_looking_past()));

REVOKE ALL ON FUNCTION
    authors.keep(uuid), authors.mine(), authors.forget(uuid), authors.known_as(), authors.break_seal()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authors.keep(uuid), authors.mine(), authors.forget(uuid), authors.known_as() TO ronde_web;
GRANT USAGE ON SCHEMA authors TO ronde_web, ronde_worker;
