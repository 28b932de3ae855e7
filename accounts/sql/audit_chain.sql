-- The audit chain. Rows enter through walls.audit() and never change: each carries the SHA-256 of itself and of
-- the one before it in its stream. A stream is one account, one job, or the visitors; two accounts never wait for
-- each other, and the heads of all streams make the day's root (see accounts/audit/roots.py).

CREATE SCHEMA IF NOT EXISTS walls;

-- The login that really asks, also inside a SECURITY DEFINER function and after SET ROLE.
CREATE FUNCTION walls.audit_caller() RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN current_setting('role') = 'none' THEN session_user::text ELSE current_setting('role') END
$$;

-- What the person who reads holds, and in which commune.
CREATE FUNCTION walls.audit_holdings() RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(nullif(current_setting('ronde.holdings', true), ''), '{}')::jsonb $$;

CREATE FUNCTION walls.audit_town() RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(walls.audit_holdings() ->> 'commune', '') $$;

CREATE FUNCTION walls.audit_reader_is(role text) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(walls.audit_holdings() -> 'roles' ? role, false) $$;

-- Whose chain the next row joins. A job is believed only where jobs run: the web login cannot call itself one.
CREATE FUNCTION walls.audit_stream() RETURNS text
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
    ELSIF person ~ '^[0-9]{1,19}$' THEN
        RETURN 'account:' || person;
    ELSIF is_job THEN
        RETURN 'login:' || caller;
    END IF;
    RETURN 'anonymous';
END
$$;

-- Hash of a row: SHA-256 over the previous hash (32 bytes), then each field as UTF-8 text behind its length in
-- bytes (4 bytes, most significant first). accounts/audit/chain.py computes the same without the database.
CREATE FUNCTION walls.audit_digest(previous bytea, VARIADIC fields text[]) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    field bytea;
    message bytea := previous;
BEGIN
    FOR place IN 1 .. cardinality(fields) LOOP
        field := convert_to(fields[place], 'UTF8');
        message := message || int4send(octet_length(field)) || field;
    END LOOP;
    RETURN sha256(message);
END
$$;

CREATE FUNCTION walls.audit_microseconds(at timestamptz) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (extract(epoch FROM at) * 1000000)::bigint $$;

-- The only way in. Who and when are the database's own knowledge; ids are references to rows, never values.
CREATE FUNCTION walls.audit(action text, kind text, ids text[], reason text, outcome text) RETURNS void
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
    moment := greatest(clock_timestamp(), head.at);
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

CREATE FUNCTION walls.audit_refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('ronde.audit_cut', true) = 'on' AND TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'le journal des accès ne se modifie pas' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION walls.audit_refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION walls.audit_refuse_change();
CREATE TRIGGER audit_cut_never_changes BEFORE UPDATE OR DELETE ON accounts_auditcut
    FOR EACH ROW EXECUTE FUNCTION walls.audit_refuse_change();

-- The end of retention, the one way out: whole months off the start of the streams, checked and signed by
-- accounts/audit/cutting.py. `heads` gives for each stream the last number cut and its hash.
CREATE FUNCTION walls.cut_audit(before date, heads jsonb, signature bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    limit_at CONSTANT timestamptz := before::timestamp AT TIME ZONE 'Europe/Paris';
    gone bigint;
BEGIN
    IF before <> date_trunc('month', before) OR before > current_date - interval '6 months' THEN
        RAISE EXCEPTION 'seuls des mois entiers, vieux de six mois au moins, sont retirés du journal'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_each(heads) AS cut (stream, head)
        LEFT JOIN public.accounts_auditentry AS e ON e.stream = cut.stream AND e.number = (cut.head ->> 0)::bigint
        WHERE encode(e.hash, 'hex') IS DISTINCT FROM cut.head ->> 1 OR e.at >= limit_at
    ) THEN
        RAISE EXCEPTION 'ce qui serait retiré du journal n''est pas ce qui a été vérifié'
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM set_config('ronde.audit_cut', 'on', true);
    DELETE FROM public.accounts_auditentry AS e
    USING jsonb_each(heads) AS cut (stream, head)
    WHERE e.stream = cut.stream AND e.number <= (cut.head ->> 0)::bigint;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('ronde.audit_cut', '', true);
    INSERT INTO public.accounts_auditcut (before, heads, signature)
    VALUES (cut_audit.before, cut_audit.heads, cut_audit.signature);
    RETURN gone;
END
$$;
