#!/bin/sh
# Style, types, floors and translations: quick, and without a test's machinery.
set -u
cd -- "$(dirname -- "$0")/.." || exit 1

failed=""
attempt() {
    .venv/bin/python -m "$@" || failed="$failed
    python -m $*"
}

attempt ruff check .
attempt ruff format --check .
attempt mypy
attempt pytest tests/test_house.py
attempt scripts.translations check
[ -z "$failed" ] || {
    printf 'These checks failed:%s\n' "$failed" >&2
    exit 1
}
