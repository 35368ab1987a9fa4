# `make help` lists everything. The launcher ./packshot does the work; these are short names for it.
UV ?= uv
COMPILE = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
HOME_FOLDER = $(or $(PACKSHOT_HOME),.packshot)
PYTHON = PYTHONPATH=. $(HOME_FOLDER)/venv/bin/python

.PHONY: sbom help setup lint unit integration e2e test contracts contracts-release requirements bare

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## virtual environment, hashed requirements, Kafka, models
	./packshot setup

lint: ## ruff, mypy --strict, import-linter
	./packshot test --lint

unit: ## the fast tests: no servers
	./packshot test --tests-only -- tests/unit -m "not broker and not e2e"

integration: ## tests on the real broker, store and database
	./packshot test --tests-only -- -m broker

e2e: ## tests that start every service
	./packshot test --tests-only -- -m e2e

test: ## all checks and all tests
	./packshot test

contracts: ## generated schemas, asyncapi.yaml and docs/topics.md; fails where a release would break
	$(PYTHON) -m deploy.contracts

contracts-release: ## the same, and keep today's schemas as released ones
	$(PYTHON) -m deploy.contracts --release

requirements: ## pin the newest allowed versions, with hashes (needs uv)
	cd requirements && $(COMPILE) base.in -o base.txt && $(COMPILE) build.in -o build.txt && $(COMPILE) dev.in -o dev.txt && \
	$(COMPILE) 3d.in -o 3d.txt
	@! grep -nE 'https?://|index-url' requirements/*.txt

sbom: ## bill of materials (CycloneDX) of everything pinned, to the output
	@$(PYTHON) -m deploy.sbom

bare: ## the proof: set-up and demo in a bare Debian 12 root (needs root and debootstrap)
	deploy/bare.sh
