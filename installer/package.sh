#!/usr/bin/env bash
# Makes a package for Debian: build/release/longshore_VERSION_ARCHITECTURE.deb. Safe to run again.
set -euo pipefail

usage()
{
    cat <<'END_OF_TEXT'
Usage: installer/package.sh [--no-install] [--build PRESET]

Installs what is missing, builds, and makes a package for Debian of it:
build/release/longshore_VERSION_ARCHITECTURE.deb, whose path is the last line. lintian, if it is
installed, must find no error in it.

  --build PRESET   what is packed, for trying: release unless another is named
  --no-install     install nothing
  -h, --help       this text
END_OF_TEXT
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/packages.sh
source "$root/installer/packages.sh"

install=yes
preset=release
while (($#)); do
    case $1 in
    --no-install) install= ;;
    --build)
        (($# > 1)) || fail "--build needs the name of a preset"
        preset=$2
        shift
        ;;
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

if [[ $install ]]; then
    install_missing "${build_packages[@]}" "${packing_packages[@]}"
fi

# Files are packed with the permissions that they get now.
umask 022
build=$root/build/$preset
[[ ! -d $build ]] || find "$build" -maxdepth 1 -name 'longshore_*.deb' -delete
printf 'Building %s.\n' "$build"
configure_and_build "$preset" || fail "the build failed. The messages above say why."

printf 'Packing.\n'
# cpack leaves a copy of what it packed here; the log says more than its messages do.
if ! (cd "$build" && cpack --config CPackConfig.cmake -G DEB >cpack.log 2>&1); then
    cat -- "$build/cpack.log" >&2
    fail "cpack could not make the package. Its messages are above."
fi
shopt -s nullglob
packages=("$build"/longshore_*.deb)
((${#packages[@]} == 1)) || fail "cpack left ${#packages[@]} packages in $build, not one"
package=${packages[0]}

if command -v lintian >/dev/null; then
    printf 'What lintian says:\n'
    # It refuses to run as root only when it unpacks sources, which this is not.
    lintian --allow-root --tag-display-limit 0 --fail-on error -- "$package" \
        || fail "lintian found errors in $package"
else
    printf 'lintian is not installed, so nobody looked for mistakes in the package.\n'
fi
printf '%s\n' "$package"
