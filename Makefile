# ngx_http_api_module: `make help` lists what can be asked for.

ifneq ($(words $(CURDIR)),1)
$(error The path of this checkout has a space in it, which the configure \
script of nginx cannot take. Move the checkout to a path without spaces)
endif

SHELL       := /bin/sh
.DEFAULT_GOAL := help

# ---- what a user may set, here or in the environment ----------------------

PORT        ?= 8080
RUN_DIR     ?= .run
JOBS        ?= $(shell nproc 2>/dev/null || echo 2)

# seconds of `make fuzz` for each target
TIME        ?= 60

# the tests of `make test`, `make sanitize` and `make valgrind`; without any, all
FILES       ?=

# the Debian of `make matrix`; without one, that after this machine's
MATRIX      ?=

# an nginx source tree for `make static`; without one, Debian's is fetched
NGINX_SRC   ?=

# further flags for the compiler and the linker
CC_OPT      ?=
LD_OPT      ?=

export PORT RUN_DIR

# ---- how a module is built against Debian's nginx-dev ---------------------

BUILD       := $(CURDIR)/build
NGINX_DEV   := /usr/share/nginx/src
MODULE      := ngx_http_api_module.so

# a compiler newer than ours may warn of more: `make check` is strict instead
RELEASE_CC  := -fno-semantic-interposition -Wno-error

STRICT_CC   := -Wextra -Wno-unused-parameter -Wshadow -Wconversion \
               -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wcast-qual \
               -Wimplicit-fallthrough -Werror

SANITIZE_CC := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
               -fno-omit-frame-pointer -U_FORTIFY_SOURCE -Wno-error
SANITIZE_LD := -fsanitize=address,undefined -static-libubsan

# $(call module,DIRECTORY,COMPILER FLAGS,LINKER FLAGS)
module = deploy/local/build "$(1)" "$(2) $(CC_OPT)" "$(3) $(LD_OPT)" $(JOBS)


##@ Use it

.PHONY: help
help:  ## show this list
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@printf '\nVariables: PORT=%s RUN_DIR=%s JOBS=%s TIME=%s FILES NGINX_SRC MATRIX CC_OPT LD_OPT\n' \
	    '$(PORT)' '$(RUN_DIR)' '$(JOBS)' '$(TIME)'

.PHONY: run
run:  ## serve the example API on PORT, with a PostgreSQL of its own in RUN_DIR
	@deploy/local/deps run
	@$(MAKE) --no-print-directory build
	@exec deploy/local/run

.PHONY: test
test:  ## install what the tests need, build, and run everything
	@deploy/local/deps test
	@t/lib/install-test-nginx
	@$(MAKE) --no-print-directory build check
	@exec t/lib/run-suite $(FILES)


##@ Build it

.PHONY: deps
deps:  ## install the Debian packages of build, run, test and bench
	@deploy/local/deps all
	@t/lib/install-test-nginx

.PHONY: build
build:  ## build/ngx_http_api_module.so, for the nginx of this Debian
	@deploy/local/deps build
	@$(call module,$(BUILD),$(RELEASE_CC),)

.PHONY: static
static:  ## build inside an nginx source tree (NGINX_SRC): static and dynamic
	@deploy/local/deps build
	@exec deploy/local/build-in-tree "$(BUILD)/static" "$(NGINX_SRC)" $(JOBS)

.PHONY: docs
docs:  ## docs/ as a site in build/docs, by MkDocs
	@deploy/local/deps docs
	@exec deploy/local/docs "$(BUILD)"

.PHONY: clean
clean:  ## remove build/; RUN_DIR and its data stay
	rm -rf "$(BUILD)"


##@ Prove it

.PHONY: check
check:  ## unit tests, JSON cases, fuzz corpora, lint, a build with every warning an error, the pages' examples
	@deploy/local/deps check
	@for part in unit json lint fuzz; do \
	    if [ -x t/$$part/run ]; then t/$$part/run || exit 1; \
	    else echo "note: t/$$part/run does not exist yet"; fi; \
	done
	@$(call module,$(BUILD)/strict,$(STRICT_CC),)
	@if command -v clang > /dev/null; then \
	    CC=clang $(call module,$(BUILD)/clang,$(STRICT_CC),); \
	else echo "note: no clang: its warnings are not looked for"; fi
	@t/lint/examples "$(BUILD)/strict/$(MODULE)"
	@echo "check: all of it passed"

.PHONY: conformance
conformance:  ## the official suite of JSON Schema 2020-12, and the same over HTTP; tokens that others have signed
	@deploy/local/deps conform
	@t/auth/run
	@t/schema/run
	@if command -v node > /dev/null; then t/schema/patterns.js; \
	    else echo "note: no node: patterns are compared with no other engine"; fi
	@$(MAKE) --no-print-directory build
	@exec t/lib/run-suite t/schema/http.py

.PHONY: sanitize
sanitize:  ## the whole suite under AddressSanitizer and UBSan
	@deploy/local/deps test
	@t/lib/install-test-nginx
	@$(call module,$(BUILD)/sanitize,$(SANITIZE_CC),$(SANITIZE_LD))
	@exec t/lib/run-suite --sanitize $(FILES)

.PHONY: valgrind
valgrind:  ## the tests named in t/valgrind.list under valgrind
	@deploy/local/deps valgrind
	@t/lib/install-test-nginx
	@$(MAKE) --no-print-directory build
	@exec t/lib/run-suite --valgrind $(FILES)

.PHONY: pooler
pooler:  ## the tests named in t/pooler.list behind PgBouncer, pool sizes 1 and 5
	@deploy/local/deps test
	@t/lib/install-test-nginx
	@$(MAKE) --no-print-directory build
	@TEST_POOLER=1 t/lib/run-suite --pooler
	@TEST_POOLER=5 t/lib/run-suite --pooler

.PHONY: matrix
matrix:  ## build and test on the next Debian (MATRIX=RELEASE), below build/matrix; as root
	@exec deploy/local/matrix "$(BUILD)/matrix" $(MATRIX)

.PHONY: fuzz
fuzz:  ## libFuzzer for each fuzz target, TIME seconds long; build/fuzz has what it finds
	@deploy/local/deps fuzz
	@FUZZ_TIME=$(TIME) t/fuzz/search

.PHONY: fuzz-keep
fuzz-keep:  ## take what `make fuzz` has found into t/fuzz/corpus, which `make check` replays
	@t/fuzz/search --keep

.PHONY: bench
bench:  ## our GET /users/:id beside `return 200` and pgbench (PEERS=1: Axum too)
	@deploy/local/deps bench
	@$(MAKE) --no-print-directory build
	@exec bench/run

.PHONY: bench-auth
bench-auth:  ## tokens, settings and passwords beside the same routes without; fails where a bar is missed (PEERS=1: Axum too)
	@deploy/local/deps bench
	@$(MAKE) --no-print-directory build
	@bench/auth/run
	@bench/auth/served
	@t/lib/with-services bench/settings
	@bench/password/run logins aborts
