#!/usr/bin/env bash
# Installs what the tests need, builds, and runs them all in one ctest, whose summary comes last.
set -euo pipefail

usage()
{
    cat <<'END'
Usage: tests/run.sh [OPTION...]

  -R REGEX         only the tests whose names match; a name is BUILD.TEST, such as nocurl.endpoint
  --quick          only the dev build, and without the tests labelled long
  --sanitizers     the asan and tsan builds too
  --builds LIST    exactly these presets, separated by commas (default: dev,nocurl)
  -j N             tests and compilers at once (default: the number of processors)
  --no-install     install nothing
  -h, --help       this text

Builds are in build/PRESET. The exit code is ctest's. In the build fuzz are the fuzzers alone, which
run for LONGSHORE_FUZZ_SECONDS each (10).
END
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/packages.sh
source "$root/installer/packages.sh"

builds=(dev nocurl)
jobs=$(nproc)
install=yes
ctest_options=(--output-on-failure --no-tests=error)

while (($#)); do
    case $1 in
    -R)
        (($# > 1)) || fail "-R needs a regular expression"
        ctest_options+=(-R "$2")
        shift
        ;;
    --quick)
        builds=(dev)
        ctest_options+=(-LE long)
        ;;
    --sanitizers) builds+=(asan tsan) ;;
    --builds)
        (($# > 1)) || fail "--builds needs a list of presets"
        IFS=, read -r -a builds <<<"$2"
        shift
        ;;
    -j)
        (($# > 1)) || fail "-j needs a number"
        jobs=$2
        shift
        ;;
    --no-install) install= ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
    shift
done
[[ $jobs =~ ^[1-9][0-9]*$ ]] || fail "-j needs a number from 1, not $jobs"

# One ctest for all builds: the tests of each, with the build's name before theirs.
write_driver()
{
    local driver=$1 build
    mkdir -p -- "$driver"
    {
        cat "$root/tests/driver.cmake"
        for build in "${builds[@]}"; do
            printf 'set(build [==[%s]==])\nsubdirs([==[%s]==])\n' "$build" "$root/build/$build"
        done
    } >"$driver/CTestTestfile.cmake"
}

# Sets `runner` to what the tests must be started with. With more random bits in addresses than 28, as
# newer kernels have, programs of GCC 12's and clang 14's sanitizers end at their start on some runs.
choose_runner()
{
    local bits
    runner=()
    bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)
    if [[ " ${builds[*]} " =~ (san|fuzz)\  ]] && ((bits > 28)) && setarch -R true 2>/dev/null; then
        runner=(setarch -R)
    fi
}

if [[ $install ]]; then
    # Node from elsewhere will do, if npm came with it.
    install_missing "${build_packages[@]}" "${test_packages[@]}" node:nodejs npm:npm
    install_client
fi

export CMAKE_BUILD_PARALLEL_LEVEL=$jobs
# The builds differ in their folders and in a few definitions, so most of a second build is known.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
for build in "${builds[@]}"; do
    printf '\nBuilding build/%s.\n' "$build"
    configure_and_build "$build" || fail "the $build build failed"
done

driver=$root/build/tests
write_driver "$driver"
export QT_QPA_PLATFORM=offscreen
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS="suppressions=\"$root/tests/lsan.supp\" print_suppressions=0"
# The distribution's Qt isn't compiled for ThreadSanitizer.
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 second_deadlock_stack=1 die_after_fork=0"
choose_runner
printf '\nRunning the tests of %s.\n' "${builds[*]}"
exec "${runner[@]}" ctest --test-dir "$driver" --parallel "$jobs" "${ctest_options[@]}" </dev/null
