#!/usr/bin/env bash
# run.sh TEST [CASE...]: runs one of the test files here, such as test_drag or test_drag DragTest.
# LONGSHORE is the program to test. Each test makes a desktop of its own, which needs no display.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

# What each of these is in, on Debian. The system's own Python, which has the system's bindings.
declare -A packages=(
    [/usr/bin/python3]=python3
    [/usr/libexec/at-spi-bus-launcher]=at-spi2-core
    [Xvfb]=xvfb
    [cc]=gcc
    [dbus-daemon]=dbus-daemon
    [dbus-update-activation-environment]=dbus-bin
    [gnome-keyring-daemon]=gnome-keyring
    [import]=imagemagick
    [openbox]=openbox
    [pcmanfm]=pcmanfm
    [secret-tool]=libsecret-tools
    [setpriv]=util-linux
    [thunar]=thunar
    [trayer]=trayer
    [xdotool]=xdotool
    [xfce4-panel]=xfce4-panel
    [xprop]=x11-utils
    [xwininfo]=x11-utils
)
missing=()
for program in "${!packages[@]}"; do
    command -v -- "$program" >/dev/null || missing+=("${packages[$program]}")
done
/usr/bin/python3 -c 'from gi.repository import Gio' 2>/dev/null || missing+=(python3-gi)
if ((${#missing[@]})); then
    echo "Not installed: $(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')" >&2
    [[ -z ${LONGSHORE_UI_TESTS_MAY_SKIP-} ]] || exit 77
    echo "tests/run.sh installs them. With LONGSHORE_UI_TESTS_MAY_SKIP=1 they are skipped." >&2
    exit 1
fi

test=$1
shift
exec /usr/bin/python3 -B "$test.py" --verbose "$@"
