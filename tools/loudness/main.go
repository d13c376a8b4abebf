// Loudness measures how loud things are, for those who work on the sound.
//
//	go run ./tools/loudness calibrate -o internal/balance/notes.tsv   every note of the built-in font
//	go run ./tools/loudness songs [-styles a,b] [-seeds 12]           whole songs, as they are heard
//	go run ./tools/loudness parts [-styles a,b] [-seeds 12]           the balance of the parts
//	go run ./tools/loudness spectrum [-styles a,b] [-first 1]         their colour and their rooms
//
// Loudness and true peak are BS.1770-4, of samples that went through the master chain.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "loudness:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	commands := map[string]func(context.Context, []string) error{"calibrate": calibrate, "songs": songs, "parts": parts, "spectrum": spectrum}
	if len(args) > 0 {
		if command, ok := commands[args[0]]; ok {
			return command(ctx, args[1:])
		}
	}
	return fmt.Errorf("say what to do: calibrate, songs, parts or spectrum")
}
