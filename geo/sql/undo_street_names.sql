DROP TRIGGER street_names_of_new_addresses ON public.geo_address;
DROP TRIGGER street_names_of_changed_addresses ON public.geo_address;
DROP TRIGGER street_names_before_the_change ON public.geo_address;
DROP TRIGGER street_names_of_erased_addresses ON public.geo_address;
DROP FUNCTION public.geo_add_street_names();
DROP FUNCTION public.geo_drop_street_names();
