#!/bin/bash
# Run once by the database's container, as the server's own account: a password for each login, and the database to its owner.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v owner="$RONDE_DB_PASSWORD" -v web="$RONDE_DB_WEB_PASSWORD" \
  -v aggregates="$RONDE_DB_AGGREGATES_PASSWORD" -v worker="$RONDE_DB_WORKER_PASSWORD" -v database="$POSTGRES_DB" <<'SQL'
ALTER ROLE ronde PASSWORD :'owner';
ALTER ROLE ronde_web PASSWORD :'web';
ALTER ROLE ronde_aggregates PASSWORD :'aggregates';
ALTER ROLE ronde_worker PASSWORD :'worker';
ALTER DATABASE :"database" OWNER TO ronde;
GRANT ALL ON SCHEMA public TO ronde;
CREATE EXTENSION IF NOT EXISTS btree_gist;
SQL
