# --- Set up and run (devtools/local) -----------------------------------------------------------------------------
# Nothing but make and Python 3.11 or newer has to be there; everything else is installed below this folder, and each
# target installs only what it needs: those that run the application requirements-run.txt (for-run), all others
# requirements-dev.txt, which contains it, into the same .venv (setup).
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PORT ?= 8000
MAILBOX_PORT ?= 8025

.PHONY: help setup for-run run reset

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: NEEDED := dev
for-run: NEEDED := run
setup for-run:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Turnout needs Python 3.11 or newer: install one, or name it with `make PYTHON=/path/to/python3`.' >&2; exit 1; }
	@"$(PYTHON)" -m devtools.local.bootstrap $(NEEDED)

setup: ## Install the pinned development tools into .venv, .venv-engine and .venv-infra, when they changed

run: for-run ## The API on :8000 with its local cloud, queue handlers and mailbox (PORT=, MAILBOX_PORT=, LIMITS=production, REMINDER_SPEED=60)
	@.venv/bin/python -m devtools.local run --port $(PORT) --mailbox-port $(MAILBOX_PORT)

reset: for-run ## Delete the local data: tables, queues, mail, keys
	@.venv/bin/python -m devtools.local reset

# --- Everything else ----------------------------------------------------------------------------------------------
BIN := .venv/bin
STAGE ?= prod
RUNTIME ?= 3.13
ARCH ?= arm64
ONLY ?= all
WALLETS ?= off
# Two workers: what a CI machine has. Tests of one xdist_group stay in one worker. Bytecode is kept whatever the
# environment says: the tests start many processes, and without it each of them compiles all that it imports.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 2 --dist loadgroup
export MAKE

.PHONY: demo mails keys function-keys mailboxes admin reindex backfill seat-audit redrive restore after-restore test test-deep test-moto test-dynamodb-local pr lint notes secrets audit fmt types layers generated bench bench-full bench-docs bench-check mutants package package-here account deploy look test-deployed test-clients screens lighthouse clients web-types lock routes reference-data openapi docs

demo: for-run ## Import 6,007 real conferences over HTTP into a running `make run`, then print what to try
	@$(BIN)/python -m devtools.demo --api http://127.0.0.1:$(PORT) --mailbox http://127.0.0.1:$(MAILBOX_PORT)

mails: for-run ## Every kind of mail in every language as HTML in build/mails (ARGS=--snapshots: what the tests compare)
	@$(BIN)/python -m devtools.mails $(ARGS)

keys: for-run ## The keys that sign tokens and links (ARGS="show|make|rotate|use KID|drop KID [--stage NAME] [--dry-run]")
	@$(BIN)/python -m operations.keys $(or $(ARGS),show)

function-keys: for-run ## The keys of one function, derived from the ring (ARGS="mail|feedback --to PARAMETER [--dry-run] [--stage NAME]")
	@$(BIN)/python -m operations.function_keys $(ARGS)

mailboxes: for-run ## What is known of an address, and sending to it again (ARGS="show|lift ADDRESS [--dry-run] [--stage NAME]")
	@$(BIN)/python -m operations.mailboxes $(ARGS)

admin: for-run ## Make the owner of an address an admin (EMAIL=ada@example.org; ARGS="--revoke", "--dry-run", "--stage NAME")
	@$(BIN)/python -m operations.admins $(EMAIL) $(ARGS)

seat-audit: for-run ## Compare seat counters with enrollments (ARGS=--repair corrects; ARGS="--event ID", ARGS="--stage NAME")
	@$(BIN)/python -m operations.seat_audit $(ARGS)

backfill: for-run ## Write items of an earlier shape anew (ARGS="enrollments|holds [--write] [--stage NAME]"; without --write they are counted)
	@$(BIN)/python -m operations.backfill $(ARGS)

redrive: for-run ## What failed for good by queue and reason (ARGS="[--queue mail] [--write] [--stage NAME]"; without --write it is listed)
	@$(BIN)/python -m operations.redrive $(ARGS)

restore: for-run ## All tables of one second under another prefix (ARGS="--to PREFIX--NAME --at TIME [--write] --stage NAME")
	@$(BIN)/python -m operations.restore $(ARGS)

after-restore: for-run ## Erasures since, seats and index of restored tables (ARGS="--to PREFIX --at TIME [--write] --stage NAME")
	@$(BIN)/python -m operations.after_restore $(ARGS)

reindex: for-run ## Write the search index anew while `make run` runs (ARGS=--check compares, ARGS="--stage NAME": a deployed one)
	@$(BIN)/python -m operations.reindex $(ARGS)

test: setup ## The whole suite: at most nine CPU minutes, under five minutes on two cores
	@$(BIN)/python -m devtools.cost --budget 9 env $(PYTEST) -m "not deep and not dynamodb_local and not aws"

test-deep: setup ## The long versions, every night: thousands of seeds, and examples that nobody has seen before
	@$(PYTEST) -m deep
	@$(PYTEST) tests/property --hypothesis-profile deep

test-moto: setup ## The whole system in one process: API, queues, mail, jobs and the tick on moto, with no server
	@$(BIN)/python -m pytest -q tests/moto

test-dynamodb-local: setup ## The contract suite against Amazon's DynamoDB Local (Java 17, Maven Central)
	@$(BIN)/python -m pytest -q -m dynamodb_local

test-deployed: setup ## docs/deploy.md step by step against the local engine, then the main story on the packaged stack (make pr runs it too)
	@$(BIN)/python -m pytest -q -n 0 --deployed tests/deployed

test-clients: setup ## The long story with each generated client, the Postman collection and the MCP server (downloads their tools)
	@$(BIN)/python -m pytest -q -n 0 --clients tests/clients

screens: setup ## Every page in four looks and two languages as pictures in build/screens (needs Chromium; ARGS=--docs renews the README's)
	@$(BIN)/python -m tests.browser.screens $(ARGS)

lighthouse: setup ## What Lighthouse says about the pages (needs Chromium; npm fetches Lighthouse)
	@$(BIN)/python -m tests.browser.lighthouse

clients: setup ## Clients as packages: a wheel in build/clients/python/dist, an npm archive in build/clients/typescript
	@$(BIN)/python -m devtools.clients

web-types: setup ## Check the JSDoc types of web/ against the OpenAPI document (needs Node.js; says so where there is none)
	@$(BIN)/python -m devtools.web.types

pr: setup ## Everything that CI runs, in the same order
	@$(BIN)/python -m devtools.pr

lint: setup
	@$(BIN)/ruff format --check --quiet . || { echo 'Files are not formatted: run `make fmt`.' >&2; exit 1; }
	@$(BIN)/ruff check .
	@$(MAKE) --no-print-directory notes secrets

# Ruff refuses notes about work that somebody should do later in Python (FIX); this does in every other language.
notes:
	@! git grep -InwE '[T]ODO|[F]IXME|[X]XX|[H]ACK' -- ':!*.py' ':!*/vendor/*' || { \
		echo 'Do it now, or write an issue, and delete the note.' >&2; exit 1; }

secrets: setup
	@$(BIN)/python -m devtools.supply.secrets

audit: setup ## Known vulnerabilities of every locked package
	@$(BIN)/python -m devtools.supply.audit

fmt: setup ## Format, and correct what ruff can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

types: setup
	@$(BIN)/mypy -m app -p chalicelib -p devtools -p operations -p tests

layers: setup
	@$(BIN)/lint-imports --no-cache

generated: setup
	@$(BIN)/python -m devtools.routes --check
	@$(BIN)/python -m devtools.openapi --check
	@$(BIN)/python -m devtools.clients.surface --check
	@$(BIN)/python -m devtools.clients.postman --check
	@$(BIN)/python -m devtools.errors_docs --check
	@$(BIN)/python -m devtools.limits_docs --check
	@$(BIN)/python -m devtools.retention --check
	@$(BIN)/python -m devtools.operators_docs --check
	@$(BIN)/python -m devtools.rules_docs --check
	@$(BIN)/python -m devtools.vendored --check
	@$(BIN)/python -m devtools.web.precache --check
	@$(BIN)/python -m devtools.settings_docs --check
	@$(BIN)/python -m devtools.supply.licences --check
	@$(BIN)/python -m devtools.reference --check
	@$(BIN)/python -m devtools.letters --check
	@$(BIN)/python -m devtools.locks --check

bench: setup ## The figures of the budgets as a table
	@$(BIN)/python -m tests.bench $(ARGS)
	@$(BIN)/python -m tests.bench.finding
	@$(BIN)/python -m tests.bench.engine
	@$(BIN)/python -m tests.bench.timing

bench-full: setup ## What finding costs with 1,000, 10,000 and 100,000 events: minutes, and gigabytes of memory
	@$(BIN)/python -m tests.bench.finding --full

bench-docs: setup ## The same, written into docs/costs.md
	@$(BIN)/python -m tests.bench.finding --full --docs

bench-check: setup
	@$(BIN)/python -m tests.bench --check

mutants: setup ## Mutation tests of the seat rules and their transactions; survivors need a reason in docs/mutants.md
	@$(BIN)/python -m devtools.mutants $(ARGS)

package: setup ## build/package/{template.yaml,deployment.zip,sbom.json} for AWS, checked and linted (STAGE=prod RUNTIME=3.13 ARCH=arm64; or host; WALLETS=on: with what signs passes)
	@$(BIN)/python -m devtools.package $(ONLY) --stage $(STAGE) --runtime $(RUNTIME) --arch $(ARCH) --wallets $(WALLETS)

package-here: RUNTIME := host
package-here: package ## The same for the Python that runs here

account: setup ## What all stages of an AWS account and region stand on, once (REPOSITORY=owner/name: whose workflows may deploy)
	@$(BIN)/python -m devtools.deploy account --repository "$(REPOSITORY)" $(if $(DRY_RUN),--dry-run) $(ARGS)

deploy: setup ## Deploy what `make package STAGE=` has made, with its file in template-infra/params (STAGE=prod; DRY_RUN=1 lists the changes, ADOPT=1 takes kept tables)
	@$(BIN)/python -m devtools.deploy stage $(STAGE) $(if $(DRY_RUN),--dry-run) $(if $(ADOPT),--adopt) $(ARGS)

look: setup ## Look at a deployed stage from outside, as the end of docs/deploy.md asks for (URL=https://...)
	@$(BIN)/python -m devtools.deploy look "$(URL)"

lock: setup ## Resolve requirements*.in into requirements*.txt
	@$(BIN)/python -m devtools.locks

routes: setup ## Write chalicelib/api/http/endpoints/route_table.py from the declarations
	@$(BIN)/python -m devtools.routes

reference-data: setup ## Write the tables of countries, currencies and languages from the pinned packages
	@$(BIN)/python -m devtools.reference

openapi: setup ## Write chalicelib/api/documents/openapi.json from the routes
	@$(BIN)/python -m devtools.openapi

docs: openapi ## Write every generated document
	@$(BIN)/python -m devtools.clients.surface
	@$(BIN)/python -m devtools.clients.postman
	@$(BIN)/python -m devtools.errors_docs
	@$(BIN)/python -m devtools.limits_docs
	@$(BIN)/python -m devtools.retention
	@$(BIN)/python -m devtools.operators_docs
	@$(BIN)/python -m devtools.rules_docs
	@$(BIN)/python -m devtools.settings_docs
	@$(BIN)/python -m devtools.supply.licences
	@$(BIN)/python -m devtools.web.precache
