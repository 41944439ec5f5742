# Everything a developer of this repository types. `make` alone prints the targets below, by group.
# Needs Python 3.11 to 3.14 and nothing else; what it installs stays in folders of the checkout.

PYTHON ?= python3

# The folders that have a poetry.lock and an environment of their own; one that is not there yet is left out.
PARTS := $(patsubst %/poetry.lock,%,$(wildcard \
  $(addsuffix /poetry.lock,libs/service-kit ai-micro-api-auth ai-micro-api-user ai-micro-api-admin stack)))
ENVIRONMENTS := $(addsuffix /.venv/.installed,$(PARTS))
POETRY_ENVIRONMENT := .tools/poetry/.installed
POETRY := $(CURDIR)/.tools/poetry/bin/poetry

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

##@ Environments
.PHONY: help install lock

help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Install every part from its lock file into its own .venv
	@+$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2) $(ENVIRONMENTS)

lock: $(POETRY_ENVIRONMENT) ## Write a part's poetry.lock anew: make lock PART=stack
	@test -n "$(PART)" || { echo 'Which part? make lock PART=<$(PARTS)>' >&2; exit 2; }
	cd "$(PART)" && POETRY_VIRTUALENVS_CREATE=false \
	  POETRY_PYPI_MIRROR_URL="$$("$(CURDIR)/.tools/poetry/bin/python" -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)')" \
	  "$(POETRY)" lock --no-interaction

# The two scripts compare what is installed with what is locked and return at once where nothing is to do. They are
# always asked, because a file's age says little: git touches locks, and environments break when a checkout is moved.
$(POETRY_ENVIRONMENT): FORCE
	@stack/bin/install-poetry "$(PYTHON)"

%/.venv/.installed: $(POETRY_ENVIRONMENT) FORCE
	@stack/bin/install-part "$*"

.PHONY: FORCE
FORCE:
