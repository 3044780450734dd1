# SPDX-License-Identifier: MIT
# Front door. No logic here: each recipe is one call of a script that can be run, and read, by itself.

TIER ?= demo
# A `$` in RUN='…' or TRAFFIC='…' is the guest's business, not make's.
override export RUN := $(value RUN)
override export TRAFFIC := $(value TRAFFIC)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

.PHONY: demo
demo: ## the same packets through the stock driver and through the mapped ring: RATE= COUNT= KERNEL= BACKEND=
	@tools/demo/demo

.PHONY: setup
setup: ## fetch what a tier needs: TIER=demo|check|bench|doc|deb (states the download size first)
	@tools/setup/setup $(TIER)

.PHONY: kmod
kmod: ## build rxmap.ko: KDIR=/path/to/headers or KERNEL=6.12|6.1|debug; W=1, C=1 as in Kbuild
	@tools/kmod-build

.PHONY: user
user: ## build library, tools and unit tests into build/user
	@tools/user-build

.PHONY: vm
vm: ## boot a VM with the driver bound: KERNEL= BACKEND= NET= RUN='command' and more (Documentation/vm-lab.md)
	@tools/lab/vm

.PHONY: lab
lab: ## a lesson: predict, run, compare: LAB=napi PREDICT=a,b,c,a (without LAB: lists them)
	@tools/course/lab

.PHONY: check
check: ## every test: unit, model, lint, the VM suites of each NIC and kernel, the debug kernel as time allows
	@tools/check

.PHONY: check-unit
check-unit: ## unit and contract tests, also under ASan+UBSan and TSan
	@tools/check unit

.PHONY: check-model
check-model: ## the ring's barriers in Spin, with a mutant for each
	@tools/check model

.PHONY: check-lint
check-lint: ## include rules, licences, checkpatch, sparse, clang-format, shellcheck
	@tools/check lint

.PHONY: style
style: ## lay the C++ out as .clang-format says (kernel C is judged by checkpatch, in check-lint)
	@tests/lint/style

.PHONY: check-vm
check-vm: ## the VM suites: KERNELS="6.12 6.1" BACKENDS="virtio_net ..."
	@tools/check vm

.PHONY: check-debug
check-debug: ## build the debug kernel (KASAN, lockdep, ...) if need be, and run the VM suite on it
	@tools/check debug

.PHONY: install
install: ## library, tools and module: PREFIX= DESTDIR= KDIR= MODULE=no
	@tools/install

.PHONY: uninstall
uninstall: ## take it out again
	@tools/install uninstall

.PHONY: dkms
dkms: ## have DKMS rebuild the module for each new kernel
	@tools/install dkms

.PHONY: doc
doc: ## the interfaces' reference, by Doxygen: build/doc/html/index.html
	@tools/doc/doc

.PHONY: deb
deb: ## Debian packages in build/deb: librxmap0, librxmap-dev, rxmap-tools, rxmap-dkms
	@tools/deb

.PHONY: bench
bench: ## instructions per packet of each way to receive: BACKEND= ARMS= KERNEL= COUNT= SIZE= BURST= (Documentation/measuring.md)
	@tests/bench/bench

.PHONY: bench-wall
bench-wall: ## the same in nanoseconds of this machine's clock, arms interleaved: BACKEND= ARMS= KERNEL= COUNT= SIZE= BURST= ROUNDS= REPEAT= SOURCE=
	@tests/bench/wall

.PHONY: bench-moderation
bench-moderation: ## what moderation policies and poll budgets cost, over load and bursts: BACKENDS= KERNEL= LOADS= BURSTS= ARRIVALS= SEED= SETTINGS= COUNT= (Documentation/measuring.md)
	@tests/bench/moderation

.PHONY: bench-idle
bench-idle: ## interrupts and wake-ups on an idle link, with a mapped receiver: BACKENDS= WAITS= KERNEL= SECONDS_IDLE=
	@tests/bench/idle

.PHONY: bench-frames
bench-frames: ## how much memory packets go through, and whether a cache holds it: KERNEL= COUNT= BURST= RINGS=
	@tests/bench/frames

.PHONY: bench-overload
bench-overload: ## more packets than a mapped receiver can take, and a neighbour: BACKEND= KERNEL= LOADS= WORK= TUNE=
	@tests/bench/overload

.PHONY: bench-bulk
bench-bulk: ## TCP bulk over a tap, nothing mapped: our driver beside the stock one: BACKENDS= KERNEL= BLOCKS= BYTES= ROUNDS=
	@tests/bench/bulk

.PHONY: bench-gate
bench-gate: ## fails if packets became over 2 % dearer than tests/bench/figures.json says: BACKENDS= KERNELS= COMMIT=yes
	@tests/bench/gate

.PHONY: clean
clean: ## remove everything built (kernels and the debug kernel stay under build/)
	@tools/clean
