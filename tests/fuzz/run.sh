#!/usr/bin/env bash
# Runs one fuzzer over a copy of its corpus, for LONGSHORE_FUZZ_SECONDS (10).
#
#   run.sh [--edges N] FUZZER CORPUS DICTIONARY
#
# It fails if the corpus alone reaches fewer than N edges of the program. An input that fails is kept
# in findings/ beside the fuzzer's folder, and what a longer run found new in LONGSHORE_FUZZ_KEEP,
# a folder, where that is set. LONGSHORE_FUZZ_SEED repeats a run. To work on an input: FUZZER INPUT; a
# smaller one: FUZZER -minimize_crash=1 -max_total_time=60 INPUT.
set -euo pipefail

edges=0
if [[ $1 == --edges ]]; then
    edges=$2
    shift 2
fi
fuzzer=$1 corpus=$2 dictionary=$3
seconds=${LONGSHORE_FUZZ_SECONDS:-10}
# An input that needs longer than this hangs, and one that needs more memory has no bounds. Far beyond
# what any input needs on a busy machine.
seconds_an_input=25
mebibytes=2048
# libFuzzer looks at the time between inputs only, and starts and ends in its own time.
seconds_around=120

findings=${fuzzer%/*}/../findings
mkdir -p -- "$findings"
findings=$(cd -- "$findings" && pwd -P)

# Files are made and removed thousands of times a second: in memory, where it can be.
base=${TMPDIR:-/tmp}
if [[ -z ${TMPDIR-} && -w /dev/shm ]]; then
    base=/dev/shm
fi
scratch=$(mktemp -d -- "$base/longshore-fuzz-XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
export TMPDIR=$scratch
cp -r -- "$corpus" "$scratch/corpus"

# Of where memory came from the sanitizer keeps every way there ever was: Qt's code has no frame
# pointers, so that there are more and more of them. Two frames are few enough for hours.
export ASAN_OPTIONS=malloc_context_size=2${ASAN_OPTIONS:+:$ASAN_OPTIONS}

seed=${LONGSHORE_FUZZ_SEED:-$((RANDOM * 32768 + RANDOM + 1))}
printf 'Seed %s, for %s s.\n' "$seed" "$seconds"
arguments=(-seed="$seed" -max_total_time="$seconds" -timeout="$seconds_an_input"
    -rss_limit_mb="$mebibytes" -artifact_prefix="$findings/${fuzzer##*/}-" -print_final_stats=1
    -dict="$dictionary")
status=0
timeout -k 10 "$((seconds + seconds_around))" "$fuzzer" "${arguments[@]}" "$scratch/corpus" \
    </dev/null >"$scratch/log" 2>&1 || status=$?
# The thousands of lines about what is new, and the words it came by, say nothing to anybody.
sed -E -e '/^#[0-9]+[[:space:]]+(NEW|REDUCE)|^[[:space:]]+NEW_FUNC/d' \
    -e '/^#+ Recommended dictionary/,/^#+ End of/d' "$scratch/log"

if [[ -n ${LONGSHORE_FUZZ_KEEP-} ]]; then
    mkdir -p -- "$LONGSHORE_FUZZ_KEEP"
    cp -r -- "$scratch/corpus/." "$LONGSHORE_FUZZ_KEEP"
fi
if ((status)); then
    printf 'Failed with %s; an input that failed is named above, in %s.\n' "$status" "$findings"
    exit 1
fi
reached=$(sed -n -E 's/^#[0-9]+[[:space:]]+INITED cov: ([0-9]+).*/\1/p' "$scratch/log")
if ((${reached:-0} < edges)); then
    printf 'The corpus reaches %s edges, and %s is the least.\n' "${reached:-no}" "$edges"
    exit 1
fi
