#!/usr/bin/env bash
# metadata.sh RESOURCES MAN_PAGE PROGRAM: what a desktop reads about the program is well-formed, and
# the man page tells of every option that the program has.
set -euo pipefail

resources=$1
man_page=$2
program=$3
readonly id=io.github.longshore.Longshore
# What CTest is told to take for "skipped".
readonly cannot_be_tested=77
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
problems=0

problem()
{
    printf '%s\n' "$*"
    problems=$((problems + 1))
}

# section NAME: of the man page, without the backslashes before hyphens.
section()
{
    sed -e 's/\\-/-/g' "$man_page" | awk -v name="$1" '
        /^\.SH / { inside = ($0 == ".SH " name); next }
        inside'
}

# options_are_told SECTION COMMAND...: each option that the command's help names is in the section.
options_are_told()
{
    local name=$1 option count=0
    shift
    section "$name" >"$scratch/section"
    "$program" "$@" --help >"$scratch/help"
    while read -r option; do
        count=$((count + 1))
        grep -qE -- "^\.(TP|B|BI|BR) .*$option([^a-z0-9-]|$)" "$scratch/section" \
            || problem "the man page's section $name lacks $option"
    done < <(sed -nE 's/^  (-[a-z], )?(--[a-z0-9-]+).*/\2/p' "$scratch/help")
    ((count > 2)) || problem "no option was found in the help of ${*:-the window}"
}

for tool in desktop-file-validate appstreamcli update-mime-database man; do
    if ! command -v "$tool" >/dev/null; then
        printf 'Not tested: %s is not installed.\n' "$tool"
        exit "$cannot_be_tested"
    fi
done

desktop-file-validate "$resources/$id.desktop" || problem "the desktop entry is not well-formed"
appstreamcli validate --no-net "$resources/$id.metainfo.xml" \
    || problem "the metainfo is not well-formed"

mkdir -p "$scratch/mime/packages"
cp -- "$resources/$id.mime.xml" "$scratch/mime/packages/$id.xml"
update-mime-database "$scratch/mime" || problem "the MIME type is not well-formed"
while read -r type; do
    [[ -f $scratch/mime/$type.xml || -f /usr/share/mime/$type.xml ]] \
        || problem "the desktop entry names $type, which nobody defines"
done < <(sed -n 's/^MimeType=//p' "$resources/$id.desktop" | tr ';' '\n' | sed '/^$/d')

warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 \
    man --warnings -E UTF-8 -l -Tutf8 -Z "$man_page" 2>&1 >/dev/null)
[[ -z $warnings ]] || problem "the man page: $warnings"
options_are_told "OPTIONS OF THE WINDOW"
options_are_told UPLOAD upload
options_are_told SANDBOX sandbox

version=$("$program" --version)
version=${version#longshore }
newest=$(sed -nE 's/.*<release version="([^"]*)".*/\1/p' "$resources/$id.metainfo.xml" | head -n 1)
[[ $newest == "$version" ]] \
    || problem "the newest release of the metainfo is $newest, the program is $version"

((problems == 0))
