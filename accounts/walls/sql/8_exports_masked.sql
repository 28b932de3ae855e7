-- What an administrator may read of the files that left the commune: half-days, initials of the identifier, kinds of
-- files and how many; neither what they described nor their fingerprint.
CREATE FUNCTION walls.exports_masked()
RETURNS TABLE (day date, is_morning boolean, initials text, kind text, exports bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (export.made_at AT TIME ZONE 'Europe/Paris')::date,
           extract(hour FROM export.made_at AT TIME ZONE 'Europe/Paris') < 12,
           COALESCE((SELECT string_agg(left(part, 1), '.')
                       FROM regexp_split_to_table(account.login, '[.-]+') AS part), ''),
           export.kind, count(*)
      FROM public.accounts_export export
      LEFT JOIN public.accounts_account account ON account.id = export.made_by_id
     WHERE walls.holds('administrator')
       AND export.commune_id = walls.commune()
     GROUP BY 1, 2, 3, 4
     ORDER BY 1 DESC, 2, 3, 4
$$;

REVOKE ALL ON FUNCTION walls.exports_masked() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.exports_masked() TO ronde_web;
