#!/usr/bin/env bash
# curlcommand.sh LANES BYTES ANSWERS PART…: an upload by the curl command, whose parts are files made
# beforehand, because curl sends files whole. ANSWERS is a folder for what the service answers. One
# curl sends all parts, LANES of them at a time. OPENAI_BASE_URL and OPENAI_API_KEY say where to, and
# CURL_CA_BUNDLE whom to trust.
set -euo pipefail

lanes=$1 bytes=$2 answers=$3
shift 3

# The header must not be seen in the list of processes.
options=(--silent --show-error --fail --http1.1 --header @"$answers/header")
printf 'Authorization: Bearer %s\n' "$OPENAI_API_KEY" >"$answers/header"

id_in()
{
    [[ $1 =~ \"id\":\"([^\"]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}"
}

answer=$(curl "${options[@]}" --header 'Content-Type: application/json' "$OPENAI_BASE_URL/uploads" --data \
    '{"filename":"file.bin","purpose":"user_data","mime_type":"application/octet-stream","bytes":'"$bytes}")
upload=$(id_in "$answer")

transfers=()
for ((i = 1; i <= $#; ++i)); do
    ((i == 1)) || transfers+=(--next)
    transfers+=("${options[@]}" --form "data=@${!i}" --output "$answers/$i" "$OPENAI_BASE_URL/uploads/$upload/parts")
done
curl --no-progress-meter --parallel --parallel-immediate --parallel-max "$lanes" "${transfers[@]}"

ids=
for ((i = 1; i <= $#; ++i)); do
    ids+=${ids:+,}\"$(id_in "$(<"$answers/$i")")\"
done
curl "${options[@]}" --header 'Content-Type: application/json' --output "$answers/completed" \
    --data "{\"part_ids\":[$ids]}" "$OPENAI_BASE_URL/uploads/$upload/complete"
