# Everything a developer of this repository types. `make` alone prints the targets below, by group.
# Needs Python 3.11 to 3.14 and nothing else; what it installs stays in folders of the checkout.

PYTHON ?= python3

# The folders that have a poetry.lock and an environment of their own; a folder ai-micro-api-... is a service.
PARTS := $(patsubst %/poetry.lock,%,$(wildcard $(addsuffix /poetry.lock,libs/* ai-micro-api-* console stack)))

ENVIRONMENTS := $(addsuffix /.venv/.installed,$(PARTS))
# What steps of both lanes need, so that no two of them install it at once.
TEST_ENVIRONMENTS := stack/service-template/.venv/.installed stack/pipeline-tools/.venv/.installed
POETRY_ENVIRONMENT := .tools/poetry/.installed
POETRY := $(CURDIR)/.tools/poetry/bin/python -m poetry
PIP := .tools/poetry/bin/python -m pip --disable-pip-version-check
STACK := stack/.venv/bin/python -m stack
# Unless the caller of make has set how many.
two-at-a-time = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2)
RUFF := stack/.venv/bin/ruff

# What `make test` runs: two lanes at the same time, and when both have ended, one by one, what counts seconds. The second
# lane is what waits more than it computes. test-fast leaves out what needs a running stack or a Docker engine.
PART_TESTS := $(patsubst %,test-%,$(subst libs/alembic-,,$(subst libs/service-,,$(subst ai-micro-api-,,$(PARTS)))))
SERVICE_NAMES := $(patsubst ai-micro-api-%,%,$(filter ai-micro-api-%,$(PARTS)))
SERVICE_TESTS := $(addprefix test-,$(SERVICE_NAMES))
LANE := lint types $(filter-out test-kit test-stack,$(PART_TESTS))
LANE_BESIDE := test-helm test-stack test-migrations
ALONE := test-kit
FAST_STEPS = $(LANE) --beside $(LANE_BESIDE) --alone $(ALONE)
STEPS = $(LANE) test-langchain --beside test-compose $(LANE_BESIDE) --alone $(ALONE) test-e2e test-browser

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install lock clean run psql admin up down test test-fast lint format service reference openapi clients examples types $(PART_TESTS) test-migrations \
  test-helm test-langchain test-e2e test-browser translations test-load test-nightly test-compose bench revision plan upgrade downgrade current status drift history revisions rehearse backup \
  drill restore packages release sbom pin-images hooks FORCE

help:
	@awk -v services='$(SERVICE_TESTS)' 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2} \
	  /^\$$\(SERVICE_TESTS\):/ {for (i = split(services, each, " "); i > 0; i--) printf "  %-16s %s %s\n", each[i], $$2, substr(each[i], 6)}' $(firstword $(MAKEFILE_LIST))

##@ Running
run: install $(if $(filter e5,$(EMBEDDINGS)),stack/embeddings-e5/.venv/.installed) ## Start everything without Docker; EMBEDDINGS=e5: search by meaning; AUTH_PORT, ..., POSTGRES_PORT move it
	@exec $(STACK) run --end-with-parent

psql: stack/.venv/.installed ## Open psql on the running stack: make psql DB=authdb
	@$(call need,DB,the database, as in make psql DB=authdb)
	@exec $(STACK) psql "$(DB)"

admin: ai-micro-api-auth/.venv/.installed ## Create an administrator: make admin EMAIL=you@example.com (RESET=1 if it exists)
	@$(call need,EMAIL,the account, as in make admin EMAIL=you@example.com)
	@cd ai-micro-api-auth && exec .venv/bin/python -m app.accounts.administrator --email "$$EMAIL" $(if $(RESET),--reset)

up: ## Start everything with Docker
	docker compose up --build --wait

down: ## End what `make up` started; the data stays in its volumes
	docker compose down

##@ Migrations (in the databases of the running stack)
revision: migrations ## New revision from the models: make revision SERVICE=admin M="add tags"
	@$(call need,M,what it does, as in M="add tags")
	@$(in-service)alembic revision --autogenerate -m "$$M"

plan: migrations ## Show what an upgrade would do, with its SQL: make plan SERVICE=admin
	@$(in-service)alembic-rollout plan

rehearse: migrations ## Run what is pending on a copy, up, down and up: make rehearse SERVICE=admin
	@$(as-operator) rehearse

upgrade: migrations ## Apply what is pending: make upgrade SERVICE=admin
	@$(in-service)alembic upgrade head

downgrade: migrations ## Revert the last revision: make downgrade SERVICE=admin
	@$(in-service)alembic downgrade -1

current: migrations ## Revision that the database is at: make current SERVICE=admin
	@$(in-service)alembic current

status: migrations ## The same, with what is pending, held and connected: make status SERVICE=admin
	@$(in-service)alembic-rollout status

history: migrations ## Who migrated the database, when, how long it took: make history SERVICE=admin
	@$(in-service)alembic-rollout history

revisions: migrations ## Every revision there is: make revisions SERVICE=admin
	@$(in-service)alembic history

drift: migrations ## Compare the database with the models: make drift SERVICE=admin
	@$(in-service)alembic-rollout drift

backup: migrations ## Save the database to .data/backups: make backup SERVICE=admin
	@$(in-service)alembic-rollout backup

drill: migrations ## Restore the newest backup beside the database, compare, drop it again: make drill SERVICE=admin
	@$(as-operator) drill

restore: migrations ## Print what a backup would restore; YES=1 restores it: make restore SERVICE=admin FILE=... YES=1
	@$(call need,FILE,the backup, as in FILE=.data/backups/admindb/NAME.dump)
	@$(as-operator) restore "$$FILE" $(if $(YES),--yes)

SERVICE_FOLDER = ai-micro-api-$(SERVICE)
in-service = cd "$(SERVICE_FOLDER)" && exec .venv/bin/
# With the rights of the server's superuser, who alone may make databases; .data/stack.json has them.
as-operator = exec $(STACK) alembic-rollout "$(SERVICE)" --

.PHONY: migrations
migrations:
	@$(call need,SERVICE,the service: $(SERVICE_NAMES))
	@test -d "$(SERVICE_FOLDER)" || { echo 'SERVICE is one of: $(SERVICE_NAMES).' >&2; exit 2; }
	@$(MAKE) --no-print-directory "$(SERVICE_FOLDER)/.venv/.installed" stack/.venv/.installed

##@ Tests
test: install $(TEST_ENVIRONMENTS) ## Everything: lint, types, each part's tests, a running stack, the compose file
	@$(STACK) with-postgres -- $(STACK) steps $(STEPS)

test-fast: install $(TEST_ENVIRONMENTS) ## The same without a running stack and without Docker
	@$(STACK) with-postgres -- $(STACK) steps $(FAST_STEPS)

ifeq ($(SERVICE),)
lint: $(ENVIRONMENTS) stack/pipeline-tools/.venv/.installed ## Check style, format, pipelines, lock files and migrations; one service's migrations: make lint SERVICE=auth
	@$(RUFF) check .
	@$(RUFF) format --check .
	@stack/bin/check-pipelines
	@for part in $(PARTS); do \
	  $(POETRY) check --lock --quiet --directory "$$part" && $(PIP) --python "$$part/.venv/bin/python" check || \
	  { echo "$$part: run make lock PART=$$part" >&2; exit 1; }; \
	done
	@for service in $(filter ai-micro-api-%,$(PARTS)); do \
	  (cd "$$service" && echo "$$service" && .venv/bin/alembic-rollout lint --all) || exit 1; \
	done
else
lint: migrations
	@$(in-service)alembic-rollout lint --all
endif

format: stack/.venv/.installed ## Put the code into the one format
	@$(RUFF) check --fix .
	@$(RUFF) format .

service: stack/.venv/.installed stack/service-template/.venv/.installed ## Make a new service: make service NAME=billing PORT=8005 (the next free port by default)
	@$(call need,NAME,the service to make, as in make service NAME=billing)
	@$(STACK) service "$$NAME" --port "$$PORT"

reference: $(ENVIRONMENTS) ## Write docs/reference from the code, and the chart's table of values
	@cd libs/alembic-rollout && .venv/bin/python tools/reference.py
	@$(STACK) reference

openapi: $(ENVIRONMENTS) ## Write docs/openapi from the services, and name what breaks clients of the last release
	@exec $(STACK) openapi

clients: deploy/python-client/.venv/.installed ## Write the Python client in deploy/python-client from docs/openapi
	@deploy/python-client/.venv/bin/python deploy/python-client/tools/generate.py

translations: console/.venv/.installed ## Write the texts of the console into its translations, which a person then translates
	@cd console && .venv/bin/python -m tools.translations

examples: install ## Write docs/examples/generated-revisions.md from what `alembic revision --autogenerate` writes today
	@cd stack && WRITE_EXAMPLES=1 $(CURDIR)/$(STACK) with-postgres -- .venv/bin/pytest tests/revisions/test_examples.py -k page_is_written

types: $(ENVIRONMENTS) ## Check types, each part in its own environment
	@+$(MAKE) --no-print-directory --keep-going $(two-at-a-time) $(addsuffix /types,$(PARTS))

%/types: FORCE
	@said=$$(cd "$*" && .venv/bin/mypy --strict $$(ls -d app alembic_rollout service_kit src tests tools 2>/dev/null)); \
	status=$$?; printf '%s\n' "$* $$said"; exit $$status

# A part's tests run in its folder and environment, on a server that with-postgres makes (or was made around it).
test-in = cd $(1) && $(CURDIR)/$(STACK) with-postgres -- .venv/bin/pytest -n $(or $(2),2) --dist worksteal

test-rollout: libs/alembic-rollout/.venv/.installed stack/.venv/.installed ## Tests of libs/alembic-rollout
	@# Three at a time, because they wait for PostgreSQL and other processes for a third of their time.
	@$(call test-in,libs/alembic-rollout,3)

test-console: console/.venv/.installed stack/.venv/.installed ## Tests of the console that need no service
	@$(call test-in,console)

test-kit: libs/service-kit/.venv/.installed stack/.venv/.installed ## Tests of libs/service-kit
	@# Three at a time, because they wait for three fifths of their time.
	@$(call test-in,libs/service-kit,3)

$(SERVICE_TESTS): test-%: ai-micro-api-%/.venv/.installed stack/.venv/.installed ## Tests of the service
	@$(call test-in,ai-micro-api-$*,3)

test-admin: language-model
.PHONY: language-model
language-model: $(POETRY_ENVIRONMENT)
	@stack/bin/install-language-model

test-stack: install stack/service-template/.venv/.installed stack/pipeline-tools/.venv/.installed ## Tests of the runner, of postgres-init, of changes of the models, of packages and pipelines, and of the rules for all parts
	@$(call test-in,stack) tests/unit tests/repository tests/postgres_init tests/recovery tests/revisions tests/packages tests/pipelines

test-migrations: install ## Rehearse, lint, apply and compare the migrations of all services, on a new database each
	@$(STACK) with-postgres -- $(STACK) check-migrations

test-helm: stack/helm/.venv/.installed ## The chart, rendered by Helm's own library and validated for Kubernetes
	@cd stack/helm && .venv/bin/pytest

test-langchain: ai-micro-api-admin/.venv/.installed stack/.venv/.installed stack/langchain-postgres/.venv/.installed ## LangChain's own tests of PGVector, on the tables of ai-micro-api-admin
	@$(STACK) with-postgres -- stack/bin/test-langchain

test-e2e: install deploy/python-client/.venv/.installed ## Start stacks, use them, kill them
	@cd stack && .venv/bin/pytest -n 2 --dist loadfile tests/contract tests/runner tests/releases tests/end_to_end tests/observability tests/openapi

test-browser: install ## Use the console in Debian's Chromium; WRITE_SCREENSHOTS=1 writes the pictures in docs/images
	@cd stack && .venv/bin/pytest -n 2 --dist loadfile tests/browser

test-load: install ## The tests under load at full length: bursts, a network cut of 30 s, silence of 60 s, an upload of 20 s, replicas killed for a minute, two releases at once, two rolled out behind a proxy, 20 kills while 500 files are processed
	@cd stack && LOAD=full .venv/bin/pytest --log-cli-level=INFO $(addprefix tests/end_to_end/test_, load.py outages.py replicas.py kills.py) \
	  tests/releases/test_generated.py tests/releases/test_rolling.py
	@cd ai-micro-api-admin && LOAD=full $(CURDIR)/$(STACK) with-postgres -- .venv/bin/pytest tests/processing/test_many_kills.py

test-nightly: install stack/service-template/.venv/.installed ## Random changes of models and SQL files, 30 times as many as `test` tries; each parser on mutated files for two minutes; a new service, started
	@cd stack && .venv/bin/pytest tests/new_service
	@cd ai-micro-api-admin && FUZZ_SECONDS=120 FUZZ_SEED=$$$$ .venv/bin/pytest -n 2 tests/ingestion/fuzzing
	@cd libs/alembic-rollout && RANDOM_PAIRS=1000 RANDOM_OBJECTS=100 $(CURDIR)/$(STACK) with-postgres -- \
	  .venv/bin/pytest -n 2 --dist worksteal tests/autogenerate/test_random_changes.py tests/autogenerate/test_random_objects.py tests/autogenerate/test_layout.py

test-compose: install ## The compose file on a Docker engine; skipped where none answers, unless REQUIRE_DOCKER=1
	@cd stack && .venv/bin/pytest -rs tests/compose

bench: install ## Print speed and size beside their targets
	@$(STACK) bench
	@cd libs/alembic-rollout && $(CURDIR)/$(STACK) with-postgres -- .venv/bin/python benchmarks/report.py

##@ Packages and releases
packages: stack/pipeline-tools/.venv/.installed stack/helm/.venv/.installed ## Build sdist and wheel of both libraries and of the client into dist/, and check them; and the Helm chart
	@stack/bin/build-packages dist
	@stack/bin/package-chart dist

sbom: stack/pipeline-tools/.venv/.installed ## List what each part is made of, from its lock file, in dist/sbom (CycloneDX)
	@stack/bin/write-sboms dist/sbom

pin-images: ## Write the base images with today's digests to images.env; needs a registry
	@stack/bin/pin-images images.env

release: stack/.venv/.installed ## Set the version of every part, date the changelogs, commit and tag: make release VERSION=1.4.0
	@$(call need,VERSION,the version to release, as in make release VERSION=1.4.0)
	@exec $(STACK) release "$(VERSION)"

##@ Environments
install: ## Install every part from its lock file into its own .venv
	@+$(MAKE) --no-print-directory $(two-at-a-time) $(ENVIRONMENTS)

lock: $(POETRY_ENVIRONMENT) ## Fit the lock files to their pyproject.toml, or one of them: make lock PART=stack
	@for part in $(or $(PART),$(PARTS)); do \
	  echo "$$part" && stack/bin/lock-part "$$part" || exit 1; \
	done

hooks: stack/.venv/.installed stack/pipeline-tools/.venv/.installed ## Check style, migrations and pipelines at each commit (pre-commit)
	@stack/pipeline-tools/.venv/bin/pre-commit install

clean: ## Remove every environment and cache; the data in .data stays
	rm -rf .tools $(addsuffix /.venv,$(PARTS))
	find . -name .git -prune -o -type d '(' -name __pycache__ -o -name '.*_cache' ')' -prune -exec rm -rf {} +

# The two scripts compare what is installed with what is locked and return at once where nothing is to do. They are
# always asked, because a file's age says little: git touches locks, and environments break when a checkout is moved.
$(POETRY_ENVIRONMENT): FORCE
	@stack/bin/install-poetry "$(PYTHON)"

%/.venv/.installed: $(POETRY_ENVIRONMENT) FORCE
	@stack/bin/install-part "$*"

# $(call need,VARIABLE,what it names): end with one line when a variable was not given.
comma := ,
need = test -n "$($(1))" || { echo '$(1) is missing: $(2)$(if $(3),$(comma)$(3)).' >&2; exit 2; }
