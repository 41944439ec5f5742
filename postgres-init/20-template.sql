-- Extensions and schema rights, put into template1: every database made later starts as a copy of it, so a database that
-- the superuser drops and creates again by hand is one on which its service migrates and runs at once.
--
-- Only a superuser may create the extension vector (it is not a trusted one), and the right to create tables would
-- otherwise belong to the role that ran CREATE DATABASE. Granting all three services the schema is harmless: which database a
-- role may open at all is decided in 40-client-authentication.sh.

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
GRANT USAGE, CREATE ON SCHEMA public TO authdb_owner, apidb_owner, admindb_owner;
GRANT USAGE ON SCHEMA public TO authdb_app, apidb_app, admindb_app;

-- An application role reads and writes the rows of what its owner role creates, and nothing else.
ALTER DEFAULT PRIVILEGES FOR ROLE authdb_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO authdb_app;
ALTER DEFAULT PRIVILEGES FOR ROLE authdb_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO authdb_app;
ALTER DEFAULT PRIVILEGES FOR ROLE apidb_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO apidb_app;
ALTER DEFAULT PRIVILEGES FOR ROLE apidb_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO apidb_app;
ALTER DEFAULT PRIVILEGES FOR ROLE admindb_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO admindb_app;
ALTER DEFAULT PRIVILEGES FOR ROLE admindb_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO admindb_app;
