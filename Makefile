# Gloss. `make help` lists what there is.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/bash

ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
BUILD ?= build
SANITIZE ?=

prefix ?= /usr/local
bindir ?= $(prefix)/bin
docdir ?= $(prefix)/share/doc/gloss
INSTALL ?= install

# Configurations never mix objects: release, or one folder for each set of sanitizers or CONFIG.
comma := ,
CONFIG ?= $(if $(SANITIZE),$(subst $(comma),-,$(SANITIZE)),release)
OUT := $(BUILD)/$(CONFIG)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wvla $(if $(CI),-Werror)
HARDEN_CPP := $(if $(SANITIZE)$(filter coverage,$(CONFIG)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE \
          -Werror=format-security -ffile-prefix-map=$(CURDIR)=.
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
SANITIZE_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)

PACKAGES := libmicrohttpd jansson libpq uuid libsodium icu-uc icu-i18n md4c zlib
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)

ALL_CPPFLAGS := -D_GNU_SOURCE -Iserver -I$(OUT)/made $(HARDEN_CPP) $(CPPFLAGS)
ALL_CFLAGS := -std=c17 -pthread $(WARN) $(HARDEN) $(SANITIZE_FLAGS) $(PKG_CFLAGS) $(CFLAGS)
ALL_LDFLAGS := -pthread $(HARDEN_LD) $(SANITIZE_FLAGS) $(LDFLAGS)

SOURCES := $(sort $(filter-out server/tools/%,$(wildcard server/*.c server/*/*.c)))
OBJECTS := $(SOURCES:server/%.c=$(OUT)/server/%.o)
LIBRARY_OBJECTS := $(filter-out $(OUT)/server/main.o,$(OBJECTS))
SQL_FILES := $(sort $(wildcard server/sql/*/*.sql))
SQL_PARTS := $(sort $(wildcard server/sql/*/*.part))
MIGRATIONS := $(sort $(wildcard migrations/*.sql))
ASSETS := $(sort $(wildcard server/reader/assets/*))
MADE_C := sql migrations assets contract
MADE_OBJECTS := $(MADE_C:%=$(OUT)/made/%.o)
FUZZ_TARGETS := request json values markdown plain quote carry config apply
FUZZ_PARTS := $(patsubst %,$(OUT)/fuzz/%.o,html_check text_check)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(sort $(wildcard tests/unit/*_test.c))) \
  $(FUZZ_TARGETS:%=$(OUT)/unit/fuzz_%_test)

.PHONY: all run test check unit http browser mutants coverage torture fuzz fuzz-api chaos soak conditions \
        bench anchoring install uninstall clean distclean help deps test-deps format format-check layers

all: $(OUT)/gloss ## build the server (the default)

# -- what is made from other files ----------------------------------------------------------------

$(OUT)/tools/%: server/tools/%.c | $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=c17 $(WARN) -O1 -g -o $@ $< $(if $(filter embed,$*),-lyaml -lsodium -lz -lbrotlienc)

# Rewritten only when a file came or went: its going would show in no date.
$(OUT)/lists: FORCE
	@mkdir -p $(@D)
	@echo '$(SQL_FILES) $(SQL_PARTS) $(MIGRATIONS) $(ASSETS)' | cmp -s - $@ || \
	 echo '$(SQL_FILES) $(SQL_PARTS) $(MIGRATIONS) $(ASSETS)' > $@

$(OUT)/made/sql.c $(OUT)/made/sql.h &: $(SQL_FILES) $(SQL_PARTS) $(OUT)/tools/embed $(OUT)/lists
	@mkdir -p $(OUT)/made
	$(OUT)/tools/embed sql $(OUT)/made/sql.c $(OUT)/made/sql.h $(SQL_FILES)

$(OUT)/made/migrations.c: $(MIGRATIONS) $(OUT)/tools/embed $(OUT)/lists
	@mkdir -p $(OUT)/made
	$(OUT)/tools/embed migrations $@ $(MIGRATIONS)

$(OUT)/made/assets.c: $(ASSETS) $(OUT)/tools/embed $(OUT)/lists
	@mkdir -p $(OUT)/made
	$(OUT)/tools/embed assets $@ $(ASSETS)

$(OUT)/made/contract.c $(OUT)/made/openapi.json &: api/openapi.yaml $(OUT)/tools/embed
	@mkdir -p $(OUT)/made
	$(OUT)/tools/embed contract $(OUT)/made/contract.c $(OUT)/made/openapi.json api/openapi.yaml

$(OUT)/made/%.o: $(OUT)/made/%.c $(OUT)/flags
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# -- the program ----------------------------------------------------------------------------------

# Rewritten only when the compiler or its flags differ, so that a change of them rebuilds.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)' | cmp -s - $@ || \
	 echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)' > $@
.PHONY: FORCE

$(OUT)/server/%.o: server/%.c $(OUT)/flags | $(OUT)/made/sql.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -DGLOSS_VERSION='"$(shell cat VERSION)"' -MMD -MP -c -o $@ $<

$(OUT)/gloss: $(OBJECTS) $(MADE_OBJECTS)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

-include $(OBJECTS:.o=.d) $(MADE_OBJECTS:.o=.d) $(UNIT_TESTS:%=%.d) \
  $(wildcard $(OUT)/fuzz/*.d $(OUT)/torture/*.d $(OUT)/bench/*.d)

# -- tests ----------------------------------------------------------------------------------------

$(OUT)/unit/%: tests/unit/%.c $(LIBRARY_OBJECTS) $(MADE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Itests/unit -MMD -MP $(ALL_LDFLAGS) -o $@ \
	  $(filter-out %.h,$^) $(PKG_LIBS) $(LDLIBS)

# Each fuzz target is built twice: to read its stored corpus as a unit test, and for libFuzzer.
$(OUT)/fuzz/%.o: tests/fuzz/%.c $(OUT)/flags | $(OUT)/made/sql.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Itests/unit -MMD -MP -c -o $@ $<

$(OUT)/unit/fuzz_%_test: $(OUT)/fuzz/%.o $(OUT)/fuzz/replay.o $(FUZZ_PARTS) $(LIBRARY_OBJECTS) \
    $(MADE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

$(OUT)/fuzz/run/%: $(OUT)/fuzz/%.o $(OUT)/fuzz/finding.o $(FUZZ_PARTS) $(LIBRARY_OBJECTS) \
    $(MADE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) $(LDLIBS)

.PHONY: fuzz-programs
.SECONDARY: $(FUZZ_TARGETS:%=$(OUT)/fuzz/%.o) $(OUT)/fuzz/replay.o $(OUT)/fuzz/finding.o
fuzz-programs: $(FUZZ_TARGETS:%=$(OUT)/fuzz/run/%)

# ThreadSanitizer knows where programs lie in memory. A kernel that scatters them more widely than its
# authors thought of (vm.mmap_rnd_bits above 28) would end each of ours at its start, so they run
# unscattered where that is allowed.
UNSCATTERED := $(if $(findstring thread,$(SANITIZE)),$(shell setarch -R true 2>/dev/null && echo setarch -R))
RUN_TESTS := $(UNSCATTERED) node tests/run.js --out $(OUT)

# GLOSS_TEST_DEPS=skip: what is installed is enough, nothing is looked up.
test: ## install what is missing, build, and run all tests
	@$(MAKE) --no-print-directory test-deps
	@$(MAKE) --no-print-directory $(OUT)/gloss unit-programs node_modules/.installed
	$(RUN_TESTS) unit sql http browser

check: $(OUT)/gloss unit-programs node_modules/.installed ## the tests that need no browser (SANITIZE=address,undefined or thread)
	$(RUN_TESTS) unit sql http

unit: unit-programs ## the unit tests in C
	$(RUN_TESTS) unit

http: $(OUT)/gloss $(OUT)/bench/load node_modules/.installed ## the tests that speak HTTP, on a real PostgreSQL
	$(RUN_TESTS) http

browser: $(OUT)/gloss node_modules/.installed ## the tests in a browser
	$(RUN_TESTS) browser

# MUTANTS: how many are drawn; 0 for all. MUTANTS_ONLY: a pattern that their names fit.
MUTANTS ?= 0
mutants: $(OUT)/gloss node_modules/.installed ## drop single conditions of the visibility rule: each must be noticed (MUTANTS=N draws some)
	node tests/mutants/mutants.js --out $(OUT) --draw $(MUTANTS) $(if $(MUTANTS_ONLY),--only '$(MUTANTS_ONLY)')

# gcov's counters are gcc's.
COVERAGE := CONFIG=coverage CC=gcc CFLAGS='-O0 -g --coverage -fprofile-update=atomic' LDFLAGS=--coverage
COVERAGE_LINES ?= 95
COVERAGE_BRANCHES ?= 85
coverage: ## run unit, SQL and HTTP tests, and say which lines and branches they do not reach
	@$(MAKE) --no-print-directory test-deps
	@$(MAKE) --no-print-directory -s -j$$(nproc) $(COVERAGE) all unit-programs node_modules/.installed
	node tests/coverage.js --out $(BUILD)/coverage --lines $(COVERAGE_LINES) \
	  --branches $(COVERAGE_BRANCHES) unit sql http

# The server once more, with calls that can be made to fail: see tests/torture/faults.c.
TORTURE ?= shallow
TORTURED_CALLS := PQconnectStartParams PQconnectPoll PQsetnonblocking PQenterPipelineMode \
  PQsendPrepare PQsendQueryPrepared PQpipelineSync PQflush PQconsumeInput PQgetResult \
  MHD_create_response_from_buffer MHD_create_response_from_callback MHD_add_response_header

# It hands out memory before the sanitizers are ready, so it does without them.
$(OUT)/torture/faults.o: tests/torture/faults.c $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -fno-sanitize=all -MMD -MP -c -o $@ $<

$(OUT)/gloss-torture: $(OBJECTS) $(MADE_OBJECTS) $(OUT)/torture/faults.o
	$(CC) $(ALL_LDFLAGS) $(TORTURED_CALLS:%=-Wl,--wrap=%) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

# Under the address sanitizer in any case, whose memory functions stand behind ours.
torture: ## fail each call of memory, libpq, sockets once a request (TORTURE=full: all; default a sample)
	@$(MAKE) --no-print-directory -s SANITIZE=address,undefined torture-here

.PHONY: torture-here
torture-here: $(OUT)/gloss-torture node_modules/.installed
	TORTURE=$(TORTURE) GLOSS_BIN=$(OUT)/gloss-torture node tests/run.js --out $(OUT) torture

FUZZ := CC=clang CONFIG=fuzz SANITIZE=fuzzer-no-link,address,undefined
FUZZ_SECONDS ?= 60
fuzz: ## run each fuzz target for FUZZ_SECONDS (60); findings are kept under build/
	@[[ "$$GLOSS_TEST_DEPS" == skip ]] || \
	 tools/install-packages $(RUN_PACKAGES) clang libclang-rt-14-dev
	@$(MAKE) --no-print-directory -s -j$$(nproc) $(FUZZ) fuzz-programs
	tests/fuzz/run $(BUILD)/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

FUZZ_REQUESTS ?= 50000
fuzz-api: $(OUT)/gloss node_modules/.installed ## ask for FUZZ_REQUESTS (50000) things drawn from the contract, as everybody
	GLOSS_TEST_FUZZ=$(FUZZ_REQUESTS) GLOSS_TEST_SECONDS=3600 $(RUN_TESTS) tests/http/fuzz.test.js

chaos: $(OUT)/gloss node_modules/.installed ## break server, database and network under load (CHAOS_SCENARIOS, CHAOS_SECONDS, CHAOS_SEED)
	@[[ "$$GLOSS_TEST_DEPS" == skip ]] || tools/install-packages $(TEST_PACKAGES) libfaketime
	GLOSS_BIN=$(abspath $(OUT)/gloss) node --test-reporter=tap tests/chaos/chaos.js

soak: $(OUT)/gloss node_modules/.installed ## everything readers do, SOAK_REQUESTS (1000000) times: memory stays as it is
	@[[ "$$GLOSS_TEST_DEPS" == skip ]] || tools/install-packages $(TEST_PACKAGES)
	GLOSS_BIN=$(abspath $(OUT)/gloss) node --test-reporter=tap tests/chaos/soak.js

conditions: $(OUT)/gloss node_modules/.installed ## put it under a thousand slow clients, 10,000 idle ones, and four times what it can do
	@[[ "$$GLOSS_TEST_DEPS" == skip ]] || tools/install-packages $(TEST_PACKAGES) slowhttptest
	node tests/run.js --out $(OUT) conditions

BENCH_PACKAGES := $(RUN_PACKAGES) nginx-light
FASTIFY := tests/bench/fastify
bench: ## measure it beside PostgreSQL, nginx and Fastify (BENCH_ROWS, BENCH_SECONDS, BENCH_DATA=DIR keeps the rows)
	@[[ "$$GLOSS_TEST_DEPS" == skip ]] || tools/install-packages $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory -s -j$$(nproc) all $(OUT)/bench/load
	@$(MAKE) --no-print-directory $(FASTIFY)/node_modules/.installed
	GLOSS_BIN=$(OUT)/gloss node tests/bench/run.js

$(FASTIFY)/node_modules/.installed: $(FASTIFY)/package.json $(FASTIFY)/package-lock.json
	cd $(FASTIFY) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# CASES: a folder with cases.jsonl and texts/. OUT: the file for what became of them; the second make
# has its own OUT back, where everything is built.
anchoring: ## carry the quotes of CASES=DIR over to their new texts, into OUT=FILE
	@$(MAKE) --no-print-directory -s -j$$(nproc) OUT=$(BUILD)/$(CONFIG) $(BUILD)/$(CONFIG)/bench/anchoring
	@$(BUILD)/$(CONFIG)/bench/anchoring '$(CASES)' '$(OUT)'

$(OUT)/bench/anchoring: tests/bench/anchoring.c $(LIBRARY_OBJECTS) $(MADE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $(filter-out %.h,$^) \
	  $(PKG_LIBS) $(LDLIBS)

# What makes the load: no sanitizer slows it down.
$(OUT)/bench/load: tests/bench/load.c $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=c17 $(WARN) -O2 -g -o $@ $<

.PHONY: unit-programs
unit-programs: $(UNIT_TESTS) $(OUT)/bench/load

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# -- for people -----------------------------------------------------------------------------------

# In a second make: pkg-config knows the libraries only once they are installed. `exec`, so that
# signals reach the server itself.
run: ## install what is missing, build, and serve (ARGS='--listen HOST:PORT' adds options)
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -s -j$$(nproc) all
	@exec $(OUT)/gloss serve $(ARGS)

# Neither builds nor starts anything: `make`, then `make install` as root.
install: ## copy the program to $(DESTDIR)$(bindir)
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(docdir)
	$(INSTALL) -m 755 $(OUT)/gloss $(DESTDIR)$(bindir)/gloss
	$(INSTALL) -m 644 README.md LICENSE $(DESTDIR)$(docdir)

uninstall: ## remove what `make install` copied; data stays
	rm -f $(DESTDIR)$(bindir)/gloss $(DESTDIR)$(docdir)/README.md $(DESTDIR)$(docdir)/LICENSE
	-rmdir $(DESTDIR)$(docdir)

# -- what has to be installed ---------------------------------------------------------------------

RUN_PACKAGES := ca-certificates gcc libbrotli-dev libc6-dev libicu-dev libjansson-dev libmd4c-dev \
  libmicrohttpd-dev libpq-dev libsodium-dev libyaml-dev make pkg-config postgresql-15 \
  postgresql-client-15 uuid-dev zlib1g-dev
# A newer Node than Debian's does as well.
TEST_PACKAGES := $(RUN_PACKAGES) chromium curl haproxy jq nginx-light \
  $(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm)
SANITIZER_PACKAGES := $(if $(filter clang%,$(CC)),clang libclang-rt-14-dev)

deps: ## install the Debian packages that building and running need
	@tools/install-packages $(RUN_PACKAGES) $(if $(filter clang%,$(CC)),clang)

test-deps: ## install those that the tests need too
	@[[ "$$GLOSS_TEST_DEPS" == skip ]] || tools/install-packages $(TEST_PACKAGES) $(SANITIZER_PACKAGES)

C_FILES := $(wildcard server/*.[ch] server/*/*.[ch] tests/*/*.[ch])

format: ## lay out the C sources
	clang-format -i $(C_FILES)

format-check: ## fail if a C source is not laid out by .clang-format
	clang-format --dry-run -Werror $(C_FILES)

layers: $(OUT)/tools/layers ## fail if a file includes what it may not
	$(OUT)/tools/layers server

clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## also remove what the tests installed
	rm -rf node_modules $(FASTIFY)/node_modules

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
