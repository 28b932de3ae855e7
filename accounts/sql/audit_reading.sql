-- Who may write to the audit chain and who may read it: everyone their own entries, the DPO those of the commune,
-- a declared job all of it, an administrator a masked list. Nobody may change a row.

ALTER TABLE accounts_auditentry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts_auditstream ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts_auditcut ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- The functions of the chain run as its owner (CURRENT_USER of the migration). Whoever is the owner without being in such a function, and without
-- having declared a job, reads nothing.
CREATE POLICY audit_entry_in_functions ON accounts_auditentry FOR SELECT TO CURRENT_USER
    USING ((SELECT current_user <> walls.audit_caller()));
CREATE POLICY audit_entry_is_appended ON accounts_auditentry FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY audit_entry_ends_with_retention ON accounts_auditentry FOR DELETE TO CURRENT_USER USING (true);
CREATE POLICY audit_entry_for_jobs ON accounts_auditentry FOR SELECT TO CURRENT_USER, ronde_worker
    USING (coalesce(current_setting('ronde.job', true), '') <> '');
CREATE POLICY audit_entry_own ON accounts_auditentry FOR SELECT TO ronde_web
    USING (stream = (SELECT 'account:' || nullif(current_setting('ronde.person', true), '')));
CREATE POLICY audit_entry_for_dpo ON accounts_auditentry FOR SELECT TO ronde_web
    USING ((SELECT walls.audit_reader_is('dpo')) AND commune IN ('', (SELECT walls.audit_town())));

CREATE POLICY audit_stream_moves_on ON accounts_auditstream FOR ALL TO CURRENT_USER USING (true);
CREATE POLICY audit_stream_for_jobs ON accounts_auditstream FOR SELECT TO ronde_worker
    USING (coalesce(current_setting('ronde.job', true), '') <> '');

CREATE POLICY audit_cut_is_kept ON accounts_auditcut FOR ALL TO CURRENT_USER USING (true);
CREATE POLICY audit_cut_for_jobs ON accounts_auditcut FOR SELECT TO ronde_worker
    USING (coalesce(current_setting('ronde.job', true), '') <> '');

REVOKE ALL ON accounts_auditentry, accounts_auditstream, accounts_auditcut
    FROM PUBLIC, ronde_web, ronde_aggregates, ronde_worker;
GRANT SELECT ON accounts_auditentry TO ronde_web;
GRANT SELECT ON accounts_auditentry, accounts_auditstream, accounts_auditcut TO ronde_worker;

-- The list that an administrator may read: initials of the identifier, half-days, no row and no motive.
CREATE FUNCTION walls.audit_masked(first_day date, last_day date)
    RETURNS TABLE (day date, is_morning boolean, initials text, action text, outcome text, entries bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (e.at AT TIME ZONE 'Europe/Paris')::date,
           extract(hour FROM e.at AT TIME ZONE 'Europe/Paris') < 12,
           CASE WHEN a.login IS NULL THEN split_part(e.stream, ':', 1)
                ELSE (SELECT string_agg(left(part, 1), '.') FROM regexp_split_to_table(a.login, '[.-]+') AS part)
           END,
           e.action, e.outcome, count(*)
    FROM public.accounts_auditentry AS e
    LEFT JOIN public.accounts_account AS a ON e.stream = 'account:' || a.id
    WHERE walls.audit_reader_is('administrator') AND e.commune IN ('', walls.audit_town())
      AND e.at >= first_day::timestamp AT TIME ZONE 'Europe/Paris'
      AND e.at < (last_day + 1)::timestamp AT TIME ZONE 'Europe/Paris'
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1 DESC, 2, 3, 4, 5
$$;

-- The links of every chain without what they say, for those who may check them from the site: where `hash` is not
-- `expected`, the row was changed. A stream whose entries are all cut has one row without number.
CREATE FUNCTION walls.audit_links()
    RETURNS TABLE (stream text, head_number bigint, head_hash bytea, number bigint, previous bytea, hash bytea,
                   expected bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT stream, s.number, s.hash, e.number, e.previous, e.hash,
           walls.audit_digest(e.previous, stream, e.number::text, walls.audit_microseconds(e.at)::text, e.commune,
                              e.action, e.kind, array_to_string(e.ids, ','), e.reason, e.outcome)
    FROM public.accounts_auditstream AS s FULL JOIN public.accounts_auditentry AS e USING (stream)
    WHERE walls.audit_reader_is('administrator') OR walls.audit_reader_is('dpo')
    ORDER BY stream, e.number
$$;

-- Where each stream begins since the last cut, for the same people.
CREATE FUNCTION walls.audit_cuts() RETURNS TABLE (before date, heads jsonb, signature bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT before, heads, signature FROM public.accounts_auditcut
    WHERE walls.audit_reader_is('administrator') OR walls.audit_reader_is('dpo')
    ORDER BY id
$$;

REVOKE ALL ON FUNCTION walls.audit(text, text, text[], text, text), walls.cut_audit(date, jsonb, bytea),
    walls.audit_masked(date, date), walls.audit_links(), walls.audit_cuts() FROM PUBLIC;
GRANT USAGE ON SCHEMA walls TO ronde_web, ronde_aggregates, ronde_worker;
GRANT EXECUTE ON FUNCTION walls.audit(text, text, text[], text, text)
    TO ronde_web, ronde_aggregates, ronde_worker;
GRANT EXECUTE ON FUNCTION walls.cut_audit(date, jsonb, bytea) TO ronde_worker;
GRANT EXECUTE ON FUNCTION walls.audit_masked(date, date), walls.audit_links(), walls.audit_cuts() TO ronde_web;
