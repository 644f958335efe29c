"""What the documentation says is so: its programs run, its files and names exist, its messages are the ones given.

The Swift of README.md and of the library's comments stands, word for word, in DocumentationTests.swift, which
`swift test` compiles and runs.
"""

import doctest
import importlib
import os
import pathlib
import pkgutil
import re
import shutil
import subprocess
import sys

import pytest

import swiftnn

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = ["swiftnn", *(info.name for info in pkgutil.walk_packages(swiftnn.__path__, "swiftnn."))]
MODULES.remove("swiftnn._C")
SWIFT_COPY = ROOT / "Tests/SwiftNNTests/DocumentationTests.swift"
# Folders of the repository that are not built, fetched or written by programs.
FOLDERS = [".ci", "Sources", "Tests", "benchmarks", "docs", "examples", "python", "tools"]


def page_name(page):
    return str(page.relative_to(ROOT))


def blocks(text, language):
    """The fenced blocks of a language: the number of the first line and the lines of each."""
    found, start, lines = [], None, text.splitlines()
    for number, line in enumerate(lines):
        if start is None and line.startswith("```"):
            start, name = number, line[3:].strip()
        elif start is not None and line.strip() == "```":
            if name == language:
                found.append((start + 2, lines[start + 1 : number]))
            start = None
    return found


def tree():
    """The paths of all files and folders of the sources."""
    paths = {path.name for path in ROOT.iterdir() if path.name not in (".git", ".venv", ".build", "build", "dist")}
    for folder in FOLDERS:
        for directory, inner, files in os.walk(ROOT / folder):
            inner[:] = [name for name in inner if name not in (".build", "__pycache__")]
            paths.update(str(pathlib.Path(directory, name).relative_to(ROOT)) for name in [*inner, *files])
    return paths


def sources(*suffixes):
    """The text of each source file by its path."""
    return {path: (ROOT / path).read_text() for path in tree() if path.endswith(suffixes)}


# ------------------------------------------------------------------------------------------------ Python


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page.read_text(), "python")], ids=page_name)
def test_python_blocks_run(page, tmp_path):
    program = []
    for first, lines in blocks(page.read_text(), "python"):
        # The line that a traceback names is that of the page.
        program += [""] * (first - 1 - len(program)) + lines
    path = tmp_path / page.name.replace(".md", ".py")
    path.write_text("\n".join(program) + "\n")
    result = subprocess.run([sys.executable, path.name], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    swiftnn.manual_seed(0)
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_docstrings_have_examples():
    attempted = [test for name in MODULES for test in doctest.DocTestFinder().find(importlib.import_module(name))]
    documented = {test.name for test in attempted if test.examples}
    for block in ("Sequential", "ModuleList", "ModuleDict", "ParameterList"):
        assert f"swiftnn.nn.container.{block}" in documented
    assert len(documented) > 25


def test_messages_are_those_given():
    (first, lines), = blocks((ROOT / "README.md").read_text(), "")
    with pytest.raises(Exception) as error:
        swiftnn.nn.Linear(20, 256)(swiftnn.ones(2, 3))
    assert str(error.value) == "\n".join(lines), f"README.md, line {first}"


# ------------------------------------------------------------------------------------------------ Swift


def occurs(part, lines):
    """Whether the lines of `part` stand in `lines` one after the other, all indented by the same amount."""
    for start, line in enumerate(lines):
        if line.strip() != part[0].strip():
            continue
        indent = line[: len(line) - len(line.lstrip())]
        found = lines[start : start + len(part)]
        if found == [indent + wanted if wanted else "" for wanted in part]:
            return True
    return False


def is_manifest(lines):
    return lines[0].startswith("dependencies:")


def swift_programs():
    """Each Swift block of README.md and of the library's comments: where it stands, and its lines."""
    found = [("README.md", first, lines) for first, lines in blocks((ROOT / "README.md").read_text(), "swift")]
    for path, text in sorted(sources(".swift").items()):
        if not path.startswith("Sources/"):
            continue
        comment = "\n".join(re.sub(r"^ ?", "", line.strip()[3:]) if line.strip().startswith("///") else ""
                            for line in text.splitlines())
        found += [(path, first, lines) for first, lines in blocks(comment, "swift")]
    return [pytest.param(lines, id=f"{path}:{first}") for path, first, lines in found if not is_manifest(lines)]


@pytest.mark.parametrize("lines", swift_programs())
def test_swift_blocks_are_compiled_and_run(lines):
    copy = SWIFT_COPY.read_text().splitlines()
    if lines[0].startswith("import "):
        # In a file of several programs the import stands above them all.
        assert lines[0] in copy
        lines = lines[1:]
        while not lines[0]:
            lines = lines[1:]
    assert occurs(lines, copy), f"not in {SWIFT_COPY.relative_to(ROOT)}, word for word:\n" + "\n".join(lines)


def test_swift_excerpts_are_in_the_sources():
    texts = [text.splitlines() for path, text in sources(".swift").items() if path.startswith("Sources/")]
    for page in PAGES[1:]:
        for first, lines in blocks(page.read_text(), "swift"):
            for part in "\n".join(lines).split("\n\n"):
                assert any(occurs(part.splitlines(), text) for text in texts), f"{page.name}, line {first}:\n{part}"


def test_package_manifest(tmp_path):
    if not shutil.which("swift"):
        pytest.skip("no swift on PATH")
    (_, fragment), = [block for block in blocks((ROOT / "README.md").read_text(), "swift") if is_manifest(block[1])]
    package, app = tmp_path / "swiftnn", tmp_path / "app"
    (app / "Sources/App").mkdir(parents=True)
    (app / "Sources/App/main.swift").write_text("import SwiftNN\n")
    body = "\n".join(fragment)
    (app / "Package.swift").write_text(
        f'// swift-tools-version: 6.3\nimport PackageDescription\nlet package = Package(name: "app",\n{body})\n')
    package.mkdir()
    for name in ("Package.swift", "Sources", "Tests"):
        (package / name).symlink_to(ROOT / name)
    # Loading the graph finds the package, the product and the folders of the targets; nothing is built.
    result = subprocess.run(["swift", "package", "show-dependencies"], cwd=app, capture_output=True, text=True)
    assert result.returncode == 0 and "swiftnn<" in result.stdout and "error" not in result.stderr, result.stderr


# ------------------------------------------------------------------------------------------------ names


def code_spans(page):
    """What stands between backticks outside of fenced blocks, with its line."""
    text = re.sub(r"^```.*?^```$", lambda block: "\n" * block[0].count("\n"), page.read_text(), flags=re.M | re.S)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("    "):
            yield number, line.strip()
        for span in re.findall(r"`([^`]+)`", line):
            yield number, span


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_files_exist(page):
    paths = tree()
    generated = (ROOT / ".gitignore").read_text().split()
    missing = []
    for number, span in code_spans(page):
        is_path = re.fullmatch(r"[\w./-]+/[\w./-]*|[\w.-]+\.(swift|c|h|def|py|md|toml|txt|json|map|sh)", span)
        if not is_path or any(span.startswith(name.strip("/") + "/") for name in generated):
            continue
        name = span.strip("/")
        if not any(path == name or path.endswith("/" + name) for path in paths):
            missing.append(f"line {number}: {span}")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        if not (page.parent / target).exists():
            missing.append(f"link to {target}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_names_exist(page):
    corpus = "\n".join(sources(".swift", ".c", ".h", ".def", ".py", ".toml", "Makefile", "CMakeLists.txt").values())
    corpus += (ROOT / "Package.swift").read_text() + " ".join(tree())
    known = set(re.findall(r"\w+", corpus))
    missing = []
    for number, span in code_spans(page):
        name = re.match(r"[.@]?([A-Za-z_][\w.]*)(\(.*\)|\[.*\])?$", span)
        for part in name[1].split(".") if name and "/" not in span else ():
            if part not in known:
                missing.append(f"line {number}: {span}")
        for target in re.findall(r"^make (\w+)$", span):
            if not re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M):
                missing.append(f"line {number}: {span}")
        # Whole lines of the sources.
        if re.match(r"SNN_\w+\(|case \.", span) and "…" not in span and span not in corpus:
            missing.append(f"line {number}: {span}")
    assert not missing, "\n".join(missing)
