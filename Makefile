# discrecorder
#
#   make demo     set up, then burn and verify a folder on a virtual recorder
#   make test     set up, then run all specs
#   make          build build/discrecorder/{core,tree,audio,iscsi}.so
#   make check    all that must hold: specs, lint, warnings, sanitizers
#   make faults   a fault at every packet of every kind of job
#   make fuzz     hostile inputs, a minute of each kind: fuzz/README.md
#   make kills    kill -9 and power cuts at any moment
#   make races    jobs broken off and left at any moment, under load
#   make soak     a thousand rounds in one process
#   make oom      each allocation fails once
#   make valgrind, make coverage
#   make kernel   other people's programs on our recorders, in a kernel of its own;
#                 KIND=qemu: in Debian's kernel, slowly
#   make bench, make doc, make install, make clean
#
# demo and test install what is missing with apt and say so first; with
# NO_INSTALL=1 they name it and stop. docs/packages has the lists.
#
# What the code needs is ':=' and always added; what a user or a distribution
# may want to change is '=' and can be given on the command line. pkg-config is
# asked in recipes only: at first it may not be there.

LUA_VERSION = 5.4
LUA         = lua$(LUA_VERSION)
LUAC        = luac$(LUA_VERSION)
LUA_PC      = lua$(LUA_VERSION)
BUSTED      = /usr/bin/busted
LUACHECK    = luacheck
LDOC        = ldoc
PKG_CONFIG  = pkg-config
CFLAGS      = -O2 -g
BUILD       = build
SANITIZE    =
WERROR      =
SPECS       =
ISCSI       = 1 # empty: without discrecorder.iscsi, which needs libiscsi
AUDIO       = 1 # empty: without discrecorder.audio (libsndfile, libsamplerate)

PREFIX      = /usr/local
BINDIR      = $(PREFIX)/bin
LUADIR      = $(PREFIX)/share/lua/$(LUA_VERSION)
LIBDIR      = $(PREFIX)/lib/lua/$(LUA_VERSION)

include docs/packages
DISTRIBUTION := $(firstword \
  $(if $(shell command -v apt-get),debian) \
  $(if $(shell command -v dnf),fedora) \
  $(if $(shell command -v apk),alpine) other)

# Sources -------------------------------------------------------------------

core_sources := $(filter-out src/source/tree% src/lua/tree% \
  src/source/audio% src/lua/audio% src/lua/iscsi%, \
  $(sort $(wildcard src/*.c src/transport/*.c src/virtual/*.c src/mmc/*.c \
    src/recorder/*.c src/reading/*.c src/burn/*.c src/serve/*.c src/source/*.c src/lua/*.c)))
tree_sources := $(sort $(wildcard src/source/tree*.c src/lua/tree*.c \
  src/failure.c src/lua/failure.c src/lua/binding.c src/lua/source_handle.c \
  src/mmc/sense.c src/source/measure.c))
audio_sources := $(sort $(wildcard src/source/audio*.c src/lua/audio*.c \
  src/failure.c src/lua/failure.c src/lua/binding.c src/lua/source_handle.c \
  src/mmc/sense.c src/source/measure.c))
iscsi_sources := $(sort $(wildcard src/iscsi/*.c src/lua/iscsi.c \
  src/lua/binding.c src/failure.c src/transport/clock.c \
  src/transport/percent.c))
lua_files    := $(sort $(shell find lua -name '*.lua'))

core_needs := libcdio libcrypto
tree_needs := libisofs-1 libcrypto
audio_needs := $(if $(strip $(AUDIO)),sndfile samplerate)
iscsi_needs := $(if $(strip $(ISCSI)),libiscsi)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
  -Wmissing-prototypes $(if $(WERROR),-Werror)
ALL_CPPFLAGS := -D_GNU_SOURCE
ALL_CFLAGS   := -std=c11 -fPIC -fvisibility=hidden -pthread $(WARNINGS)
# A module never links liblua: the interpreter brings it.
ALL_LDFLAGS  := -shared -pthread

core_objects := $(core_sources:src/%.c=$(BUILD)/obj/%.o)
tree_objects := $(tree_sources:src/%.c=$(BUILD)/obj/%.o)
audio_objects := $(audio_sources:src/%.c=$(BUILD)/obj/%.o)
iscsi_objects := $(iscsi_sources:src/%.c=$(BUILD)/obj/%.o)
objects      := $(sort $(core_objects) $(tree_objects) $(audio_objects) \
  $(iscsi_objects))
modules      := $(BUILD)/discrecorder/core.so \
  $(if $(filter %/tree.c,$(tree_sources)),$(BUILD)/discrecorder/tree.so) \
  $(if $(strip $(AUDIO)),$(BUILD)/discrecorder/audio.so) \
  $(if $(strip $(ISCSI)),$(BUILD)/discrecorder/iscsi.so)

# Transports that need a system to be tried on, on one made of Lua: for specs.
fake_objects := $(addprefix $(BUILD)/obj/,$(addsuffix .o,failure lua/binding \
  lua/failure mmc/sense $(patsubst src/%.c,%,$(sort $(wildcard \
  src/transport/sgio*.c))) transport/cdio transport/cdio_judge \
  transport/clock transport/never_write transport/opcodes transport/percent \
  transport/reply_length))
# The second has the cdio transport as it is on other systems than Linux.
fakes        := $(BUILD)/spec/sgio_fake.so $(BUILD)/spec/elsewhere.so
# What kills a program from beneath, and makes what a power cut leaves.
killers      := $(BUILD)/spec/shim.so $(BUILD)/spec/cut

.DELETE_ON_ERROR:
.PHONY: all bench check clean coverage demo doc fakes faults fuzz fuzzers install \
  kernel kills lint oom packages races rockspec sanitize-address \
  sanitize-thread soak sources specs test valgrind werror

all: $(modules)

fakes: $(fakes) $(killers)

$(BUILD)/discrecorder/core.so: $(core_objects)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ \
	  $$($(PKG_CONFIG) --libs $(core_needs))

$(BUILD)/discrecorder/tree.so: $(tree_objects)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ \
	  $$($(PKG_CONFIG) --libs $(tree_needs))

$(BUILD)/discrecorder/audio.so: $(audio_objects)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ \
	  $$($(PKG_CONFIG) --libs $(audio_needs))

$(BUILD)/discrecorder/iscsi.so: $(iscsi_objects)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ \
	  $$($(PKG_CONFIG) --libs $(iscsi_needs))

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(CPPFLAGS) $(ALL_CFLAGS) $(CFLAGS) $(SANITIZE) \
	  $$($(PKG_CONFIG) --cflags $(LUA_PC) $(core_needs) $(tree_needs) \
	    $(audio_needs) $(iscsi_needs)) \
	  -MMD -MP -c -o $@ $<

$(BUILD)/spec/%.so: spec/fake/%.c spec/fake/cdio_fake.c $(fake_objects)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(CPPFLAGS) $(ALL_CFLAGS) $(CFLAGS) $(SANITIZE) \
	  $$($(PKG_CONFIG) --cflags $(LUA_PC) libcdio) $(ALL_LDFLAGS) $(LDFLAGS) \
	  -o $@ $(filter-out %.h,$^) $$($(PKG_CONFIG) --libs libcdio)

$(BUILD)/spec/elsewhere.so: $(wildcard spec/fake/*.[ch]) \
  src/transport/cdio.c $(fake_objects)
	@mkdir -p $(@D)
	$(CC) -U__linux__ $(ALL_CPPFLAGS) $(CPPFLAGS) $(ALL_CFLAGS) $(CFLAGS) \
	  $(SANITIZE) $$($(PKG_CONFIG) --cflags $(LUA_PC) libcdio) \
	  $(ALL_LDFLAGS) $(LDFLAGS) -o $@ \
	  $(filter-out %.h %/transport/cdio.o,$^) $$($(PKG_CONFIG) --libs libcdio)

-include $(objects:.o=.d)

# The two commands that set everything up --------------------------------------

quietly := $(MAKE) --no-print-directory
# For scripts that require the library: the checkout's, as it was built last.
# How many bytes are in use is known of one arena without caches.
heap     := $(BUILD)/spec/heap.so
one_heap := GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.tcache_count=0

in_checkout = LUA_PATH_5_4='./lua/?.lua;./lua/?/init.lua;;' \
  LUA_CPATH_5_4='./$(BUILD)/?.so;;'

demo:
	@$(quietly) packages FOR=build
	@$(quietly) all
	@$(in_checkout) $(LUA) examples/demo.lua

test:
	@$(quietly) packages FOR='build test'
	@$(quietly) all
	@$(quietly) specs

packages:
	@.ci/packages $(DISTRIBUTION) \
	  $(foreach list,$(or $(FOR),build test),$($(DISTRIBUTION).$(list)))

# The specs, on whatever is in BUILD, so many files at a time. PRELOAD is a
# sanitizer's runtime, which has to come before the interpreter's own libraries.
WORKERS = $(shell nproc)
specs: all $(fakes) $(killers) $(heap) $(BUILD)/spec/oom-host
	@DISCRECORDER_BUILD=$(abspath $(BUILD)) \
	  lua$(LUA_VERSION) spec/run.lua '$(WORKERS)' $(call quote,$(strip $(SPECS))) -- \
	  env $(if $(PRELOAD),LD_PRELOAD=$(PRELOAD)) \
	  $(LUA) $(LUA_FLAGS) $(BUSTED) --ignore-lua -o spec/support/ci.lua

# All that must hold ----------------------------------------------------------

check:
	@$(quietly) packages FOR='build test'
	@$(quietly) lint
	@$(quietly) werror
	@$(quietly) oom
	@$(quietly) sanitize-address
	@$(quietly) sanitize-thread
	@$(quietly) all
	@$(quietly) specs
	@$(quietly) kernel

# luacheck does not see assignments to <const> variables, luac does; Debian's
# luac crashes when it is given several files.
lint:
	$(LUACHECK) -q .
	@for file in bin/discrecorder $$(find lua spec bench examples rockspec \
	    -name '*.lua' -o -name '*.rockspec'); do \
	  $(LUAC) -p "$$file" || exit; \
	done
	! grep -lE '#include *[<"](lua|lauxlib|lualib)\.h' -r src --include='*.[ch]' \
	  | grep -v '^src/lua/'

werror:
	$(quietly) BUILD=build/werror WERROR=1 all fakes

# Leaks are looked for at the end of each interpreter that a spec runs. The
# collector runs at full speed, so that what is used after it was freed shows.
full_speed := -e 'collectgarbage("incremental", 1, 1000, 1)'
sanitize-address:
	$(quietly) BUILD=build/address LUA_FLAGS=$(call quote,$(full_speed)) \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' \
	  PRELOAD="$$($(CC) -print-file-name=libasan.so)" specs

# The specs with threads in them. The runtime is loaded into the interpreter
# alone, by the dynamic linker: Debian's sh crashes when it is preloaded. So these
# specs run no other Lua.
thread_specs = $(wildcard $(patsubst %,spec/%_spec.lua,album append append_refused \
  audio_read burn* copy copy_fault copy_sessions dvd_plus_r engine* export_audio \
  iscsi job* operator race read recorder_chores recorder_more rescue rescue_twice \
  source stream verify verify_audio))
sanitize-thread:
	$(quietly) BUILD=build/thread SANITIZE=-fsanitize=thread \
	  SPECS='$(thread_specs)' \
	  LUA="ld.so --preload $$($(CC) -print-file-name=libtsan.so) \
	    $$(command -v $(LUA))" specs

# The specs in an interpreter beneath memcheck, each file for so many seconds at
# most; programs that they run are left alone. What is Debian's libraries' own is
# in spec/valgrind.supp.
VALGRIND_SECONDS = 1800
memcheck = timeout $(VALGRIND_SECONDS) valgrind -q --leak-check=full \
  --show-leak-kinds=definite --errors-for-leak-kinds=definite \
  --keep-debuginfo=yes --child-silent-after-fork=yes --num-callers=30 \
  --suppressions=$(CURDIR)/spec/valgrind.supp
valgrind:
	$(quietly) WORKERS=1 LUA='$(memcheck) $(LUA)' specs

# Recorders as /dev/sr0 of a kernel, and what others' programs make of them.
# GROUPS and ROWS choose among them, KIND the guest: spec/kernel/README.md.
GROUPS =
ROWS   =
KIND   = uml
kernel:
	@$(quietly) packages \
	  FOR=$(call quote,build test kernel $(filter qemu,$(KIND)))
	@$(quietly) all
	@$(in_checkout) DISCRECORDER_BUILD=$(abspath $(BUILD)) \
	  ROWS=$(call quote,$(ROWS)) KIND=$(call quote,$(KIND)) \
	  $(LUA) spec/kernel/run.lua $(GROUPS)

# Programs killed and power cut at moments that SEED draws, COUNT of each kind:
# spec/kills/README.md.
kills: all $(killers)
	@$(in_checkout) DISCRECORDER_BUILD=$(abspath $(BUILD)) \
	  $(LUA) spec/kills/run.lua

# Works broken off and left at moments that SEED draws, COUNT times, under load:
# spec/races/README.md.
races: all
	@$(in_checkout) DISCRECORDER_BUILD=$(abspath $(BUILD)) \
	  $(LUA) spec/races/run.lua

# Every fault at every packet of every kind of job; spec/faults/README.md has the
# rule. SEED repeats what was drawn; JOB, PACKET and FAULT, or SEED and RUN, make
# one run; JOBS and STEP choose among them.
SEED ?=
RUN ?=
JOB ?=
PACKET ?=
FAULT ?=
JOBS ?=
STEP ?=
faults: all $(heap)
	@$(one_heap) $(in_checkout) DISCRECORDER_BUILD=$(abspath $(BUILD)) \
	  $(foreach word,SEED RUN JOB PACKET FAULT JOBS STEP,\
	    $(word)=$(call quote,$($(word)))) $(LUA) spec/faults/run.lua

quote = '$(subst ','\'',$(1))'
comma = ,

# A host in which one allocation after the other fails, of Lua's and of the
# library's own: those that the linker wraps. OOM is for spec/host/oom.c.
oom_wraps := malloc calloc realloc aligned_alloc strdup strndup asprintf \
  realpath open_memstream free pthread_create EVP_MD_CTX_new EVP_MD_fetch
oom_build := BUILD=$(BUILD)/oom \
  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all'
OOM       = --jobs $$(nproc)

oom:
	@$(quietly) $(oom_build) $(BUILD)/oom/spec/oom-host
	@$(in_checkout) $(BUILD)/oom/spec/oom-host $(OOM)

# A thousand rounds in one process, on what it holds: ROUNDS of them.
ROUNDS = 1000
soak: all $(heap)
	@$(one_heap) $(in_checkout) $(LUA) spec/soak/run.lua $(ROUNDS)

# Which lines of src/ and of lua/ the specs run, and with GUEST=1 `make kernel`;
# LEAST: how many files are named. Every interpreter loads a hook (LUA_INIT).
GUEST         =
coverage      := $(CURDIR)/build/coverage
coverage_make := $(MAKE) --no-print-directory BUILD=build/coverage \
  CFLAGS='-O0 -g' SANITIZE='--coverage -fprofile-update=atomic'
coverage_env  := DISCRECORDER_LINES=$(coverage)/lines LUA_INIT_5_4="\
  package.loadlib('$(coverage)/spec/lines.so', 'luaopen_spec_lines')()"

coverage:
	@$(coverage_make) all fakes build/coverage/spec/lines.so
	@rm -rf $(coverage)/lines build/kernel/*/gcov build/kernel/*/lines
	@mkdir $(coverage)/lines
	@find $(coverage) -name '*.gcda' -delete
	@$(coverage_env) $(coverage_make) specs || echo "not all specs passed"
	@$(if $(GUEST),$(coverage_env) $(coverage_make) kernel || \
	  echo "not all rows passed")
	@$(in_checkout) $(LUA) spec/coverage/sum.lua $(coverage) \
	  $(if $(GUEST),$$(echo build/kernel/*))

$(BUILD)/spec/lines.so: spec/coverage/lines.c
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -O2 \
	  $$($(PKG_CONFIG) --cflags $(LUA_PC)) $(ALL_LDFLAGS) -o $@ $<

$(heap): spec/soak/heap.c
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(CFLAGS) $(SANITIZE) \
	  $$($(PKG_CONFIG) --cflags $(LUA_PC)) $(ALL_LDFLAGS) -o $@ $<

# What stands between us and an iSCSI target in the specs.
$(BUILD)/spec/proxy: $(addprefix spec/target/,proxy.c strict.c pdu.h)
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) -std=c11 $(WARNINGS) $(CFLAGS) -o $@ \
	  $(filter %.c,$^)

# The arm of a jukebox in another machine.
$(BUILD)/spec/robot: spec/target/robot.c
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) -std=c11 $(WARNINGS) $(CFLAGS) -o $@ $< \
	  $$($(PKG_CONFIG) --cflags --libs $(iscsi_needs))

$(BUILD)/spec/shim.so: spec/kills/shim.c spec/kills/log.h
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -fvisibility=default $(CFLAGS) \
	  $(ALL_LDFLAGS) -o $@ $<

$(BUILD)/spec/cut: spec/kills/cut.c spec/kills/log.h
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) -std=c11 $(WARNINGS) $(CFLAGS) -o $@ $<

# A host for the ring of src/serve: rings that no kernel would make.
$(BUILD)/spec/ring: spec/kernel/ring.c $(wildcard src/serve/ring.[ch] \
    src/serve/answer.[ch] src/transport/*.h)
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) -std=c11 $(WARNINGS) -g -O1 \
	  -fsanitize=address,undefined -fno-sanitize-recover=all -o $@ \
	  $(filter %.c,$^)

$(BUILD)/spec/oom-host: $(objects) $(wildcard spec/host/*.[ch])
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) -std=c11 -pthread $(WARNINGS) $(CFLAGS) $(SANITIZE) \
	  $(if $(strip $(AUDIO)),-DWITH_AUDIO) $(if $(strip $(ISCSI)),-DWITH_ISCSI) \
	  $(if $(filter --coverage,$(SANITIZE)),-DWITH_COVERAGE) \
	  $$($(PKG_CONFIG) --cflags $(LUA_PC)) \
	  $(addprefix -Wl$(comma)--wrap=,$(oom_wraps)) -o $@ \
	  $(filter %.c %.o,$^) $$($(PKG_CONFIG) --libs $(LUA_PC) $(core_needs) \
	    $(tree_needs) $(audio_needs) $(iscsi_needs))

# Fuzzers: libFuzzer and sanitizers, of clang. fuzz/README.md tells of TARGETS,
# SECONDS, RUNS, CORPUS, AT_ONCE; FUZZ_WITH=undefined is faster and sees less.
FUZZ_CC   = clang
FUZZ_WITH = address,undefined
SECONDS   = 60
RUNS      =
CORPUS    =
AT_ONCE   =
OPTIONS   =
fuzz_of_c   := address disc drive map packets ring trace $(if $(strip $(ISCSI)),iscsi)
fuzz_of_lua := cue toc nrg cdtext contents report volume
TARGETS   = $(fuzz_of_c) $(fuzz_of_lua)

# Without AddressSanitizer it is speed that is wanted: what is compared with what
# is not looked at either.
fuzz_sanitize = -fsanitize=fuzzer-no-link,$(FUZZ_WITH) \
  -fno-sanitize-recover=all $(if $(findstring address,$(FUZZ_WITH)),,\
    -fno-sanitize-coverage=trace-cmp)
fuzz_build = build/fuzz-$(subst $(comma),-,$(FUZZ_WITH))
fuzz:
	@$(quietly) packages FOR='build fuzz'
	@$(quietly) BUILD=$(fuzz_build) CC=$(FUZZ_CC) FUZZ_WITH=$(FUZZ_WITH) \
	  SANITIZE='$(fuzz_sanitize)' \
	  TARGETS=$(call quote,$(TARGETS)) fuzzers
	@SECONDS=$(SECONDS) RUNS=$(RUNS) CORPUS=$(call quote,$(CORPUS)) \
	  AT_ONCE=$(AT_ONCE) OPTIONS=$(call quote,$(OPTIONS)) \
	  $(LUA) fuzz/run.lua $(fuzz_build) $(TARGETS)

fuzzers: $(TARGETS:%=$(BUILD)/%)

link_fuzzer = $(CC) $(ALL_CPPFLAGS) -std=c11 -pthread $(WARNINGS) $(CFLAGS) \
  -fsanitize=fuzzer,$(FUZZ_WITH) -fno-sanitize-recover=all

$(BUILD)/core.a: $(core_objects)
	rm -f $@
	$(AR) rcs $@ $^

$(fuzz_of_lua:%=$(BUILD)/%): $(BUILD)/%: fuzz/lua.c $(BUILD)/core.a
	$(link_fuzzer) -DSCRIPT='"fuzz/$*.lua"' -o $@ $^ \
	  $$($(PKG_CONFIG) --cflags --libs $(LUA_PC) $(core_needs))

$(fuzz_of_c:%=$(BUILD)/%): $(BUILD)/%: fuzz/%.c $(wildcard fuzz/*.h) \
    $(BUILD)/core.a
	$(link_fuzzer) -o $@ $(filter %.c %.o,$^) $(filter %.a,$^) \
	  $$($(PKG_CONFIG) --libs $(core_needs))

# Those whose disc is in memory.
fuzz_wraps := open close pread pwrite ftruncate fallocate fstat stat lstat \
  flock fdatasync realpath
$(addprefix $(BUILD)/,packets disc): fuzz/memory_file.c
$(addprefix $(BUILD)/,packets disc): link_fuzzer += \
  $(addprefix -Wl$(comma)--wrap=,$(fuzz_wraps))

# It tells Lua of the medium.
$(BUILD)/drive: core_needs += $(LUA_PC)
$(BUILD)/drive: link_fuzzer += $$($(PKG_CONFIG) --cflags $(LUA_PC))

# libiscsi and what uses it, without the clock that it would bring.
$(BUILD)/iscsi: $(addprefix $(BUILD)/obj/iscsi/,command.o session.o)
$(BUILD)/iscsi: core_needs += $(iscsi_needs)

# NAMES is a pattern for the names of those to run.
bench: all $(BUILD)/bench/measure
	@DISCRECORDER_BUILD=$(abspath $(BUILD)) $(in_checkout) \
	  $(LUA) bench/run.lua $(NAMES)

$(BUILD)/bench/measure: bench/measure.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -std=c11 $(WARNINGS) $(CFLAGS) -o $@ $<

doc:
	$(LDOC) --fatalwarnings --quiet --config config.ld .

# Installing -------------------------------------------------------------------

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/discrecorder
	sed "1s|.*|#!$$(command -v $(LUA) || echo /usr/bin/env $(LUA))|" \
	  bin/discrecorder \
	  >$(DESTDIR)$(BINDIR)/discrecorder
	chmod 755 $(DESTDIR)$(BINDIR)/discrecorder
	install -m 755 $(modules) $(DESTDIR)$(LIBDIR)/discrecorder
	for file in $(lua_files:lua/%=%); do \
	  install -D -m 644 "lua/$$file" "$(DESTDIR)$(LUADIR)/$$file" || exit; \
	done

# The rockspec lists every file once more; this writes its lists anew.
rockspec:
	$(LUA) rockspec/update.lua

sources:
	@printf 'core %s\n' $(core_sources)
	@printf 'tree %s\n' $(tree_sources)
	@printf 'audio %s\n' $(audio_sources)
	@printf 'iscsi %s\n' $(iscsi_sources)
	@printf 'lua %s\n' $(lua_files)

clean:
	rm -rf build
