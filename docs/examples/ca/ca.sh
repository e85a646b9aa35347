#!/usr/bin/env bash
# A certificate authority for an exchange, with OpenSSL 3 and nothing else. Keep its folder on a machine that is on no
# network, and carry requests and certificates to and fro.
#
#   ca.sh init DIR NAME                  a root of 10 years: DIR/root.pem is what everybody pins
#   ca.sh sign DIR REQUEST OUT           a certificate of 1 year for an agency, a hub, a witness or the key authority
#   ca.sh revoke DIR CERTIFICATE         ends one; the next list says so
#   ca.sh list DIR OUT                   the revocation list, DER, good for 24 hours: sign one at least once a day
set -euo pipefail

usage() {
  sed -n '2,/^set/p' "$0" | sed -n 's/^# \{0,1\}//p'
  exit "${1:-0}"
}

# What OpenSSL's ca command wants to know. Every certificate is issued by the root itself: the list of one issuer says
# nothing about the serials of another.
config() {
  cat <<EOF
[ca]
default_ca = exchange
[exchange]
database = $1/index.txt
serial = $1/serial
crlnumber = $1/crlnumber
new_certs_dir = $1/issued
certificate = $1/root.pem
private_key = $1/root.key
default_md = sha256
default_days = 365
default_crl_hours = 24
policy = anything
unique_subject = no
# The name of the agency is in the request, as the only URI of its subject alternative names. Look at it: it is what
# everybody will believe.
copy_extensions = copy
x509_extensions = leaf
[anything]
commonName = supplied
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = ${2:-clientAuth}
EOF
}

init() {
  local dir=$1 name=$2
  [ ! -e "$dir/root.key" ] || { echo "$dir has a root already" >&2; exit 1; }
  umask 077
  mkdir -p "$dir/issued"
  touch "$dir/index.txt"
  openssl rand -hex 16 > "$dir/serial"
  echo 01 > "$dir/crlnumber"
  openssl ecparam -name prime256v1 -genkey -noout -out "$dir/root.key"
  openssl req -x509 -new -key "$dir/root.key" -sha256 -days 3650 -subj "/CN=$name" -out "$dir/root.pem" \
    -addext basicConstraints=critical,CA:true,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign
  echo "$dir/root.pem:"
  openssl x509 -in "$dir/root.pem" -noout -fingerprint -sha256
}

sign() {
  local dir=$1 request=$2 out=$3 name use
  openssl req -in "$request" -verify -noout
  name=$(openssl req -in "$request" -noout -text | grep -o 'URI:urn:xhub:[a-z]*\(:[a-z0-9.-]*\)\{0,1\}' | cut -d: -f2- || true)
  case $name in
    urn:xhub:agency:*) use=clientAuth ;;
    urn:xhub:hub:*) use=serverAuth,clientAuth ;;
    urn:xhub:authority) use=serverAuth ;;
    urn:xhub:witness:* | urn:xhub:auditor:*) use=clientAuth ;;
    *) echo "$request names nobody of an exchange" >&2; exit 1 ;;
  esac
  echo "Signing for $name. Is whoever sent it that body?"
  openssl rand -hex 16 > "$dir/serial"
  openssl ca -batch -notext -config <(config "$dir" "$use") -in "$request" -out "$out"
}

revoke() {
  openssl ca -config <(config "$1") -revoke "$2"
}

list() {
  openssl ca -config <(config "$1") -gencrl -crlhours 24 -out "$2.pem"
  openssl crl -in "$2.pem" -outform DER -out "$2"
  rm "$2.pem"
}

command=${1:-}
case $command:$# in
  init:3 | sign:4 | revoke:3 | list:3) shift; "$command" "$@" ;;
  -h:1 | --help:1) usage ;;
  *) usage 1 >&2 ;;
esac
