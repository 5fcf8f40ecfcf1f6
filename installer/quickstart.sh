#!/usr/bin/env bash
# Builds Longshore on Debian 12 and shows it at work against its own sandbox. Safe to run again.
set -euo pipefail

usage()
{
    cat <<'END'
Usage: installer/quickstart.sh [--no-window] [FILE...]

Installs what is missing and builds Longshore. Then, on a desktop, it opens the window on the sandbox
with the files queued (without any, a demonstration file that it makes). The sandbox is an Uploads
API service inside the program. Without a display it uploads the files to the sandbox, fetches them
back and compares them. Nothing leaves this machine except the installation of packages.

  --no-window      does without the window on a desktop too
  -h, --help       this text
END
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/packages.sh
source "$root/installer/packages.sh"

# Large enough for several parts, small enough for seconds.
readonly demonstration_lines=100000
readonly random_characters_a_line=1000
longshore="$root/build/release/bin/longshore"
show="$root/build/quickstart"

say()
{
    printf '\n%s\n' "$*"
}

# A file for fine-tuning whose content is random: each line is a conversation of some kilobyte.
make_demonstration_file()
{
    local file=$1
    # In base64 three bytes become four characters.
    head -c $((demonstration_lines * random_characters_a_line * 3 / 4)) /dev/urandom \
        | base64 --wrap=$random_characters_a_line \
        | sed -e 's/^/{"messages":[{"role":"user","content":"/' \
            -e 's/$/"},{"role":"assistant","content":"Noted."}]}/' >"$file.new"
    mv -- "$file.new" "$file"
}

# fetch FILE_ID TARGET: from a new sandbox on the same folder, through its GET /files/{id}/content.
fetch()
{
    # The variables are those that the sandbox gives to its command. The key goes by a pipe, because
    # arguments can be read by everyone on the machine.
    # shellcheck disable=SC2016
    "$longshore" sandbox --data-dir "$show/data/sandbox" -- sh -c '
        printf "Authorization: Bearer %s\n" "$OPENAI_API_KEY" \
            | curl --fail --silent --show-error --noproxy "*" --header @- --output "$2" \
                "$OPENAI_BASE_URL/files/$1/content"' \
        sh "$1" "$2" >"$show/sandbox.log" 2>&1
}

sha256_of()
{
    local line
    line=$(sha256sum <"$1")
    printf '%s\n' "${line%% *}"
}

window=
[[ -z ${WAYLAND_DISPLAY-}${DISPLAY-} ]] || window=yes
while (($#)); do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    --no-window) window= ;;
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
for file in "$@"; do
    [[ -f $file && -r $file ]] || fail "there is no readable file $file"
    # Each run begins by removing these two folders.
    case $(realpath -- "$file") in
    "$show"/data/* | "$show"/fetched/*)
        fail "$file is a result of an earlier run, which this run removes. Please copy it first."
        ;;
    esac
done

if ! grep -qs '^VERSION_ID="12"' /etc/os-release; then
    say "This is not Debian 12, the only system Longshore is tested on so far. Trying anyway."
fi

say "1. Looking for the packages that Longshore is built with."
packages=("${build_packages[@]}" curl:curl)
[[ ! $window ]] || packages+=("${window_packages[@]}")
install_missing "${packages[@]}"
printf 'All of them are installed.\n'

say "2. Building into $root/build/release."
configure_and_build release || fail "the build failed. The messages above say why."
[[ -x $longshore ]] || fail "the build made no $longshore"

# A window of an earlier run works in these folders while it is open, and holds this lock, which it
# inherits.
mkdir -p -- "$show"
exec {lock}>"$show/lock"
flock --nonblock "$lock" \
    || fail "an earlier run is still at work. Please quit its window first; it may be in the tray."
# What an earlier run of this script left.
rm -rf -- "$show/data" "$show/fetched"
mkdir -p -- "$show/fetched"
if (($# == 0)); then
    demonstration="$show/demonstration.jsonl"
    say "3. Making a demonstration file, $demonstration."
    make_demonstration_file "$demonstration"
    set -- "$demonstration"
else
    say "3. Taking the files that you named."
fi
du --apparent-size -h -- "$@"

if [[ $window ]]; then
    say "4. Opening the window on the sandbox, with what is above in its queue."
    printf 'What has arrived is in %s, named by its file id.\n' "$show/data/sandbox/files"
    # Queued at once: that the user wants this file uploaded was said by starting this script.
    (umask 077 && mkdir -p -- "$show/data")
    printf '[preferences]\naskBeforeAdding=false\n' >"$show/data/settings.ini"
    "$longshore" --sandbox --data-dir "$show/data" -- "$@" \
        || fail "the window ended with exit code $?. Without a window: $0 --no-window"
    exit 0
fi

say "4. Uploading to the sandbox."
ids=$("$longshore" upload --sandbox --data-dir "$show/data" -- "$@") \
    || fail "the upload failed (exit code $?). What happened is said above."
mapfile -t ids <<<"$ids"
((${#ids[@]} == $#)) || fail "$# files were uploaded, but there are ${#ids[@]} file ids"

say "5. Fetching the files back from the sandbox and comparing them."
position=0
for file in "$@"; do
    id=${ids[position]}
    position=$((position + 1))
    fetched="$show/fetched/$id"
    fetch "$id" "$fetched" \
        || fail "could not fetch $id. What the sandbox said: $(tail -n 5 "$show/sandbox.log")"
    sent_sum=$(sha256_of "$file")
    fetched_sum=$(sha256_of "$fetched")
    printf '%s\n  is %s at the sandbox\n  sent     %s\n  received %s\n' \
        "$file" "$id" "$sent_sum" "$fetched_sum"
    [[ $sent_sum == "$fetched_sum" ]] || fail "the contents of $file and of $id differ"
done

cat <<END

All is well: what the sandbox holds is what was sent.

  program                  $longshore
  files at the sandbox     $show/data/sandbox/files
  fetched back             $show/fetched

Next, with a key of your own in OPENAI_API_KEY:
  $longshore upload FILE
All options:
  $longshore upload --help
END
