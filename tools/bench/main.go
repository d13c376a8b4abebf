// Command bench measures what Bandstand promises, on loopback, and prints a table
// with the median and the 99th percentile of each figure. It runs the program that
// `make build` built, with real ffmpeg listeners, in a data folder of its own.
//
//	go run ./tools/bench [-bin ./bandstand] [-only REGEXP] [-times 50] [-minutes 10]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
)

// row is one measured figure.
type row struct {
	what, median, p99, target, how string
	met                            bool
}

// measurement is a part of the bench that can be chosen with -only.
type measurement struct {
	name string
	run  func(ctx context.Context, b *bench) ([]row, error)
}

type bench struct {
	bin     string
	times   int
	minutes float64 // of the long measurements
}

func main() {
	bin := flag.String("bin", "./bandstand", "the program to measure")
	only := flag.String("only", "", "measure only what matches this `regexp`")
	times := flag.Int("times", 50, "orders in the measurement of latency, and half the kills of outputs-killed")
	minutes := flag.Float64("minutes", 10, "how long outputs-long lasts, and what is shorter at most")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, &bench{bin: *bin, times: *times, minutes: *minutes}, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, b *bench, only string) error {
	choose, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	var rows []row
	for _, m := range []measurement{
		{"compose", measureCompose},
		{"render", measureRender},
		{"start", measureStart},
		{"latency-opus", func(ctx context.Context, b *bench) ([]row, error) { return measureLatency(ctx, b, "opus") }},
		{"latency-mp3", func(ctx context.Context, b *bench) ([]row, error) { return measureLatency(ctx, b, "mp3") }},
		{"replies", measureReplies},
		{"idle", measureIdle},
		{"silence", measureSilence},
		{"irc-replies", measureIRCReplies},
		{"irc-new", measureIRCNew},
		{"irc-flood", measureIRCFlood},
		{"irc-restarts", measureIRCRestarts},
		{"outputs-stopped", measureOutputsStopped},
		{"outputs-killed", measureOutputsKilled},
		{"outputs-started", measureOutputsStarted},
		{"outputs-long", measureOutputsLong},
		{"outputs-cost", measureOutputsCost},
		{"icecast-restarts", measureIcecastRestarts},
		{"icecast-latency", measureIcecastLatency},
	} {
		if !choose.MatchString(m.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring %s …\n", m.name)
		got, err := m.run(ctx, b)
		if err != nil {
			return fmt.Errorf("measuring %s: %w", m.name, err)
		}
		rows = append(rows, got...)
	}
	printTable(rows)
	return nil
}

func printTable(rows []row) {
	fmt.Println("| what | median | p99 | must reach | | how |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, r := range rows {
		mark := "met"
		switch {
		case r.target == "":
			mark = ""
		case !r.met:
			mark = "**missed**"
		}
		fmt.Printf("| %s | %s | %s | %s | %s | %s |\n", r.what, r.median, r.p99, r.target, mark, r.how)
	}
}
