// Bandstand is a radio station whose bands are robots: one order composes a song
// and it is on the air at once. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the linker (make build).
var version = "dev"

func main() {
	// The first signal begins the orderly end; then the default comes back, so
	// that a second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, stop, os.Args[1:]))
}

// run is the program; it gives the exit code. ending is called when it begins to
// end by itself.
func run(ctx context.Context, ending func(), args []string) int {
	err := commandLine(ctx, ending, args)
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return 130
	}
	fmt.Fprintln(os.Stderr, "error:", err)
	return 1
}

// exitCode ends the program without another word.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }
