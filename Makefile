# The commands that a user or a developer calls; each installs what it needs from Debian's packages
# first.
.DEFAULT_GOAL := help
.PHONY: help run demo test diagnosis soak vm lint fuzz bench cures release dev chroot-test install \
        clean

RELEASE := build/release/bin/weir

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

run: release ## build weir and check this host (findings are no failure)
	@$(RELEASE) check || [ $$? = 1 ]

demo: release ## half a minute in a namespace: a server overflows, is healed, and is put back
	@tools/install-packages bench
	@$(RELEASE) demo

test: ## build, then run every test
	@tools/install-packages build test vm
	@$(MAKE) --no-print-directory release dev
	@tools/run-tests build/dev

diagnosis: test ## … and what weir said of each fault, into docs/reference/diagnosis.md
	@tools/write_diagnosis.py

soak: ## the tests that measure for minutes: cures, far transfers, full NICs, random plans
	@tools/install-packages build test vm
	@$(MAKE) --no-print-directory release dev
	@tools/run-tests build/dev slow

vm: ## a shell in a guest with a kernel of its own (ENGINE=uml|qemu|systemd, NICS="e1000 virtio")
	@tools/install-packages vm
	@tools/vm/vm $(or $(ENGINE),qemu) $(NICS:%=--nic %)

lint: ## clang-format, clang-tidy, cppcheck, shellcheck, and a build with clang
	@tools/install-packages build test lint
	@tools/lint

fuzz: ## every fuzz target for 60 s (SECONDS_EACH=n)
	@tools/install-packages build fuzz
	@tools/fuzz $(or $(SECONDS_EACH),60)

bench: release ## what weir costs, beside what it is compared with
	@tools/install-packages bench test
	@tools/bench

cures: release dev ## what users feel before and after each cure, into docs/reference/cures.md
	@tools/install-packages bench test vm
	@tools/cures

release: ## the programs, in build/release/bin
	@tools/install-packages build
	@cmake --preset release > build/release.log 2>&1 || { cat build/release.log; exit 1; }
	@cmake --build --preset release

dev: ## everything with sanitizers, in build/dev
	@tools/install-packages build test
	@cmake --preset dev > build/dev.log 2>&1 || { cat build/dev.log; exit 1; }
	@cmake --build --preset dev

chroot-test: ## make run, demo and test from a clean clone in a fresh Debian 12
	@tools/install-packages chroot
	@tools/chroot-test

install: release ## into $(DESTDIR)/usr/local
	@cmake --install build/release --prefix $(DESTDIR)/usr/local

clean: ## forget what was built
	@rm -rf build

$(shell mkdir -p build)
