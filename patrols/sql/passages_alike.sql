-- The passages that may tell the same visit as one, among those that whoever asks is shown: of its crew at its home, no
-- further from it than a shift may last, one of the two noted for no stop. None of those that were joined with another,
-- even if they were parted since. A function, as a policy may not read the table that it guards.
CREATE FUNCTION walls.passages_alike(passage bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT other.id
      FROM public.patrols_passage one
      JOIN public.patrols_passageorigin origin ON origin.passage_id = one.id
      JOIN public.patrols_passage other ON other.absence_id = one.absence_id AND other.id <> one.id
       AND other.done_at >= one.done_at - interval '16 hours' AND other.done_at <= one.done_at + interval '16 hours'
      JOIN public.patrols_passageorigin another ON another.passage_id = other.id AND another.crew_id = origin.crew_id
     WHERE one.id = passages_alike.passage
       AND (one.stop_id IS NULL OR other.stop_id IS NULL)
       AND NOT EXISTS (
               SELECT FROM public.patrols_joinedpassage joined
                WHERE joined.passage_id IN (one.id, other.id) OR joined.counts_as_id IN (one.id, other.id)
           )
     ORDER BY other.done_at, other.id
$$;

REVOKE ALL ON FUNCTION walls.passages_alike(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.passages_alike(bigint) TO ronde_web;
