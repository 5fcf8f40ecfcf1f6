#!/usr/bin/env bash
# Measures longshore beside what people use instead, in the same run, and prints a table.
set -euo pipefail

usage()
{
    cat <<'USAGE'
Usage: tests/bench/run.sh [OPTION...]

  --quick         a fixed list of rows, some ten minutes (the default)
  --full          everything: all lines, sizes to 8 GiB, growth; some hours
  --rows REGEX    only the rows whose names match
  --list          print the names of the rows and end
  --rounds N      how often each program runs in a row (3)
  --scale FACTOR  multiplies all sizes; to see that it works
  --out FOLDER    where results.json and table.md go (build/bench)
  --markdown FILE writes the table there too
  --readme        puts the table into README.md, between its two markers
  --no-build      use build/dev and build/nocurl as they are, and install nothing
  -h, --help      this text

Leave the machine alone meanwhile. Files are made in TMPDIR; they are sparse and take little space.
USAGE
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=installer/packages.sh
source "$root/installer/packages.sh"

build=yes
list=
out=$root/build/bench
options=()
while (($#)); do
    case $1 in
    --quick) ;;
    --full | --readme) options+=("$1") ;;
    --list) list=yes ;;
    --rows | --scale | --markdown)
        (($# > 1)) || fail "$1 needs a value"
        options+=("$1=$2")
        shift
        ;;
    --rounds)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || fail "--rounds needs a number from 1"
        options+=("--rounds=$2")
        shift
        ;;
    --out)
        (($# > 1)) || fail "--out needs a folder"
        out=$2
        shift
        ;;
    --no-build) build= ;;
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

bench=$root/tests/bench/bench.mjs
if [[ $list ]]; then
    exec node "$bench" --list "${options[@]}"
fi
if [[ $build ]]; then
    install_missing "${build_packages[@]}" ccache curl openssl node:nodejs npm:npm
    install_client
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
    configure_and_build dev longshore bench_programs || fail "the dev build failed"
    configure_and_build nocurl longshore || fail "the nocurl build failed"
fi
for program in dev/bin/longshore dev/bin/bench_sink nocurl/bin/longshore; do
    [[ -x $root/build/$program ]] || fail "build/$program is not there; without --no-build it is built"
done
exec node "$bench" --bin="$root/build/dev/bin" --nocurl-bin="$root/build/nocurl/bin" --out="$out" \
    "${options[@]}"
