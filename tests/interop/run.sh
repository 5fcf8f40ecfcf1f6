#!/usr/bin/env bash
# run.sh FILE: runs one of the test files here. LONGSHORE is the program to test.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

if ! command -v node >/dev/null; then
    echo "Node is not installed. Please run tests/run.sh once: it installs what the tests need." >&2
    exit 1
fi
if [[ ! -d node_modules/openai ]]; then
    echo "The official client is not installed. Please run tests/run.sh once: it installs it." >&2
    exit 1
fi

run_tests=(node --test --test-reporter=spec "$1")
# The official client's own tests are the command of a sandbox, as its users would run theirs.
if [[ $1 == openai.test.mjs ]]; then
    exec "$LONGSHORE" sandbox -- "${run_tests[@]}"
fi
exec "${run_tests[@]}"
