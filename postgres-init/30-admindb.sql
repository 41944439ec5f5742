\set database admindb
\getenv owner_password ADMINDB_OWNER_PASSWORD
\getenv app_password ADMINDB_APP_PASSWORD
\ir database.psql
