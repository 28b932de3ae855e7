-- What the author of a report does joins one stream of all authors, dated to the hour: an account's own stream would
-- lead from a person to what they told, and the minute would lead there from the log-in before it.
CREATE OR REPLACE FUNCTION walls.audit_stream() RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    caller CONSTANT text := walls.audit_caller();
    is_job CONSTANT boolean := caller NOT IN ('ronde_web', 'ronde_aggregates');
    job CONSTANT text := coalesce(current_setting('ronde.job', true), '');
    person CONSTANT text := coalesce(current_setting('ronde.person', true), '');
BEGIN
    IF is_job AND job ~ '^[a-z][a-z0-9_.:-]{0,59}$' THEN
        RETURN 'job:' || job;
    ELSIF current_setting('ronde.author', true) = 'on' THEN
        RETURN 'authors';
    ELSIF person ~ '^[0-9]{1,19}$' THEN
        RETURN 'account:' || person;
    ELSIF is_job THEN
        RETURN 'login:' || caller;
    END IF;
    RETURN 'anonymous';
END
$$;

CREATE OR REPLACE FUNCTION walls.audit_clock(stream text) RETURNS timestamptz
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE stream WHEN 'authors' THEN date_trunc('hour', clock_timestamp()) ELSE clock_timestamp() END $$;

CREATE OR REPLACE FUNCTION walls.audit(action text, kind text, ids text[], reason text, outcome text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    own_stream CONSTANT text := walls.audit_stream();
    town CONSTANT text := walls.audit_town();
    listed CONSTANT text := array_to_string(ids, ',');
    head public.accounts_auditstream%ROWTYPE;
    moment timestamptz;
    digest bytea;
BEGIN
    -- Keys of rows: mostly numbers, which one look settles; else UUIDs, Insee codes, ISO weeks or days.
    IF listed !~ '^([1-9][0-9]*(,[1-9][0-9]*)*)?$' AND EXISTS (
        SELECT FROM unnest(ids) AS id
        WHERE id !~ '^([1-9][0-9]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9][0-9AB][0-9]{3}|[0-9]{4}-(W[0-9]{2}|[0-9]{2}-[0-9]{2}))$'
    ) OR array_position(ids, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'le journal ne garde que des références de lignes' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.accounts_auditstream (stream, number, hash, at)
    VALUES (own_stream, 0, decode(repeat('00', 32), 'hex'), '-infinity') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM public.accounts_auditstream AS s WHERE s.stream = own_stream FOR UPDATE;
    -- A clock set back does not reorder a stream.
    moment := greatest(walls.audit_clock(own_stream), head.at);
    digest := walls.audit_digest(head.hash, own_stream, (head.number + 1)::text,
                                 walls.audit_microseconds(moment)::text, town, action, kind,
                                 listed, reason, outcome);
    INSERT INTO public.accounts_auditentry
        (stream, number, at, commune, action, kind, ids, reason, outcome, previous, hash)
    VALUES (own_stream, head.number + 1, moment, town, action, kind, ids, reason, outcome, head.hash, digest);
    UPDATE public.accounts_auditstream AS s
    SET number = head.number + 1, hash = digest, at = moment
    WHERE s.stream = own_stream;
END
$$;
