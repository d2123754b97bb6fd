# The course's commands. `make lab` and `make test` set up what they need on a fresh machine with Python 3.11 or later.

# Without compiled bytecode every kernel starts several times slower; somebody else's environment is not ours.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

PY = .venv-test/bin/python
PYTEST = $(PY) -m pytest -p tools.quick -q
NBVAL = -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=300 --nbval-kernel-startup-timeout=300

# The parts of `make test`, the longest first. Two run at a time, for one alone leaves a core free wherever it waits for a
# broker, a page or a kernel. What a part has to say comes when it ends (where make is older than 4: as it comes).
PARTS = test-labs test-browser test-instructor test-site test-tools test-notebooks
ELSEWHERE = $(patsubst %,--ignore=tests/%,bench browser hub instructor notebooks site)
APART = $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help lab test $(PARTS) test-lowest check look build check-notebooks bench handout site clean
.PHONY: env-lab env-test env-instructor env-bench env-hub env-lowest env-site

help:
	@echo "make lab              set everything up and open the course in JupyterLab (more: make lab ARGS=--no-browser)"
	@echo "make test             set everything up and run every test (a part of them: make $(PARTS))"
	@echo "make test-lowest      run the solutions with the lowest versions that pyproject.toml allows"
	@echo "make build            build lessons/*.md into notebooks/ and solutions/ (some: LESSONS=06, all again: FORCE=1)"
	@echo "make check            all that a lesson's author wants to know, in half a minute (one lesson: LESSONS=06)"
	@echo "make look LESSONS=06  take every picture of a lesson at its start, middle, end and after a fault, light and dark"
	@echo "make check-notebooks  look whether the notebooks are fresh and sound, and run them all again (nbval)"
	@echo "make handout TO=dir   make the tree that a class is given: no answers, no tests, no history"
	@echo "make site             build the website: the lessons as pages, and live in the reader's own browser"
	@echo "make bench            measure speed beside the peers"
	@echo "make clean            remove what the above have made; your own work in my_work/ stays"

lab: env-lab
	@.venv/bin/python -m tools.lab $(ARGS)

test: env-test env-instructor env-hub env-site
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	@$(MAKE) --no-print-directory --jobs=2 $(APART) $(patsubst %,--old-file=%,$^) $(PARTS)

test-labs: env-test
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder tests --ignore-glob='tests/test_*.py' $(ELSEWHERE)

test-tools: env-test env-hub
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder $(wildcard tests/test_*.py) tests/hub tests/notebooks

test-browser: env-test
	$(PYTEST) -n 2 --dist loadscope -rs tests/browser

test-instructor: env-instructor
	.venv-instructor/bin/python -m pytest -p tools.quick -q -n 2 tests/instructor

test-site: env-test site
	$(PYTEST) -n 2 --dist loadfile -rs -s tests/site

test-notebooks: env-test
	$(PYTEST) $(NBVAL) notebooks solutions

test-lowest: env-lowest
	.venv-lowest/bin/python -m pytest -p tools.quick -q $(NBVAL) solutions

check: env-test
	@$(PY) -m tools.check $(LESSONS)

look: env-test
	@$(PY) -m tools.look $(LESSONS)

build: env-test
	@$(PY) -m tools.build $(if $(FORCE),--force) $(LESSONS)

check-notebooks: env-test
	@$(PY) -m tools.build --check
	$(PYTEST) $(NBVAL) notebooks solutions

site: env-site
	@.venv-site/bin/python -m tools.site

bench: env-bench env-test site
	$(PYTEST) $(NBVAL) notebooks solutions
	$(PYTEST) -s tests/site/test_pages.py -k lived_through
	.venv-bench/bin/python -m pytest -p tools.quick -q -s tests/bench

env-lab:
	@sh tools/setup.sh .venv --no-default-groups

env-test:
	@sh tools/setup.sh .venv-test --group dev

env-instructor:
	@sh tools/setup.sh .venv-instructor --no-default-groups --group instructor

env-site:
	@sh tools/setup.sh .venv-site --no-default-groups --group site

env-bench:
	@sh tools/setup.sh .venv-bench --group dev --group bench

handout: env-test
	@$(PY) -m tools.handout $(TO)

env-hub:
	@sh tools/setup.sh .venv-hub --no-default-groups --group hub
	@test -x .venv-hub/bin/configurable-http-proxy || PATH=$(CURDIR)/.venv-hub/bin:$$PATH \
		npm install --global --prefix $(CURDIR)/.venv-hub --no-audit --no-fund --silent configurable-http-proxy@5

env-lowest:
	@sh tools/setup.sh .venv-lowest --lowest

clean:
	rm -rf .venv .venv-test .venv-instructor .venv-bench .venv-hub .venv-lowest .venv-site .uv .build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
