-- A street's name as it is searched: no accents, case, punctuation nor small words, abbreviations written out. The
-- same function is applied to what somebody types. unaccent() is not immutable because its dictionary could be
-- changed; naming the dictionary, and this server's files being its package's, makes it so in fact.
-- « 12, Bd. du Gal de Gaulle » is « 12 boulevard general gaulle ».
CREATE OR REPLACE FUNCTION public.geo_searchable(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT COALESCE(
        -- A small word goes when another follows, also two run together: « Rue D » keeps its letter.
        regexp_replace(
            string_agg(
                COALESCE(
                    '{
                        "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
                        "blvd": "boulevard", "boul": "boulevard", "bvd": "boulevard", "cap": "capitaine",
                        "cdt": "commandant", "ch": "chemin", "che": "chemin", "chem": "chemin", "cmdt": "commandant",
                        "col": "colonel", "cpt": "capitaine", "crs": "cours", "dom": "domaine", "dr": "docteur",
                        "esp": "esplanade", "fbg": "faubourg", "fg": "faubourg", "gal": "general", "gd": "grand",
                        "gde": "grande", "gen": "general", "ham": "hameau", "imp": "impasse", "ld": "lieu dit",
                        "lot": "lotissement", "lt": "lieutenant", "mal": "marechal", "mar": "marechal",
                        "mgr": "monseigneur", "mte": "montee", "nd": "notre dame", "pass": "passage",
                        "pdt": "president", "pl": "place", "pr": "professeur", "prof": "professeur",
                        "prom": "promenade", "qu": "quai", "quart": "quartier", "r": "rue", "res": "residence",
                        "rpt": "rond point", "rte": "route", "sgt": "sergent", "sq": "square", "st": "saint",
                        "ste": "sainte", "sts": "saints", "1er": "1", "premier": "1", "quatre": "4", "huit": "8",
                        "onze": "11", "quatorze": "14"
                    }'::jsonb ->> word,
                    word
                ),
                ' ' ORDER BY place
            ),
            '\m(?:d|l|de|du|des|la|le|les|au|aux|del|dela)\M +(?=\S)', '', 'g'
        ),
        ''
    )
    FROM regexp_split_to_table(
        lower(public.unaccent('public.unaccent'::regdictionary, normalize(name, NFKC))), '[^a-z0-9]+'
    ) WITH ORDINALITY AS words (word, place)
    WHERE word <> ''
);

-- What tells one street from another: its searchable name without the leading « rue » or « boulevard », unless that is
-- all there is. Two thirds of the streets of a town are a « rue »: searching for the word would find them all.
CREATE OR REPLACE FUNCTION public.geo_street_key(searchable text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    searchable,
    '^(?:allee|avenue|boulevard|chemin|cite|cours|domaine|esplanade|faubourg|hameau|impasse|lieu dit|lotissement|montee'
    '|passage|place|promenade|quai|quartier|residence|rond point|route|rue|ruelle|sentier|square|traverse|voie) +(?=\S)',
    ''
);
