\set database authdb
\getenv owner_password AUTHDB_OWNER_PASSWORD
\getenv app_password AUTHDB_APP_PASSWORD
\ir database.psql
