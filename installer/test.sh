#!/usr/bin/env bash
# Tests the package in a bare Debian 12 that exists for the test only.
set -euo pipefail

usage()
{
    cat <<'END_OF_TEXT'
Usage: installer/test.sh [--no-install] [--build PRESET] [PACKAGE]

Makes a bare Debian 12 in a temporary folder, installs PACKAGE there with apt-get, uses it, opens its
window, and removes it again. Without PACKAGE, installer/package.sh makes one. Needs root,
debootstrap, and a way to Debian's packages: sources and settings of this machine's apt are used.

  --no-install     install nothing on this machine
  --build PRESET   what installer/package.sh packs: release unless another is named
  -h, --help       this text

Exit code: 0 if all is well, 77 if it can't be tested here, otherwise something failed.
END_OF_TEXT
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/packages.sh
source "$root/installer/packages.sh"

# What CTest is told to take for "skipped".
readonly cannot_be_tested=77

skip()
{
    printf 'The package is not tested: %s\n' "$*"
    exit "$cannot_be_tested"
}

package_options=()
while (($#)); do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    --no-install) package_options+=(--no-install) ;;
    --build)
        (($# > 1)) || fail "--build needs the name of a preset"
        package_options+=(--build "$2")
        shift
        ;;
    --)
        shift
        break
        ;;
    -*)
        usage >&2
        exit 2
        ;;
    *) break ;;
    esac
    shift
done
if (($# > 1)); then
    usage >&2
    exit 2
fi

((EUID == 0)) || skip "only root can set up a Debian in a folder."
command -v debootstrap >/dev/null || skip "debootstrap is not installed."
unshare --mount --pid --fork true 2>/dev/null \
    || skip "root may not have mounts and processes of its own here, as in many containers."

if (($#)); then
    package=$(realpath -- "$1")
    [[ -f $package && -r $package ]] || fail "there is no readable file $1"
else
    made=$("$root/installer/package.sh" "${package_options[@]}" | tee /dev/stderr) || fail "there is no package to test"
    package=${made##*$'\n'}
fi

scratch=$(mktemp -d)
inside=
# The mounts and processes in there are in namespaces that end with their first process.
# shellcheck disable=SC2317
clean_up()
{
    [[ -z $inside ]] || kill -KILL "$inside" 2>/dev/null || true
    wait
    rm -rf --one-file-system -- "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

unshare --mount --pid --fork --kill-child "$root/installer/testinroot.sh" "$scratch" "$package" \
    </dev/null &
inside=$!
outcome=0
wait "$inside" || outcome=$?
inside=
exit "$outcome"
