#!/bin/sh
# Usage: ./test.sh [unit|plugins|e2e|explore]
# Installs what the tests need, builds everything, runs the three test programs and, without an argument, the checks on style and locked
# packages. "explore" is for the night: the search over 10 million states of each setup (or HOTSTANDBY_STATES). The last line is
# "N passed, N failed" (and ", N skipped" if any); the exit status is 1 if anything failed or could not run.
set -u
cd "$(dirname "$(readlink -f -- "$0")")" || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
root=$(pwd -P)
passed=0
failed=0
skipped=0

finish() {
    summary="$passed passed, $failed failed"
    [ $skipped -eq 0 ] || summary="$summary, $skipped skipped"
    echo "$summary"
    [ $failed -eq 0 ]
    exit
}
pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $*"
}
# A step that is no test program but counts as one test: check "what it proves" COMMAND...; its output is shown when it fails.
check() {
    what=$1
    shift
    echo "== $what"
    if "$@" >"$work/check.log" 2>&1; then
        pass
    else
        cat "$work/check.log"
        fail "$what"
        return 1
    fi
}

# An end-to-end test compares protocol times of some hundred milliseconds between processes, keepalived among them, and a machine can hold one of
# them up for longer. So up to three tests that failed are run once more, alone; what breaks by itself fails again. It is said aloud either way.
repeat() {
    methods=$(grep -o '<test [^>]*result="Fail"[^>]*>' "$2" | sed 's/.* type="\([^"]*\)" method="\([^"]*\)".*/\1.\2/' | sort -u)
    [ "$methods" ] && [ "$(echo "$methods" | wc -l)" -le 3 ] || return 1
    for method in $methods; do
        echo "== repeated alone, because it failed: $method"
        dotnet "$1" -noColor -noLogo -method "$method" || return 1
        echo "REPEATED: $method failed among the others and passed alone"
    done
}

explicit=
[ "${1:-}" != explore ] || explicit='-explicit only -class *.ExplorerTests -parallelMode none -showLiveOutput'
case ${1:-all} in
all) suites='UnitTests PluginTests EndToEndTests' ;;
unit) suites=UnitTests ;;
plugins) suites=PluginTests ;;
e2e) suites=EndToEndTests ;;
explore) suites=UnitTests ;;
*)
    echo "test.sh: unknown suite '$1'; there are unit, plugins, e2e and explore" >&2
    exit 2
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What tests could leave behind: network namespaces named hs-*, processes that run from this tree's artifacts, and the services.
namespaces() { ip netns list 2>/dev/null | awk '$1 ~ /^hs-/ { print $1 }' | sort; }
processes() {
    for process in /proc/[0-9]*; do
        # A process may end while it is looked at.
        case $({ readlink "$process/exe"; tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null) in
        *"$root/artifacts/"* | */sbin/nginx* | */sbin/keepalived* | */bin/java*) echo "${process#/proc/}" ;;
        esac
    done | sort
}

# The SDK makes two empty folders for each build where it looks for workloads, and leaves them: in a place of their own.
sdk() { TMPDIR=$work/sdk dotnet "$@"; }

echo '== prerequisites'
case $suites in
UnitTests) groups='build run' ;;
*) groups='build run lab lab-tomcat test' ;;
esac
# shellcheck disable=SC2086 # a list of words
if ! scripts/prerequisites.sh $groups; then
    fail 'the prerequisites are not there'
    finish
fi
mkdir "$work/sdk"
namespaces >"$work/namespaces.before"
processes >"$work/processes.before"

# No node or compiler server may stay behind.
quiet='-v:q -nologo -nodeReuse:false -p:UseSharedCompilation=false'
# shellcheck disable=SC2086 # a list of words
check 'the lock files fit the projects' sdk restore HotStandby.sln --locked-mode $quiet || finish
# shellcheck disable=SC2086
check 'everything builds without a warning' sdk build HotStandby.sln --no-restore -m $quiet || finish
if [ "$suites" != UnitTests ]; then
    # For end-to-end tests: the native core, the plugin host and the plugins.
    check './hotstandby builds itself and runs' ./hotstandby --version
fi

for suite in $suites; do
    echo "== $suite"
    report=$work/$suite.xml
    program=artifacts/bin/HotStandby.$suite/debug/HotStandby.$suite.dll
    status=0
    # Explicit tests are the long ones; one after the other, for each takes a gigabyte.
    set -f
    # shellcheck disable=SC2086 # a list of words
    dotnet "$program" -noColor -noLogo $explicit -result-xml "$report" || status=$?
    set +f
    # One <assembly> element for one program; its attributes are the counts.
    counts=$(grep -o '<assembly [^>]*>' "$report" 2>/dev/null | head -n 1)
    count() { echo "$counts" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
    total=$(count total)
    if [ -z "$total" ]; then
        fail "$suite ended with status $status and left no report"
        continue
    fi
    bad=$(($(count failed) + $(count errors)))
    passed=$((passed + $(count passed)))
    if [ "$suite" = EndToEndTests ] && [ "$(count errors)" = 0 ] && [ $bad -gt 0 ] && repeat "$program" "$report"; then
        passed=$((passed + bad))
        bad=0
        status=0
    fi
    failed=$((failed + bad))
    skipped=$((skipped + $(count skipped)))
    if [ "$total" -eq 0 ]; then
        fail "$suite holds no test"
    elif [ $status -ne 0 ] && [ $bad -eq 0 ]; then
        fail "$suite ended with status $status although no test failed"
    fi
done

if [ $# -eq 0 ]; then
    check 'the code is formatted' sdk format HotStandby.sln --no-restore --verify-no-changes --severity warn
fi

namespaces >"$work/namespaces.after"
left=$(comm -13 "$work/namespaces.before" "$work/namespaces.after")
if [ "$left" ]; then
    fail "network namespaces were left behind: $(echo "$left" | tr '\n' ' ')"
fi
processes >"$work/processes.after"
left=$(comm -13 "$work/processes.before" "$work/processes.after")
for process in $left; do
    fail "process $process was left behind: $(tr '\0' ' ' <"/proc/$process/cmdline")"
done
finish
