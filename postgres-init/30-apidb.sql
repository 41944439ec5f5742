\set database apidb
\getenv owner_password APIDB_OWNER_PASSWORD
\getenv app_password APIDB_APP_PASSWORD
\ir database.psql
