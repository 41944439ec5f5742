#!/bin/sh
# Who may open which database over the network, written into pg_hba.conf of the new server:
#
# - the superuser any database, with its password;
# - a service's roles their own database. `samerole` lets a role in when it is a member of the role that has the
#   database's name. It lives outside the databases, so dropping and creating one of them by hand changes nothing;
# - a service's roles the database `postgres` too, where each process of a service keeps a connection that shows which
#   release lives; see 20-template.sql for what they can do there;
# - no other role, and nothing without a password (no line matches: refused).
#
# The rules for local sockets stay as initdb made them: `psql -U postgres` inside the container goes on working.
# The server reads the file at its next start or reload.
set -eu

hba=$PGDATA/pg_hba.conf
{
  grep '^local' "$hba"
  echo "host  all       ${POSTGRES_USER:-postgres}  all  scram-sha-256"
  echo "host  samerole  all       all  scram-sha-256"
  echo "host  postgres  +services  all  scram-sha-256"
} >"$hba.new"
cat "$hba.new" >"$hba" # keeps the file's owner and mode
rm "$hba.new"
