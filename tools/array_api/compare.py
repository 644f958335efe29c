"""Compares the failures in a log of the array API conformance suite with those that are known.

    python tools/array_api/compare.py <log of pytest> <known failures>

A line of the latter is a pattern of test names, in which * stands for anything; a line that begins with # gives the reason for
those below it. Exit status 1 where a test fails that no pattern names.
"""

import fnmatch
import re
import sys


def main(log, known):
    failures = re.findall(r"^FAILED array_api_tests/(.+?)(?: - .*)?$", open(log).read(), re.M)
    reasons, patterns = {}, []
    reason = ""
    for line in filter(None, map(str.strip, open(known))):
        if line.startswith("#"):
            reason = line.lstrip("# ")
        else:
            patterns.append(line)
            reasons[line] = reason
    # Brackets are part of the names.
    translated = {p: re.compile(fnmatch.translate(p.replace("[", "[[]"))) for p in patterns}
    counts, unknown = {}, []
    for failure in failures:
        found = next((p for p, expression in translated.items() if expression.match(failure)), None)
        if found is None:
            unknown.append(failure)
        else:
            counts[reasons[found]] = counts.get(reasons[found], 0) + 1
    for text, count in counts.items():
        print(f"{count:4}  {text}")
    for failure in unknown:
        print("not known:", failure)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
