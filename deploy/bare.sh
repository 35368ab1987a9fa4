#!/bin/bash
# The proof that two commands are enough: a bare Debian 12 (debootstrap --variant=minbase), a clone of this checkout in
# it, and `./packshot demo --exit` there. Nothing of this machine goes in but where packages come from (apt sources,
# resolver, CA certificates, pip's and Maven's settings). Needs root and debootstrap.
#
#   deploy/bare.sh                 the demo
#   deploy/bare.sh up              another command of packshot
#   BARE_ROOT=/var/tmp/bare KEEP=1 deploy/bare.sh     keep the root to look into, or to run again
set -euo pipefail

checkout="$(cd "$(dirname "$0")/.." && pwd)"
root="${BARE_ROOT:-$(mktemp -d /var/tmp/packshot-bare.XXXXXX)}"
[ $# -gt 0 ] || set -- demo --exit

[ "$(id -u)" = 0 ] || { echo "bare.sh: needs root (chroot, mount)." >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "bare.sh: needs debootstrap: apt-get install debootstrap" >&2; exit 1; }

leave() {
    if mountpoint -q "$root/proc"; then umount -l "$root/proc"; fi
    [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$root"
}
trap leave EXIT

# Files and folders of this machine, put at the same place in the root.
carry() {
    for path in "$@"; do
        if [ -e "$path" ]; then
            mkdir -p "$root$(dirname "$path")"
            # Not through links that lie there: an absolute one would lead out of the root, to this machine's own file.
            rm -rf "${root:?}$path"
            cp -aL "$path" "$root$(dirname "$path")/"
        fi
    done
}

# The first package source of this machine; debootstrap's own default where there is none.
mirror="$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
    awk '$1 == "URIs:" || ($1 == "deb" && $2 ~ /^http/) { print $2; exit }' || true)"

began=$SECONDS
if [ ! -e "$root/etc/debian_version" ]; then
    debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || { tail "$root.log" >&2; exit 1; }
    rm -f "$root.log"
fi
echo "bare.sh: bare Debian $(cat "$root/etc/debian_version"), $(du -sm --one-file-system "$root" | cut -f1) MB, in $((SECONDS - began)) s" >&2

rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d
carry /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/keyrings /usr/share/keyrings /etc/apt/auth.conf.d
for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    if [ -f "$file" ] && grep -q 'Acquire::' "$file"; then carry "$file"; fi
done
carry /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates
carry /etc/pip.conf /root/.config/pip /root/.pip /root/.m2/settings.xml /etc/maven/settings.xml /etc/npmrc /root/.npmrc

mount -t proc proc "$root/proc"

rm -rf "$root/root/packshot"
git clone -q "$checkout" "$root/root/packshot"
if [ -n "${PACKSHOT_MEDIA:-}" ]; then echo "bare.sh: PACKSHOT_MEDIA is not carried in: the demo uses its own samples" >&2; fi

# A login's environment, and what this machine's pip needs to reach its index.
passed=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" LANG=C.UTF-8)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY PIP_CERT PIP_INDEX_URL SSL_CERT_FILE MAVEN_OPTS; do
    if [ -n "${!name:-}" ]; then passed+=("$name=${!name}"); fi
done
began=$SECONDS
status=0
chroot "$root" /usr/bin/env -i "${passed[@]}" /bin/sh -c 'cd /root/packshot && exec ./packshot "$@"' sh "$@" || status=$?
echo "bare.sh: ./packshot $* ended with $status after $((SECONDS - began)) s; .packshot is $(du -sm "$root/root/packshot/.packshot" | cut -f1) MB" >&2
if [ "$*" != "${*/up/}" ]; then
    chroot "$root" /usr/bin/env -i "${passed[@]}" /bin/sh -c 'cd /root/packshot && ./packshot status; ./packshot doctor; ./packshot down'
fi
exit "$status"
