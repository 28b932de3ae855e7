-- The logins under which Ronde works, and nothing else: `script/database roles` writes this for whoever runs the server.
-- What each may do is said by the migrations, table by table (docs/adr/0009-logins-and-walls.md). Safe to repeat.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ronde', 'ronde_web', 'ronde_aggregates', 'ronde_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
END
$$;
-- CREATEDB: for the tests' own database. NOINHERIT: so that the walls of the other logins are not the owner's too.
ALTER ROLE ronde CREATEDB NOINHERIT;
ALTER ROLE ronde_web NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE ronde_aggregates NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE ronde_worker NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
-- So that the tests, which are the owner, can become each of them (SET ROLE).
GRANT ronde_web, ronde_aggregates, ronde_worker TO ronde;
