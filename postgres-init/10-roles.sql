-- The roles of the three services. Each database has a group role of its own name, an owner role that migrates (DDL)
-- and an application role that the running service uses (DML only). The group decides who may connect: see
-- 30-databases.sql and 40-client-authentication.sh.
--
-- An owner role is a member of its application role: a migration that waits for a lock sees what the sessions of the
-- service are doing (pg_stat_activity shows state and query to members only), and may end them (pg_terminate_backend).
--
-- A service cannot take all connections of the server. A process of it opens 20 at most, and the limit is that of three:
-- two replicas and the one that replaces one of them. The limits of all six roles are 240 together; docker-compose.yml and
-- `make run` start a server with 250. See docs/operations.md, "How many requests, replicas and connections".
--
-- Passwords come from the environment. An unset variable stops psql at the role that wants it, and nothing is made.

\set ON_ERROR_STOP on
\getenv authdb_owner_password AUTHDB_OWNER_PASSWORD
\getenv authdb_app_password AUTHDB_APP_PASSWORD
\getenv apidb_owner_password APIDB_OWNER_PASSWORD
\getenv apidb_app_password APIDB_APP_PASSWORD
\getenv admindb_owner_password ADMINDB_OWNER_PASSWORD
\getenv admindb_app_password ADMINDB_APP_PASSWORD

BEGIN;

CREATE ROLE authdb_owner LOGIN CONNECTION LIMIT 20
  PASSWORD :'authdb_owner_password';
CREATE ROLE authdb_app LOGIN CONNECTION LIMIT 60
  PASSWORD :'authdb_app_password';
CREATE ROLE authdb NOLOGIN ROLE authdb_owner, authdb_app;
GRANT authdb_app TO authdb_owner;

CREATE ROLE apidb_owner LOGIN CONNECTION LIMIT 20
  PASSWORD :'apidb_owner_password';
CREATE ROLE apidb_app LOGIN CONNECTION LIMIT 60
  PASSWORD :'apidb_app_password';
CREATE ROLE apidb NOLOGIN ROLE apidb_owner, apidb_app;
GRANT apidb_app TO apidb_owner;

CREATE ROLE admindb_owner LOGIN CONNECTION LIMIT 20
  PASSWORD :'admindb_owner_password';
CREATE ROLE admindb_app LOGIN CONNECTION LIMIT 60
  PASSWORD :'admindb_app_password';
CREATE ROLE admindb NOLOGIN ROLE admindb_owner, admindb_app;
GRANT admindb_app TO admindb_owner;

COMMIT;
