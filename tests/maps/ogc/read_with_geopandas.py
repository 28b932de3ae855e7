"""Read the sectors with GeoPandas, with the options given as Python, and write them as GeoJSON."""

import ast
import json
import sys

import geopandas

service, options = sys.argv[1:]
sectors = geopandas.read_file(f"OAPIF:{service}", layer="secteurs", **ast.literal_eval(options))
document = json.loads(sectors[["numero", "geometry"]].to_json(drop_id=True))
sys.stdout.write(json.dumps(document | {"system": sectors.crs.to_string()}))
