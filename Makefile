# make test is what CI runs. It installs what the tests need first.
GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LINT    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2

.PHONY: loudness build test race bench music lint font corpus

build: ## one static binary, ./bandstand
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bandstand .

# Rooms that start no goroutine: the race detector finds nothing there and takes minutes.
QUIET := ./assets ./internal/balance ./internal/corpus ./internal/draw ./internal/encode/... ./internal/loudness ./internal/measure \
	./internal/midi ./internal/mix ./internal/picture ./internal/synth/... ./internal/theory ./tools/...
BUSY = $$($(GO) list ./... | grep -vxF -e bandstand -e bandstand/internal/compose $$($(GO) list $(QUIET) | sed 's/^/-e /'))

test: ## everything, against real peers, with the race detector where it can find something
	scripts/peers gcc ffmpeg fluidsynth pulseaudio parec chromium ngircd inspircd icecast2 mpv
	$(GO) vet ./...
	CGO_ENABLED=1 $(GO) test -race -run '^$$' $(BUSY) >/dev/null # built first, so that nothing compiles beside tests of time
	CGO_ENABLED=1 $(GO) test -race -timeout 11m -skip TwoHundred $(BUSY)
	CGO_ENABLED=1 $(GO) test -race -run 'Golden|FreeSongs|Fresh|Recent' ./internal/compose # where songs are composed at once
	$(GO) test . $(QUIET) ./internal/compose ./internal/monitor # . runs the program as it is built
	$(GO) test -run TwoHundred ./internal/station # composes for two minutes beside the race detector

race: ## everything with the race detector, which takes a quarter of an hour
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...

bench: build ## the table of figures in the README, measured here and now
	scripts/peers ffmpeg fluidsynth ngircd icecast2 liquidsoap
	$(GO) run ./tools/bench

music: ## 20 songs of every style, measured: music/report.html, to judge a change of the composer by
	scripts/peers ffmpeg aubio
	$(GO) run ./tools/music $(MUSIC)

lint:
	test -z "$$(gofmt -l .)"
	$(GO) run $(LINT) run ./...

font: ## assets/bandstand.sf2 anew, from Debian's fluid-soundfont-gm, and how loud its notes are
	scripts/peers soundfont
	$(GO) generate ./assets ./internal/balance

loudness: ## how loud songs of every style are, and the balance of their parts
	$(GO) run ./tools/loudness songs -seeds 4
	$(GO) run ./tools/loudness parts

corpus: ## the tables of human music anew: make corpus FROM=folder of statistics
	$(GO) run ./tools/corpus -from $(FROM) -to internal/corpus/data
