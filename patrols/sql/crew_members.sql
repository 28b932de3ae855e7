-- Who is in the crews of some shifts, by identifier: for municipal police those of the commune, for a crew its own
-- while its shift is open to it. Accounts and roles are walled from both: nothing else of them is told.
CREATE FUNCTION walls.crew_members(shifts bigint[]) RETURNS TABLE (shift_id bigint, login text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT shift.id, account.login
      FROM public.patrols_shift shift
      JOIN public.patrols_crew crew ON crew.id = shift.crew_id
      JOIN public.accounts_grant held ON held.crew_id = crew.id AND held.valid @> shift.day
      JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
     WHERE shift.id = ANY (shifts)
       AND crew.commune_id = walls.commune()
       AND (walls.holds('municipal_police') OR shift.id = ANY (walls.crew_shifts()))
     ORDER BY shift.id, account.login
$$;

REVOKE ALL ON FUNCTION walls.crew_members(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_members(bigint[]) TO ronde_web;
