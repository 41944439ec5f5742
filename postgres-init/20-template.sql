-- Extensions, put into template1: every database made later starts as a copy of it, so a database that the superuser
-- drops and creates again by hand is one on which its service migrates and runs at once. The rights of each service's
-- roles are added by database.psql.
--
-- Only a superuser may create the extension vector (it is not a trusted one).
--
-- In `postgres` a service only shows that it is alive (service_kit.presence). It is let in there and can make nothing: no
-- table, no temporary one, no large object.

\set ON_ERROR_STOP on
\connect template1

CREATE EXTENSION IF NOT EXISTS vector;

-- Some builds of PostgreSQL come without contrib; identifiers are made by gen_random_uuid() of the core either way.
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'uuid-ossp') AS has_uuid_ossp \gset
\if :has_uuid_ossp
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
\else
\echo 'uuid-ossp is not available on this server: left out'
\endif

REVOKE ALL ON SCHEMA public FROM PUBLIC;

\connect postgres

REVOKE CREATE, TEMPORARY ON DATABASE postgres FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
