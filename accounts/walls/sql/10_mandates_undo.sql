DROP TRIGGER neighbours_roles_only_end ON accounts_grant;
DROP TRIGGER sector_has_two_mandates ON accounts_grant;
DROP FUNCTION walls.neighbours_roles_only_end(), walls.sector_has_two_mandates(), walls.candidate(text), walls.may_be_referent(bigint);
