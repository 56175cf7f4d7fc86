#!/bin/sh
# Usage: scripts/pack.sh FOLDER [ARGUMENT OF dotnet pack ...]
# Packs what a plugin's author needs into FOLDER: HotStandby.Abstractions, HotStandby.TestKit and HotStandby.Templates.
set -eu
[ $# -ge 1 ] || { echo 'usage: scripts/pack.sh FOLDER [ARGUMENT OF dotnet pack ...]' >&2; exit 2; }
root=$(cd "$(dirname "$(readlink -f -- "$0")")/.." && pwd -P)
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
shift
for project in src/Abstractions src/TestKit templates; do
    # No build server may stay behind, nor the empty folders that the SDK makes where it looks for workloads.
    mkdir -p "$root/artifacts/sdk"
    TMPDIR="$root/artifacts/sdk" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 \
        dotnet pack "$root/$project" -o "$folder" -v:q -nologo -nodeReuse:false -p:UseSharedCompilation=false "$@"
done
ls "$folder"/HotStandby.*.nupkg
