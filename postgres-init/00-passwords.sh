#!/bin/sh
# Refuses to start a server with default passwords where ENVIRONMENT is production. docker-compose.yml runs it at every
# start, because the other files here are run on an empty server only.
set -eu

if [ "${ENVIRONMENT:-local}" = production ]; then
  for variable in $(env | sed -n 's/^\([A-Z0-9_]*_PASSWORD\)=.*/\1/p'); do
    eval "password=\${$variable:-}"
    case $password in
      *local-only*)
        echo "$variable holds a default secret; set one of your own in production" >&2
        exit 1
        ;;
    esac
  done
fi
