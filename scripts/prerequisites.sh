#!/bin/sh
# Usage: scripts/prerequisites.sh GROUP...
# Says which Debian packages of the named groups are missing and installs them; silent when nothing is missing.
#   run         what the agent needs on a node
#   build       what building it needs: the .NET 10 SDK (looked for, not installed) and a linker for native AOT
#   lab         what `hotstandby lab` and the end-to-end tests run in network namespaces
#   lab-tomcat  the same for a plugins.json that uses the Tomcat plugin
#   test        what only the tests need
# HOTSTANDBY_NO_PREREQUISITES=1 skips everything, for machines that are not Debian or are set up in another way.
# Exit status: 0 all there, 1 something is missing and could not be installed, 2 wrong use.
set -eu

say() { echo "prerequisites: $*" >&2; }

# The first name is installed; any of the others will do as well.
packages_of() {
    case $1 in
    run) echo 'libpcap0.8|libpcap0.8t64' ;;
    # gcc is enough: .NET's native AOT takes it when there is no clang, and brings its own zlib. gcc only recommends libc6-dev.
    build) echo 'gcc libc6-dev' ;;
    # procps: sysctl.
    lab) echo 'iproute2 nginx-light|nginx|nginx-core|nginx-full|nginx-extras util-linux procps' ;;
    lab-tomcat) echo 'tomcat10' ;;
    # systemd: systemd-analyze verifies the unit; curl and iputils-ping are clients of the VIP.
    test) echo 'keepalived frr tcpdump nftables procps curl iputils-ping iproute2 systemd' ;;
    *) return 1 ;;
    esac
}

# The SDK's folder is looked at, because `dotnet --list-sdks` takes longer than everything else here.
have_sdk() {
    dotnet=$(command -v dotnet) || return 1
    dotnet=$(readlink -f "$dotnet")
    for sdk in "${dotnet%/*}"/sdk/10.0.*/dotnet.dll; do
        [ -e "$sdk" ] && return 0
    done
    dotnet --list-sdks 2>/dev/null | grep -q '^10\.0\.'
}

[ $# -gt 0 ] || { say 'name at least one group: run build lab lab-tomcat test'; exit 2; }
wanted=
build=
for group; do
    list=$(packages_of "$group") || { say "unknown group '$group'; the groups are run build lab lab-tomcat test"; exit 2; }
    wanted="$wanted $list"
    [ "$group" != build ] || build=yes
done
[ "${HOTSTANDBY_NO_PREREQUISITES:-}" != 1 ] || exit 0

if [ "$build" ] && ! have_sdk; then
    say 'the .NET 10 SDK is missing: no "dotnet" with an SDK 10.0 is on the PATH. Install it in one of these ways, then start again:'
    say '  curl -fsSL https://dot.net/v1/dotnet-install.sh | sudo bash -s -- --channel 10.0 --install-dir /usr/share/dotnet'
    say '  and sudo ln -sf /usr/share/dotnet/dotnet /usr/bin/dotnet'
    say '  or the package dotnet-sdk-10.0: https://learn.microsoft.com/dotnet/core/install/linux'
    exit 1
fi

if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian, so nothing can be looked up. Install what these Debian packages hold:$wanted"
    say 'then set HOTSTANDBY_NO_PREREQUISITES=1.'
    exit 1
fi

missing_packages() {
    # One call for all of them; the names it does not know go to standard error, which is no news.
    # shellcheck disable=SC2086,SC2046 # lists of words
    installed=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' $(echo $wanted | tr '|' ' ') 2>/dev/null || true)"
    missing=
    for entry in $wanted; do
        found=
        IFS='|'
        for name in $entry; do
            case $installed in *" $name=installed "*) found=yes ;; esac
        done
        unset IFS
        [ "$found" ] || case " $missing " in
        *" ${entry%%|*} "*) ;;
        *) missing="$missing ${entry%%|*}" ;;
        esac
    done
}

missing_packages
[ "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    say "missing:$missing. Run as root: apt-get install --no-install-recommends$missing"
    exit 1
fi
say "missing:$missing; installing (apt-get)"

# A package's service must not start on this machine because a test needs its binary: invoke-rc.d asks this file.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
fi

# A colleague's apt may hold either lock for minutes.
apt() {
    DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}
log=$(mktemp)
update() {
    # apt-get update does not wait for the lists lock as install does for dpkg's.
    tries=0
    until apt update >"$log" 2>&1; do
        tries=$((tries + 1))
        if [ $tries -ge 60 ] || ! grep -q 'Could not get lock' "$log"; then
            return 1
        fi
        sleep 5
    done
}
install() {
    # shellcheck disable=SC2086 # a list of words
    apt install --no-install-recommends $missing >"$log" 2>&1
}

# Lists that are absent, or older than a day, name packages the mirror no longer has. (The lists themselves carry the mirror's dates; the
# folder "partial" is touched by every update.)
lists=/var/lib/apt/lists
updated=
if [ -z "$(find $lists -maxdepth 1 -name '*Packages*' -print -quit 2>/dev/null)" ] ||
    [ -z "$(find $lists/partial -maxdepth 0 -mtime -1 2>/dev/null)" ]; then
    if update; then
        updated=yes
    else
        say 'apt-get update failed; trying with the lists that are there'
    fi
fi
if ! install; then
    if [ "$updated" ] || ! update || ! install; then
        tail -n 20 "$log" >&2
        say "could not install$missing; apt-get's last words are above, all of them in $log"
        exit 1
    fi
fi
rm -f "$log"
missing_packages
if [ "$missing" ]; then
    say "apt-get succeeded, but these are still missing:$missing"
    exit 1
fi
