-- The three databases, copies of template1 as 20-template.sql left it, each owned by the role that migrates it.
--
-- CONNECT is taken from PUBLIC and given to the database's group. A database that is created again by hand gets PUBLIC's
-- right back; the rules of 40-client-authentication.sh hold then too.
--
-- In `postgres` a service only shows that it is alive (service_kit.presence). It is let in there and can make nothing: no
-- table, no temporary one, no large object.

\set ON_ERROR_STOP on
\connect postgres

REVOKE CREATE, TEMPORARY ON DATABASE postgres FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;

CREATE DATABASE authdb OWNER authdb_owner;
REVOKE ALL ON DATABASE authdb FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE authdb TO authdb;

CREATE DATABASE apidb OWNER apidb_owner;
REVOKE ALL ON DATABASE apidb FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE apidb TO apidb;

CREATE DATABASE admindb OWNER admindb_owner;
REVOKE ALL ON DATABASE admindb FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE admindb TO admindb;
