#!/bin/sh
# The `chengdang` command; scripts/environment.sh copies it into .venv/bin, beside the Python that it starts.
exec "${0%/*}/python" -P -c '
import sys

from archives.cli import main

sys.argv[0] = "chengdang"
sys.exit(main())
' "$@"
