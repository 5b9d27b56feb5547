# Every target works in .venv, which `make env` builds as ./run and ./test do.
PYTHON = .venv/bin/python

.PHONY: env assets translations check test run bench screenshots lock clean

env:
	sh -c 'set -eu; . scripts/environment.sh; prepare requirements-test.lock'

assets: env
	$(PYTHON) -m scripts.assets --test

translations: env
	$(PYTHON) -m scripts.translations compile

check: env
	sh scripts/check.sh

test:
	./test

run:
	./run

# make bench SIZE=S, or SIZE=M SECTION=search
bench: env translations
	$(PYTHON) -m bench $(if $(SIZE),--size $(SIZE)) $(if $(SECTION),--section $(SECTION)) $(ARGS)

screenshots: env assets translations
	$(PYTHON) -m scripts.screenshots $(ARGS)

# make lock ARGS=--upgrade takes the newest versions
lock: env
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(PYTHON) -m scripts.lock $(ARGS)

clean:
	rm -rf static/vendor node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find archives/translations -name messages.mo -delete
