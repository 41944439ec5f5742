-- The three databases, copies of template1 as 20-template.sql left it, each owned by the role that migrates it.
--
-- CONNECT is taken from PUBLIC and given to the database's group. A database that is created again by hand gets PUBLIC's
-- right back; the rules of 40-client-authentication.sh hold then too.

\set ON_ERROR_STOP on
\connect postgres

CREATE DATABASE authdb OWNER authdb_owner;
REVOKE ALL ON DATABASE authdb FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE authdb TO authdb;

CREATE DATABASE apidb OWNER apidb_owner;
REVOKE ALL ON DATABASE apidb FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE apidb TO apidb;

CREATE DATABASE admindb OWNER admindb_owner;
REVOKE ALL ON DATABASE admindb FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE admindb TO admindb;
