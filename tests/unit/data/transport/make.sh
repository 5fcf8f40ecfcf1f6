#!/bin/sh
# Makes the certificates anew, in this folder.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
days=36500

authority() { # NAME SUBJECT
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days $days \
        -subj "/CN=$2" -keyout "$work/$1.key" -out "$1.pem"
}
server() { # NAME ALTERNATIVE-NAMES [DAYS]
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
        -keyout "$1.key" -out "$work/$1.csr"
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$2" >"$work/$1.ext"
    openssl x509 -req -in "$work/$1.csr" -CA ca.pem -CAkey "$work/ca.key" -CAcreateserial \
        -CAserial "$work/serial" -days "${3:-$days}" -extfile "$work/$1.ext" -out "$1.pem"
}
selfsigned() { # NAME ALTERNATIVE-NAMES
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days $days \
        -subj "/CN=$1" -addext "subjectAltName=$2" -keyout "$1.key" -out "$1.pem"
}

authority ca "Transport test authority"
authority otherca "Another test authority"
server server "DNS:localhost,IP:127.0.0.1"
server otherhost "DNS:elsewhere.invalid"
# Over before it begins.
server expired "DNS:localhost,IP:127.0.0.1" -1
selfsigned selfsigned "DNS:localhost,IP:127.0.0.1"
