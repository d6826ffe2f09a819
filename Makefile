# Every target is a line of `python -m pipeline` or of a tool in .venv; see README.md.
PYTHON ?= python3
WORKSPACE ?= data
ENGINE ?= duckdb
VENV := .venv/bin
# a worker whose tests are done takes over some of another's
PYTEST := $(VENV)/python -m pytest -n auto --dist worksteal

.DEFAULT_GOAL := build
.PHONY: help build templates dbt setup test test-fast check format lab bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 11

build: ## build and publish everything that changed (WORKSPACE=DIR for another folder, ENGINE=spark for another engine)
	@$(PYTHON) -m pipeline build --workspace "$(WORKSPACE)" --engine "$(ENGINE)"

templates: ## write empty workbooks to fill in (REGION=CODE offers the towns of a county)
	@$(PYTHON) -m pipeline templates --workspace "$(WORKSPACE)" $(if $(REGION),--region "$(REGION)")

dbt: ## run dbt on a copy of the published warehouse (ARGS="build -s quota_progress+")
	@$(PYTHON) -m pipeline dbt --workspace "$(WORKSPACE)" $(ARGS)

setup: ## make the environment in .venv
	@$(PYTHON) -m pipeline setup

test: setup ## run all tests, on all processors (ARGS="-k quota" hands options to pytest)
	@$(PYTEST) $(ARGS)

test-fast: setup ## run the tests that need neither a whole build nor a browser (ARGS as above)
	@$(PYTEST) -m "not integration and not browser" $(ARGS)

check: setup ## format, lint and type checks
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy
	@$(VENV)/sqlfluff lint --disable-progress-bar -q dbt_project/models

format: setup ## put code into the project's format
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

lab: setup ## open the notebooks in Jupyter
	@$(VENV)/jupyter lab notebooks/lab

bench: setup ## time reading and building against other ways; writes docs/benchmarks.md (SCALE=1: a whole nation)
	@$(VENV)/python benchmarks/reading.py
	@$(VENV)/python benchmarks/fixed.py --scale $(or $(SCALE),0.1)
	@$(VENV)/python benchmarks/building.py --scale $(or $(SCALE),0.1)

lock: ## renew the lock files from the ranges of pyproject.toml (needs uv)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--group dev pyproject.toml --output-file requirements.lock
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--constraints requirements.lock --group spark --output-file requirements-spark.lock

clean: ## remove what builds made; data/raw stays
	@rm -rf data/.build data/.lock data/warehouse.duckdb data/raw_tables data/previous_marts data/templates data/dev .cache
	@find data/marts -mindepth 1 ! -name .gitkeep -delete
