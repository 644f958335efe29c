#!/usr/bin/env bash
# Runs the conformance suite of the array API standard (github.com/data-apis/array-api-tests, with its submodule array-api) on
# the installed swiftnn, and compares the failures with the ones that are known, each with its reason.
#   tools/array_api/run.sh <python> <checkout of array-api-tests> [arguments of pytest]
set -euo pipefail
python=$1 suite=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$suite/." "$work"
# The suite takes it for granted that a library has complex numbers: it looks for the widest such dtype when it is imported.
sed -i 's/for dt in complex_dtypes\], key=lambda x: x\[1\]$/&, default=(xp.float64, 64)/' "$work/array_api_tests/dtype_helpers.py"
cd "$work"
# Dtypes that swiftnn has not.
export ARRAY_API_TESTS_SKIP_DTYPES=uint16,uint32,uint64,complex64,complex128
export ARRAY_API_TESTS_MODULE=swiftnn.array_api
"$python" -m pytest -q -p no:cacheprovider -W ignore array_api_tests "$@" >"$work/log" 2>&1 || true
tail -n 1 "$work/log"
"$python" "$here/compare.py" "$work/log" "$here/known_failures.txt"
