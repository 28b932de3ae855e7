-- The names of the streets that have addresses, kept beside the addresses by whatever writes these: an import of
-- 500,000 rows fires once. Nothing else writes the table.
CREATE FUNCTION public.geo_add_street_names() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO public.geo_streetname (commune_id, name)
    SELECT DISTINCT commune_id, street_name FROM written WHERE street_name <> ''
    ON CONFLICT (commune_id, name) DO NOTHING;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.geo_drop_street_names() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM public.geo_streetname AS street
     USING (SELECT DISTINCT commune_id, street_name FROM erased) AS gone
     WHERE street.commune_id = gone.commune_id AND street.name = gone.street_name
       AND NOT EXISTS (
               SELECT FROM public.geo_address AS address
                WHERE address.commune_id = gone.commune_id AND address.street_name = gone.street_name
           );
    RETURN NULL;
END
$$;

CREATE TRIGGER street_names_of_new_addresses AFTER INSERT ON public.geo_address
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.geo_add_street_names();
CREATE TRIGGER street_names_of_changed_addresses AFTER UPDATE ON public.geo_address
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.geo_add_street_names();
CREATE TRIGGER street_names_before_the_change AFTER UPDATE ON public.geo_address
    REFERENCING OLD TABLE AS erased FOR EACH STATEMENT EXECUTE FUNCTION public.geo_drop_street_names();
CREATE TRIGGER street_names_of_erased_addresses AFTER DELETE ON public.geo_address
    REFERENCING OLD TABLE AS erased FOR EACH STATEMENT EXECUTE FUNCTION public.geo_drop_street_names();

-- The addresses that are there already.
INSERT INTO public.geo_streetname (commune_id, name)
SELECT DISTINCT commune_id, street_name FROM public.geo_address WHERE street_name <> '';
