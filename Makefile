# Every target sets up what it needs. Python 3.11 or newer is all a machine must have; PYTHON=… names another one.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCALE ?= county
# Tests run side by side, one more than two cores have: those in a browser wait more than they work (JOBS=0 runs them one
# after the other).
JOBS ?= 3

.PHONY: demo test bench verify spark docs docs-links pictures page-pictures lint lock advisories clean system-parts
.DEFAULT_GOAL := demo

## demo: set up, simulate a county, run every analysis, open the app
demo: $(VENV)/app.done
	$(BIN)/toolkit demo --scale $(SCALE) $(DEMO_OPTIONS)

## test: set up and run every test
test: $(VENV)/dev.done system-parts
	$(BIN)/pytest -n $(JOBS) $(TEST_OPTIONS)

## bench: print how long the road takes and how much memory
bench: $(VENV)/dev.done
	$(BIN)/python tests/bench $(BENCH_OPTIONS)

## verify: the tests over many seeds and whole counties, then every default estimator judged on data whose truth is known,
## sound and hard (some hours), as docs/simulation-check.md, rec11-check.md and answers-check.md
verify: $(VENV)/dev.done
	@$(MAKE) --no-print-directory spark || echo "The tests on Spark itself will be skipped."
	$(BIN)/pytest -m verify -n $(JOBS)
	$(BIN)/python tests/bench/truth.py $(VERIFY_OPTIONS)
	$(BIN)/python tests/bench/hard.py $(HARD_OPTIONS)
	$(BIN)/python tests/bench/counties.py $(COUNTIES_OPTIONS)
	$(BIN)/python tests/bench/answers.py --first-look --page --first 20001 --seeds 60 $(ANSWERS_OPTIONS)

## spark: a real Spark for those of these tests that need one, in .spark (half a gigabyte), and Java from Debian's packages
spark: .spark/done

.spark/done: $(VENV)/dev.done .ci/spark.lock
	@command -v java >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends default-jre-headless; } \
	  || { echo "Spark needs Java 17 or newer; on Debian: apt-get install default-jre-headless"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation \
	  --upgrade --target .spark -r .ci/spark.lock
	@touch $@

## docs: build the docs site in docs/_build/html; a warning or a broken link within it is an error
docs: $(VENV)/dev.done
	$(BIN)/sphinx-build -W --keep-going --quiet -b html docs docs/_build/html
	@echo "The site is in docs/_build/html/index.html."

## docs-links: ask every outside address in the docs whether it is there (needs the internet)
docs-links: $(VENV)/dev.done
	$(BIN)/sphinx-build --keep-going --quiet -b linkcheck docs docs/_build/links

## pictures: draw the docs' pictures of the app again (needs Chromium)
pictures: $(VENV)/dev.done system-parts
	$(BIN)/python docs/make_pictures.py

## page-pictures: draw anew the pictures that every page is compared with (look at what git says has changed)
page-pictures: $(VENV)/dev.done system-parts
	TOOLKIT_REDRAW=1 $(BIN)/pytest -n $(JOBS) tests/web/test_pages_in_browser.py -k every_page_of_a_role

## lint: style, types, the rooms' import rules, no secret in a tracked file, no known fault in a locked package
lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/secrets.py
	$(BIN)/python .ci/lock_check.py

## lock: work out the hashed lists of every package again (needs uv)
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra build --extra dev --extra docs pyproject.toml --output-file requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra build --constraint requirements-dev.lock pyproject.toml --output-file requirements.lock

## advisories: make the list used where the advisory service cannot be reached, from DUMP=all.zip (an OSV dump, PyPI part)
advisories: $(VENV)/dev.done
	@test -n "$(DUMP)" || { echo "Name the dump: make advisories DUMP=all.zip (see .ci/lock_check.py)"; exit 2; }
	$(BIN)/python .ci/lock_check.py --from $(DUMP)

## clean: remove the environment and the demo county
clean:
	rm -rf $(VENV) demo-county docs/_build docs/api

system-parts:
	@sh .ci/system-parts

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "This Python cannot make an environment; on Debian: apt-get install python3-venv"; exit 2; }
	@touch $@

# The package itself is installed from this folder, with the lock's own setuptools: nothing comes in without a hash.
$(VENV)/app.done: $(VENV)/made requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/made requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/app.done
