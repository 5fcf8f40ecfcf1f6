#!/usr/bin/env bash
# testinroot.sh SCRATCH PACKAGE: the test itself. Run by test.sh, in namespaces of its own for mounts
# and processes, which is why nothing is unmounted here.
set -euo pipefail

scratch=$1
package=$2
# The folder of the Debian in use: "bare", or its copy "screen".
debian=$scratch/bare
log=$scratch/log

readonly user=tester
readonly home=/home/$user
readonly program=/usr/bin/longshore
# What it becomes for its window.
readonly window_program=/usr/libexec/longshore/longshore-window
# The PATH of who uses the program need not name the folder that chroot is in.
chroot=$(command -v chroot)
# Enough for several parts.
readonly sample_bytes=20000000
readonly window_seconds=120
readonly end_seconds=30
failures=0

# What purge may leave: what others write whenever anything is installed or removed, and this test's
# own user.
readonly not_ours=(
    var/lib/dpkg     # the list of packages
    var/lib/apt      # which of them came along, and the lists of what there is
    var/cache        # apt's, debconf's and ldconfig's caches
    var/log          # what dpkg and apt did, and when
    run
    tmp
    "${home#/}"
)

say()
{
    printf '\n%s\n' "$*"
}

failed()
{
    printf 'FAILED: %s\n' "$*"
    failures=$((failures + 1))
}

# The rest makes no sense without this. Addresses of package sources can hold passwords.
give_up()
{
    printf 'FAILED: %s\n' "$*"
    tail -n 30 -- "$log" | sed -E 's#[a-z]+://[^ ]*#(address)#g'
    exit 1
}

# check TEXT COMMAND...: says whether the command succeeds.
check()
{
    local text=$1
    shift
    if "$@"; then
        printf 'ok: %s\n' "$text"
    else
        failed "$text"
    fi
}

# Runs a command in the Debian, as its root. Proxies and such stay as they are outside.
in_debian()
{
    env -u DISPLAY -u WAYLAND_DISPLAY -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS \
        HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        "$chroot" "$debian" "$@"
}

# Becomes a command that somebody runs who uses the program, with nothing of our environment. To be
# run with "&", so that the process that it becomes can be ended.
become_user()
{
    exec env -i HOME="$home" USER="$user" LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin \
        XDG_RUNTIME_DIR="$home/run" ${display:+DISPLAY=$display} \
        "$chroot" --userspec="$user:$user" "$debian" "$@"
}

as_user()
{
    (become_user "$@")
}

apt()
{
    in_debian apt-get -q --yes -o Acquire::Retries=3 -o APT::Sandbox::User=root "$@" >>"$log" 2>&1
}

# Everything in the Debian but what is not ours: path, type, permissions, size, and where it points.
# A folder's size is that of its table of names, which never shrinks.
list_files()
{
    local entry prune=()
    for entry in proc "${not_ours[@]}"; do
        prune+=(-path "$debian/$entry" -o)
    done
    find "$debian" -xdev \( "${prune[@]}" -false \) -prune \
        -o -type d -printf '%P %y %m\n' -o -printf '%P %y %m %s %l\n' | LC_ALL=C sort
}

no_file_is_named_after_us()
{
    local found
    found=$(find "$debian" -xdev \( -path "$debian$home" -o -path "$debian/tmp" \) -prune \
        -o -iname '*longshore*' -printf '/%P\n')
    [[ -z $found ]] || { printf '%s\n' "$found" && return 1; }
}

make_debian()
{
    local file
    debootstrap --variant=minbase bookworm "$debian" >>"$log" 2>&1 \
        || give_up "debootstrap could not make a Debian"
    rm -- "$debian/etc/apt/sources.list"
    for file in sources.list sources.list.d apt.conf.d auth.conf auth.conf.d keyrings \
        trusted.gpg.d; do
        [[ ! -e /etc/apt/$file ]] || cp -rLT -- "/etc/apt/$file" "$debian/etc/apt/$file"
    done
    cp -L -- /etc/resolv.conf "$debian/etc/resolv.conf"
    # No service is started in there.
    printf '#!/bin/sh\nexit 101\n' >"$debian/usr/sbin/policy-rc.d"
    chmod 755 "$debian/usr/sbin/policy-rc.d"
    in_debian useradd --create-home "$user"
    in_debian install -d -m 700 -o "$user" -g "$user" "$home/run"
    cp -- "$package" "$debian/tmp/longshore.deb"
    apt update || give_up "apt-get update failed"
    cp -a -- "$debian" "$scratch/screen"
}

# enter NAME: what follows is done in that one.
enter()
{
    debian=$scratch/$1
    mount -t proc proc "$debian/proc"
}

# What a screen needs, and all that the package brings but itself: what is there afterwards and was not
# there now can only be the package's.
install_screen()
{
    local needed=()
    mapfile -t needed < <(in_debian apt-get --simulate --no-install-recommends \
        install /tmp/longshore.deb 2>>"$log" \
        | awk '$1 == "Inst" && $2 != "longshore" { print $2 }')
    ((${#needed[@]})) || give_up "the package needs no other"
    apt install --no-install-recommends "${needed[@]}" xvfb xdotool \
        || give_up "apt-get could not install a screen"
}

install_longshore()
{
    # Without what is merely recommended, so that a dependency that was forgotten is missed.
    apt install --no-install-recommends /tmp/longshore.deb \
        || give_up "apt-get could not install the package"
}

purge_longshore()
{
    apt purge longshore || give_up "apt-get could not purge the package"
}

nothing_is_missing()
{
    local plugins
    plugins=$(echo "$debian"/usr/lib/*/qt6/plugins)
    plugins=${plugins#"$debian"}
    in_debian ldd "$program" "$window_program" \
        "$plugins/platforms/libqxcb.so" "$plugins/sqldrivers/libqsqlite.so" \
        >"$scratch/libraries" 2>&1 || { cat -- "$scratch/libraries" && return 1; }
    ! grep 'not found' "$scratch/libraries"
}

commands_load_no_window()
{
    ! in_debian ldd "$program" | grep -E 'libQt6(Gui|Widgets)'
}

recommendations_exist()
{
    in_debian apt-get --simulate -o APT::Install-Recommends=true install /tmp/longshore.deb \
        >"$scratch/simulation" 2>&1 || return 1
    grep -q '^Inst libsecret-1-0 ' "$scratch/simulation"
}

version_is_right()
{
    [[ $(as_user longshore --version) == "longshore $(dpkg-deb --field "$package" Version)" ]]
}

files_are_there()
{
    local file share=/usr/share id=io.github.longshore.Longshore missing=0
    for file in $share/applications/$id.desktop $share/metainfo/$id.metainfo.xml \
        $share/icons/hicolor/scalable/apps/$id.svg $share/mime/packages/$id.xml \
        $share/man/man1/longshore.1.gz $share/doc/longshore/copyright \
        $share/doc/longshore/changelog.gz; do
        [[ -s $debian$file ]] || { printf '%s is missing\n' "$file" && missing=1; }
    done
    ((!missing)) && gzip --test "$debian$share/man/man1/longshore.1.gz"
}

upload_arrives()
{
    local id
    head -c "$sample_bytes" /dev/urandom >"$debian$home/sample.bin"
    id=$(as_user longshore upload --sandbox --quiet --part-size 4MiB --data-dir "$home/data" \
        "$home/sample.bin") || return 1
    cmp -- "$debian$home/sample.bin" "$debian$home/data/sandbox/files/$id"
}

# Waits until a command succeeds: wait_for SECONDS COMMAND...
wait_for()
{
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

has_ended()
{
    ! kill -0 "$1" 2>/dev/null
}

window_is_visible()
{
    has_ended "$1" && return 0
    as_user xdotool search --onlyvisible --name Longshore >"$scratch/window" 2>/dev/null
}

window_opens()
{
    local pid status=0 size
    become_user longshore --sandbox --data-dir "$home/window" >"$scratch/longshore" 2>&1 &
    pid=$!
    wait_for "$window_seconds" window_is_visible "$pid" || true
    if has_ended "$pid" || [[ ! -s $scratch/window ]]; then
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || status=$?
        printf 'There is no window. Exit code %s, and this was said:\n' "$status"
        cat -- "$scratch/longshore"
        return 1
    fi
    size=$(as_user xdotool getwindowgeometry "$(head -n 1 "$scratch/window")")
    printf '%s\n' "${size##*$'\n'}"
    kill -TERM "$pid"
    if ! wait_for "$end_seconds" has_ended "$pid"; then
        kill -KILL "$pid"
        printf 'SIGTERM did not end it.\n'
        return 1
    fi
    wait "$pid" || status=$?
    # 143 is how the shell calls an end by SIGTERM; a crash is another number from 128.
    printf 'Ended by SIGTERM, exit code %s.\n' "$status"
    ((status < 128 || status == 143))
}

start_screen()
{
    install -d -m 1777 "$debian/tmp/.X11-unix"
    become_user Xvfb -displayfd 1 -screen 0 1280x800x24 -nolisten tcp >"$scratch/display" 2>>"$log" &
    wait_for "$window_seconds" test -s "$scratch/display" || give_up "Xvfb does not start"
    display=:$(<"$scratch/display")
}

say "1. A bare Debian 12."
make_debian
enter bare

say "2. Installing $(basename -- "$package") with apt-get."
check "what is recommended can be had" recommendations_exist
install_longshore
check "every library is found" nothing_is_missing
check "commands load no window" commands_load_no_window
check "the version is right" version_is_right
check "an upload arrives" upload_arrives

say "3. Purging it."
purge_longshore
check "no file is named after it" no_file_is_named_after_us

say "4. Installing it where all that it needs is there already, and a screen."
enter screen
install_screen
list_files >"$scratch/before"
install_longshore
check "desktop entry, icon, man page and the like are there" files_are_there
start_screen
check "the window opens" window_opens

say "5. Purging it there."
purge_longshore
list_files >"$scratch/after"
check "no file is left, and none is changed" \
    diff --unchanged-line-format= --old-line-format='gone: %L' --new-line-format='left: %L' \
    "$scratch/before" "$scratch/after"
check "no file is named after it" no_file_is_named_after_us

if ((failures)); then
    say "$failures of the checks failed."
    exit 1
fi
say "All is well."
