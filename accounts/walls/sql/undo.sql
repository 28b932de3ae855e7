DROP TRIGGER password_is_its_owners ON accounts_account;
DROP FUNCTION
    walls.keep_password_to_its_owner(), walls.second_factors(bigint), walls.is_account_of_commune(bigint),
    walls.crew_absences(), walls.crew_shifts(), walls.crew_plans(), walls.crew_routes(),
    walls.today(), walls.is_looking_past(), walls.job(),
    walls.bearer(), walls.claimed_account(), walls.claimed_login(),
    walls.crews(), walls.sectors(text), walls.police_commune(), walls.is_keeper(), walls.is_police(),
    walls.holds(text), walls.commune(), walls.holdings(), walls.person();
