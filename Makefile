# The commands of users and developers. Each first installs the Debian packages that it needs.
.DEFAULT_GOAL := help
.PHONY: help run demo test diagnosis soak vm lint fuzz bench cures release dev chroot-test install \
        clean

RELEASE := build/release/bin/weir

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

run: release ## build weir and check this host (a finding does not make it fail)
	@$(RELEASE) check || [ $$? = 1 ]

demo: release ## half a minute in a namespace: an overflow is shown, healed and undone
	@tools/install-packages bench
	@$(RELEASE) demo

test: ## build, then run every test
	@tools/install-packages build test vm
	@$(MAKE) --no-print-directory release dev
	@tools/run-tests build/dev

diagnosis: test ## test, then write what weir said about each fault: docs/reference/diagnosis.md
	@tools/write_diagnosis.py

soak: ## run the tests that take minutes: cures, far transfers, full NICs, random plans
	@tools/install-packages build test vm
	@$(MAKE) --no-print-directory release dev
	@tools/run-tests build/dev slow

vm: ## open a shell in a guest (ENGINE=uml|qemu|systemd, NICS="e1000 virtio")
	@tools/install-packages vm
	@tools/vm/vm $(or $(ENGINE),qemu) $(NICS:%=--nic %)

lint: ## run clang-format, clang-tidy, cppcheck, shellcheck, and a build with clang
	@tools/install-packages build test lint
	@tools/lint

fuzz: ## run every fuzz target for 60 s (SECONDS_EACH=n)
	@tools/install-packages build fuzz
	@tools/fuzz $(or $(SECONDS_EACH),60)

bench: release ## measure the cost of weir and of other tools
	@tools/install-packages bench test
	@tools/bench

cures: release dev ## measure what users feel before and after each cure: docs/reference/cures.md
	@tools/install-packages bench test vm
	@tools/cures

release: ## build the programs, in build/release/bin
	@tools/install-packages build
	@cmake --preset release > build/release.log 2>&1 || { cat build/release.log; exit 1; }
	@cmake --build --preset release

dev: ## build everything with sanitizers, in build/dev
	@tools/install-packages build test
	@cmake --preset dev > build/dev.log 2>&1 || { cat build/dev.log; exit 1; }
	@cmake --build --preset dev

chroot-test: ## run make run, demo and test from a clean clone in a fresh Debian 12
	@tools/install-packages chroot
	@tools/chroot-test

install: release ## install into $(DESTDIR)/usr/local
	@cmake --install build/release --prefix $(DESTDIR)/usr/local

clean: ## remove everything that was built
	@rm -rf build

$(shell mkdir -p build)
