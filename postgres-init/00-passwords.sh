#!/bin/sh
# Refuses to start a server with default passwords where ENVIRONMENT is production. docker-compose.yml runs it at every
# start, because the other files here are run on an empty server only.
set -eu

if [ "${ENVIRONMENT:-local}" = production ]; then
  for role in POSTGRES AUTHDB_OWNER AUTHDB_APP APIDB_OWNER APIDB_APP ADMINDB_OWNER ADMINDB_APP; do
    eval "password=\${${role}_PASSWORD:-}"
    case $password in
      *local-only*)
        echo "${role}_PASSWORD holds a default secret; set one of your own in production" >&2
        exit 1
        ;;
    esac
  done
fi
