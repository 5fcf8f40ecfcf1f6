# What has to be installed on Debian 12, and how. Sourced by quickstart.sh, package.sh, test.sh,
# tests/run.sh and tests/bench/run.sh, which set `root` to the folder of the tree.

# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154

# To build, and to run what was built.
build_packages=(
    ca-certificates
    cmake
    g++
    libboost-dev
    libcurl4-openssl-dev
    libqt6sql6-sqlite
    libssl-dev
    ninja-build
    qt6-base-dev
    qt6-l10n-tools
    qt6-svg-dev
    qtkeychain-qt6-dev
)

# What the window uses where it is there: a keyring's library, and Wayland without XWayland.
window_packages=(
    libsecret-1-0
    qt6-wayland
)

# What makes a package for Debian of what was built.
packing_packages=(
    dpkg-dev
    file
)

# What the tests of the window need: a screen, a window manager, file managers and trays to drag from
# and to click on, accessibility, and a keyring.
window_test_packages=(
    at-spi2-core
    dbus-bin
    dbus-daemon
    gnome-keyring
    imagemagick
    libsecret-1-0
    libsecret-tools
    openbox
    pcmanfm
    python3-gi
    thunar
    trayer
    x11-utils
    xdotool
    xfce4-panel
    xvfb
)

# What tests/run.sh uses beyond these.
test_packages=(
    "${packing_packages[@]}"
    "${window_test_packages[@]}"
    appstream
    ccache
    clang
    debootstrap
    desktop-file-utils
    iproute2
    libclang-rt-14-dev
    lintian
    man-db
    openssl
    shared-mime-info
    tinyproxy
)

fail()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# True if `package` is completely installed.
is_installed()
{
    local status
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) || return 1
    [[ $status == installed ]]
}

# Runs a command as root.
as_root()
{
    if ((EUID == 0)); then
        "$@"
    else
        sudo "$@"
    fi
}

# Installs those of the named packages that are missing. An entry COMMAND:PACKAGE is fulfilled by a
# command of that name too, wherever it comes from.
install_missing()
{
    local entry package missing=()
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        fail "this script installs packages with apt-get, which is not here. Longshore is built" \
            "and tested on Debian 12 only. Elsewhere, install the counterparts of: $*"
    fi
    for entry in "$@"; do
        package=${entry#*:}
        if [[ $entry == *:* ]] && command -v "${entry%%:*}" >/dev/null; then
            continue
        fi
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        fail "packages are missing, you are not root, and there is no sudo. Please run as root:" \
            "apt-get install --no-install-recommends ${missing[*]}"
    fi
    printf 'Installing %s.\n' "${missing[*]}"
    local options=(-q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" update </dev/null \
        || fail "apt-get update failed. Its messages are above."
    # Nothing of the user's is removed to make room: apt-get then stops and says what is in the way.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install \
        --yes --no-install-recommends --no-remove "${missing[@]}" </dev/null \
        || fail "apt-get could not install ${missing[*]}. Its messages are above."
}

# The official client, exactly as tests/interop/package-lock.json names it.
install_client()
{
    local folder=$root/tests/interop system_certificates=/etc/ssl/certs/ca-certificates.crt
    [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return
    # Node knows only the certificates that it brings; a company's own are in the system's store.
    if [[ -z ${NODE_EXTRA_CA_CERTS-} && -r $system_certificates ]]; then
        export NODE_EXTRA_CA_CERTS=$system_certificates
    fi
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier </dev/null) \
        || fail "npm could not install the official client. Its messages are above."
    touch -- "$folder/node_modules/.package-lock.json"
}

# configure_and_build PRESET [TARGET...]: in build/PRESET of the tree at $root, all or only the named
# targets. Works again after the tree was moved.
configure_and_build()
{
    local preset=$1 fresh=() targets=() known cache="$root/build/$1/CMakeCache.txt"
    (($# == 1)) || targets=(--target "${@:2}")
    if [[ -f $cache ]]; then
        known=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
        [[ $known -ef $root ]] || fresh=(--fresh)
    fi
    (cd "$root" && cmake "${fresh[@]}" --preset "$preset" \
        && cmake --build --preset "$preset" "${targets[@]}")
}
