# Tieout: everything is built below $(BUILD); nothing is written into the source folders.
#   make          build/tieout          make demo     the demo company, from nothing to a workbook
#   make check    every test            make help     all targets
BUILD   ?= build
PREFIX  ?= /usr/local
CC      ?= gcc
Q       := $(if $(V),,@)
# CCACHE=ccache speeds up whoever builds several folders
CCACHE  ?=
PROCESSORS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

# Order matters: a module may include only headers of modules named before it (checked by tests/tidy.sh).
MODULES ?= base io config model source match expect verdict check ledger publish run cli

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wswitch-enum -Wfloat-equal -Wnull-dereference
# gcc knows more: equal branches and && of equal terms are copy-and-paste faults
GCC_WARN := -Wduplicated-cond -Wduplicated-branches -Wlogical-op
IS_GCC := $(shell $(CC) --version 2>/dev/null | head -1 | grep -qi clang || echo yes)
OPT    ?= -O2
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
CFLAGS ?= $(OPT) -g
STRICT := $(if $(CI)$(WERROR),-Werror)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -Iinclude $(WARN) $(if $(IS_GCC),$(GCC_WARN)) $(STRICT) $(HARDEN) $(CFLAGS) -MMD -MP -pthread
LDFLAGS ?= -pie -Wl,-z,relro,-z,now -Wl,--fatal-warnings
# a library that is loaded later calls our rewind() (src/publish/workbook_stream.c)
ALL_LDFLAGS = $(LDFLAGS) -Wl,--export-dynamic-symbol=rewind
# the loader looks a name up in this order, in some 20 libraries at each start: those that most names are of come first;
# those that would take the loader longest, libpq, libarchive, libcrypto and libxlsxwriter (which needs it), are
# loaded where they are used (include/tieout/library.h)
LIBS := -lc -lsqlite3 -lz -lexpat -liniparser -ljansson -lodbc -lm
PQ_INCLUDE := $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
ALL_CFLAGS += -isystem $(PQ_INCLUDE)

LIB_SRC  := $(filter-out src/cli/main.c src/cli/memory.c,$(foreach m,$(MODULES),$(wildcard src/$(m)/*.c)))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
UNIT_SRC := $(foreach m,$(MODULES),$(wildcard tests/unit/$(m)/test_*.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(BUILD)/%)
UNIT_AID := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/unit/support/*.c))
TOOL_SRC := $(wildcard tests/demo/tool_*.c) $(wildcard tests/integration/tool_*.c) $(wildcard tests/faults/tool_*.c) \
            $(wildcard tests/bench/tool_*.c)
TOOL_BIN := $(TOOL_SRC:%.c=$(BUILD)/%) $(BUILD)/tests/faults/preload.so
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ_SRC:%.c=$(BUILD)/%)
REPLAY_BIN := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(BUILD)/tests/fuzz/replay_%)
DEMO_BIN := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/demo/tool_*.c))
DEMO_SRC := $(wildcard tests/demo/company/*.c)
DEMO_OBJ := $(DEMO_SRC:%.c=$(BUILD)/%.o)
DATA_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/data/*.c))

.DEFAULT_GOAL := all
.PHONY: all asan bench check clang-tidy clean cppcheck demo deps deps-check faults format format-check fuzz fuzzers gates help install \
        lib lint proof tidy tools unit unit-check
.SECONDARY:

all: deps ## build $(BUILD)/tieout
	$(Q)$(MAKE) --no-print-directory $(BUILD)/tieout

lib: $(BUILD)/libtieout.a
unit: $(UNIT_BIN)
tools: $(TOOL_BIN) $(REPLAY_BIN)
fuzzers: $(FUZZ_BIN)

# memory.o takes malloc over for the program alone: a library must not
$(BUILD)/tieout: $(BUILD)/src/cli/main.o $(BUILD)/src/cli/memory.o $(BUILD)/libtieout.a
	@echo "  LINK   $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libtieout.a: $(LIB_OBJ)
	@echo "  AR     $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@echo "  CC     $<"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

# what several unit tests share; an archive, so that a test links only what it uses
$(BUILD)/libunit.a: $(UNIT_AID)
	@echo "  AR     $@"
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/tests/unit/support/%.o: tests/unit/support/%.c
	@echo "  CC     $<"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -Itests/unit -c -o $@ $<

# tests that look at an archive with libarchive itself
$(foreach t,$(shell grep -l '^.include <archive.h>' $(UNIT_SRC) /dev/null),$(BUILD)/$(t:%.c=%)): LIBS += -larchive
$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libunit.a $(BUILD)/libtieout.a
	@echo "  TEST   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -o $@ $< $(BUILD)/libunit.a $(BUILD)/libtieout.a -lcmocka $(LIBS)

$(BUILD)/tests/demo/tool_%: tests/demo/tool_%.c $(DEMO_OBJ) $(BUILD)/libtieout.a
	@echo "  TOOL   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(DEMO_OBJ) $(BUILD)/libtieout.a $(LIBS)

$(BUILD)/tests/integration/tool_%: tests/integration/tool_%.c $(BUILD)/libtieout.a
	@echo "  TOOL   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(BUILD)/libtieout.a $(LIBS)

$(BUILD)/tests/bench/tool_data: $(DATA_OBJ)
$(BUILD)/tests/bench/tool_copy: LIBS += -lpq
$(BUILD)/tests/bench/tool_workbook: LIBS += -lxlsxwriter
# built again behind the look at packages: valgrind's header may have come with it
$(BUILD)/tests/bench/tool_core: $(wildcard $(BUILD)/.deps-check)
$(BUILD)/tests/bench/tool_%: tests/bench/tool_%.c $(BUILD)/libtieout.a
	@echo "  TOOL   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -o $@ $(filter %.c %.o,$^) $(BUILD)/libtieout.a $(LIBS)

$(BUILD)/tests/faults/tool_%: tests/faults/tool_%.c $(BUILD)/libtieout.a
	@echo "  TOOL   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(BUILD)/libtieout.a $(LIBS)

# the same targets twice: with the kept corpora under any compiler, and with libFuzzer (make fuzz: clang)
$(BUILD)/tests/fuzz/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c tests/fuzz/aid.c tests/fuzz/fuzz.h $(BUILD)/libtieout.a
	@echo "  TOOL   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.c,$^) $(BUILD)/libtieout.a $(LIBS)

$(BUILD)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/aid.c tests/fuzz/fuzz.h $(BUILD)/libtieout.a
	@echo "  FUZZ   $@"
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c,$^) \
	    $(BUILD)/libtieout.a $(LIBS)

# its functions take the place of the C library's: no declaration of ours, no checks of their arguments
$(BUILD)/tests/faults/preload.so: tests/faults/preload.c
	@echo "  TOOL   $@"
	$(Q)mkdir -p $(@D) && $(CC) -std=c17 -D_GNU_SOURCE $(WARN) $(STRICT) -O2 -g -fPIC -shared -MMD -MP -o $@ $<

# ---- what people call ----

# lib.sh and servers.sh are read by the scripts beside them, never run
INTEGRATION := $(filter-out %/lib.sh %/servers.sh,$(sort $(wildcard tests/integration/*.sh tests/integration/*/*.sh)))
COUNT := tests/bench/count.sh
FAULTS := $(filter-out %/lib.sh,$(sort $(wildcard tests/faults/*.sh)))

demo: deps ## the demo company, from nothing to a workbook and corrections
	$(Q)$(MAKE) --no-print-directory $(BUILD)/tieout $(DEMO_BIN)
	$(Q)BUILD=$(BUILD) sh tests/demo/demo.sh

check: deps-check ## build with -Werror and run every test
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout tools unit
	$(Q)BUILD=$(BUILD) TIEOUT=$(abspath $(BUILD))/tieout tests/run.sh $(UNIT_BIN) $(REPLAY_BIN) $(INTEGRATION) $(COUNT) $(FAULTS)

faults: deps-check ## every fault at every instant, not the sample of make check; best on an idle machine
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout tools
	$(Q)FAULTS=whole BUILD=$(BUILD) TIEOUT=$(abspath $(BUILD))/tieout tests/run.sh $(FAULTS) tests/integration/kill.sh

unit-check: unit ## the unit tests of $(MODULES) alone
	$(Q)BUILD=$(BUILD) tests/run.sh $(UNIT_BIN)

.PHONY: bench-count
bench-count: deps-check ## instructions of the reconcile phase against tests/bench/counts.tsv; RECORD=1 writes them
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout tools
	$(Q)BUILD=$(BUILD) RECORD=$(RECORD) tests/bench/count.sh

.PHONY: bench-profile
bench-profile: deps-check ## where instructions and misses of the reconcile phase are, per source file; POLICY=every
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout tools
	$(Q)BUILD=$(BUILD) POLICY=$(POLICY) tests/bench/profile.sh

.PHONY: bench-skew
bench-skew: deps-check ## memory under skew: one order with 5 % of 10 M rows, at 1 GiB and 256 MiB; minutes, 8 GB of disk
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout tools
	$(Q)BUILD=$(BUILD) tests/bench/skew.sh

proof: deps-check ## the engine against an independent oracle in SQL, 20,000 orders an instance (tests/proof)
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout
	$(Q)BUILD=$(BUILD) sh tests/proof/proof.sh

# N usage rows, PAIRS rounds; the whole is N=10000000 PAIRS=5
N     ?= 1000000
PAIRS ?= 3
bench: ## Tieout against DuckDB and PostgreSQL on N usage rows (1000000), PAIRS rounds (3): tests/bench/RESULTS.md
	$(Q)BUILD=$(BUILD) tests/deps.sh bench
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD) $(BUILD)/tieout tools
	$(Q)BUILD=$(BUILD) N=$(N) PAIRS=$(PAIRS) RESULTS=tests/bench/RESULTS.md sh tests/bench/bench.sh

# Children too: the real program runs in the integration scripts. Left out is what runs no other code than the rest: the demo
# company whole and the oracle's (size only; evidence.sh has the bundle), memory figures (the sanitizer has its own), times,
# and kills (a sanitizer does not see them).
ASAN_SKIP := bench.sh bundle.sh demo_score.sh proof.sh odbc_ranges.sh kill.sh
asan: deps-check ## every test under AddressSanitizer, UBSan and the leak check
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/asan CC="$(CCACHE) clang" OPT=-O1 HARDEN= LDFLAGS= WERROR=1 \
	    CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" \
	    $(BUILD)/asan/tieout tools unit
	$(Q)BUILD=$(BUILD)/asan TIEOUT=$(abspath $(BUILD))/asan/tieout ASAN_OPTIONS=detect_leaks=1 \
	    LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.txt:print_suppressions=0 \
	    tests/run.sh $(UNIT_SRC:%.c=$(BUILD)/asan/%) $(REPLAY_BIN:$(BUILD)/%=$(BUILD)/asan/%) \
	    $(filter-out $(addprefix %/,$(ASAN_SKIP)),$(INTEGRATION))

T ?= 60
fuzz: deps-check ## each fuzz target for T seconds (60) with libFuzzer, under the sanitizers
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC="$(CCACHE) clang" OPT=-O1 HARDEN= LDFLAGS= WERROR=1 \
	    CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" fuzzers
	$(Q)BUILD=$(BUILD)/fuzz sh tests/fuzz/fuzz.sh $(T)

gates: deps-check ## gcc and clang without warnings, form of the tree, static analysis
	$(Q)mkdir -p $(BUILD) && BUILD=$(BUILD) JOBS=1 tests/run.sh $(filter-out %/gate.sh,$(sort $(wildcard tests/gates/*.sh)))

lint: tidy cppcheck clang-tidy ## tidy, cppcheck and clang-tidy

cppcheck: deps-check
	$(Q)cppcheck --quiet -j$(PROCESSORS) --std=c17 --enable=warning,portability --inline-suppr --error-exitcode=1 \
	    --suppressions-list=tests/cppcheck.txt -Iinclude -D__GNUC__ src

clang-tidy: deps-check
	$(Q)printf '%s\n' $(LIB_SRC) src/cli/main.c src/cli/memory.c | xargs -P$(PROCESSORS) -n4 sh -c \
	    'clang-tidy --quiet --warnings-as-errors="*" "$$@" -- -std=c17 -D_GNU_SOURCE -Iinclude -isystem $(PQ_INCLUDE)' sh

tidy: ## module order, foreign headers, line lengths, each header alone
	$(Q)CC="$(CC)" sh tests/tidy.sh

format: deps-check ## rewrite the sources as .clang-format says
	$(Q)clang-format -i $(shell git ls-files 'src/*.[ch]' 'include/*.h' 'tests/*.[ch]')

format-check: deps-check ## is every source formatted?
	$(Q)clang-format --dry-run --Werror $(shell git ls-files 'src/*.[ch]' 'include/*.h' 'tests/*.[ch]')

install: $(BUILD)/tieout ## install into $(DESTDIR)$(PREFIX)
	$(Q)install -D -m 755 $(BUILD)/tieout $(DESTDIR)$(PREFIX)/bin/tieout
	$(Q)install -D -m 644 $(BUILD)/libtieout.a $(DESTDIR)$(PREFIX)/lib/libtieout.a
	$(Q)install -d $(DESTDIR)$(PREFIX)/include/tieout && install -m 644 include/tieout/*.h $(DESTDIR)$(PREFIX)/include/tieout/
	$(Q)install -d $(DESTDIR)$(PREFIX)/share/tieout && cp -r config reports sql jobs $(DESTDIR)$(PREFIX)/share/tieout/

clean: ## remove $(BUILD)
	$(Q)rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps:
	$(Q)BUILD=$(BUILD) tests/deps.sh build

deps-check:
	$(Q)BUILD=$(BUILD) tests/deps.sh check

-include $(LIB_OBJ:.o=.d) $(UNIT_AID:.o=.d) $(UNIT_BIN:=.d) $(TOOL_BIN:=.d) $(BUILD)/src/cli/main.d $(BUILD)/src/cli/memory.d $(DEMO_OBJ:.o=.d) $(DATA_OBJ:.o=.d)
