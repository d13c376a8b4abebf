// Package console is the door for whoever sits at the station's keyboard: lines of
// standard input become orders, replies are printed.
//
// On a terminal there is a prompt with history and completion, and whatever else is
// printed through Write leaves the prompt whole. From a pipe, and on a terminal that
// cannot do that, it takes plain lines, and the end of input is not the end of the
// station. Orders are carried out one
// after the other, but long ones go on in the background. It keeps no more than
// one line of at most 64 KB in memory, whatever is sent.
package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ergochat/readline"

	"bandstand/internal/command"
)

// Orders is the table of orders.
type Orders interface {
	Do(ctx context.Context, c command.Caller, line string) command.Reply
	Long(line string) bool
	Complete(line string) []string
}

// Config is what a console works on. In, Out and Orders are needed.
type Config struct {
	In       io.Reader // a prompt is shown where both In and Out are terminals
	Out      io.Writer
	Orders   Orders
	Log      *slog.Logger
	History  string // file of the prompt's history, "" for none
	Prompt   string // "bandstand> "
	Who      string // whose orders these are; the user's name
	Shutdown func() // called when the user types Ctrl-C at the prompt
}

// mostAtOnce is how many long orders go on in the background; one more is waited for.
const mostAtOnce = 4

// Console is the door. Its Write may be called at any time, from anywhere.
type Console struct {
	cfg    Config
	caller command.Caller

	mu     sync.Mutex // guards prompt and what is printed
	prompt *readline.Instance

	begun atomic.Bool // something stands on the prompt's line
}

// New makes a console; Run starts it.
func New(cfg Config) *Console {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Prompt == "" {
		cfg.Prompt = "bandstand> "
	}
	if cfg.Who == "" {
		if u, err := user.Current(); err == nil {
			cfg.Who = u.Username
		}
	}
	if cfg.Shutdown == nil {
		cfg.Shutdown = func() {}
	}
	return &Console{cfg: cfg, caller: command.Caller{Door: "console", Who: cfg.Who, Local: true}}
}

// Write prints whole lines, above the prompt if there is one.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.prompt != nil {
		return c.prompt.Write(p)
	}
	return c.cfg.Out.Write(p)
}

func (c *Console) say(format string, args ...any) {
	if _, err := fmt.Fprintf(c, format+"\n", args...); err != nil {
		c.cfg.Log.Debug("the console cannot be written", "error", err)
	}
}

// Run takes orders until ctx ends, or the input does and its orders are done. A read
// that blocks cannot be cancelled: it is left behind, and what it reads is dropped.
func (c *Console) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan line)
	in, hasPrompt := c.input()
	if !hasPrompt {
		go func() {
			defer close(lines)
			readLines(ctx, in, lines, c.cfg.Log)
		}()
		c.orders(ctx, lines)
		return nil
	}
	prompt, err := c.openPrompt(in)
	if err != nil {
		return err
	}
	go func() {
		defer close(lines)
		c.readPrompt(ctx, prompt, lines)
	}()
	stop := context.AfterFunc(ctx, func() { c.close(prompt) }) // which interrupts reading
	defer stop()
	c.orders(ctx, lines)
	cancel()
	for range lines { // nothing is read after this
	}
	c.mu.Lock()
	c.prompt = nil
	c.mu.Unlock()
	c.close(prompt)
	return nil
}

func (c *Console) close(prompt *readline.Instance) {
	if err := prompt.Close(); err != nil {
		c.cfg.Log.Debug("closing the prompt", "error", err)
	}
}

// line is what was read: an order, or an end.
type line struct {
	text    string
	tooLong bool
	end     end
}

type end int

const (
	goesOn end = iota
	interrupted
	closed // Ctrl-D on a terminal
)

// orders carries out lines until they or ctx end, and waits for the long ones.
func (c *Console) orders(ctx context.Context, lines <-chan line) {
	var long sync.WaitGroup
	defer long.Wait()
	slots := make(chan struct{}, mostAtOnce)
	for {
		var l line
		var more bool
		select {
		case <-ctx.Done():
			return
		case l, more = <-lines:
			if !more {
				return
			}
		}
		switch text := strings.TrimSpace(l.text); {
		case l.end == interrupted:
			c.cfg.Shutdown()
		case l.end == closed:
			c.say("%s", c.cfg.Orders.Do(ctx, c.caller, "shutdown").Text)
		case l.tooLong:
			c.say("error: that line is too long: an order has at most %d bytes", command.MaxLine)
		case text == "":
		case c.cfg.Orders.Long(text):
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
			}
			if ctx.Err() != nil { // both may be true at once: nothing begins after the end
				return
			}
			c.say("working on it: %s", text)
			long.Go(func() {
				defer func() { <-slots }()
				c.say("%s: %s", text, c.cfg.Orders.Do(ctx, c.caller, text).Text)
			})
		default:
			c.say("%s", c.cfg.Orders.Do(ctx, c.caller, text).Text)
		}
	}
}

// send hands on a line, unless nobody waits for it any more.
func send(ctx context.Context, lines chan<- line, l line) bool {
	select {
	case lines <- l:
		return true
	case <-ctx.Done():
		return false
	}
}

// openPrompt puts up the prompt.
func (c *Console) openPrompt(in io.Reader) (*readline.Instance, error) {
	if c.cfg.History != "" {
		// The file is made here so that nobody else can read what was typed.
		f, err := os.OpenFile(c.cfg.History, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			c.cfg.Log.Warn("the prompt has no history", "error", err)
			c.cfg.History = ""
		}
	}
	prompt, err := readline.NewFromConfig(&readline.Config{
		Prompt: c.cfg.Prompt, HistoryFile: c.cfg.History, HistoryLimit: 1000,
		AutoComplete: completer{c.cfg.Orders}, Stdin: in, Stdout: c.cfg.Out, Stderr: c.cfg.Out,
		Listener: func(line []rune, _ int, _ rune) ([]rune, int, bool) {
			c.begun.Store(len(line) > 0)
			return nil, 0, false
		},
	})
	if err != nil {
		return nil, fmt.Errorf("putting up the prompt: %w", err)
	}
	c.mu.Lock()
	c.prompt = prompt
	c.mu.Unlock()
	return prompt, nil
}

// readPrompt reads lines from the terminal. Ctrl-C takes back a line that was begun;
// on an empty one it ends the station, as Ctrl-D does. Then it reads no more, so that
// another Ctrl-C is a signal to the program again.
func (c *Console) readPrompt(ctx context.Context, prompt *readline.Instance, lines chan<- line) {
	for {
		c.begun.Store(false)
		text, err := prompt.ReadLine()
		switch {
		case errors.Is(err, readline.ErrInterrupt) && c.begun.Load(): // a new prompt
		case errors.Is(err, readline.ErrInterrupt):
			send(ctx, lines, line{end: interrupted})
			return
		case err != nil:
			if ctx.Err() == nil {
				send(ctx, lines, line{end: closed})
			}
			return
		case !send(ctx, lines, line{text: text}):
			return
		}
	}
}

// completer completes the last word before the cursor.
type completer struct{ orders Orders }

// Do gives what may follow the cursor, and how much of it is there already.
func (c completer) Do(text []rune, at int) (rest [][]rune, length int) {
	before := string(text[:at])
	last := before[strings.LastIndexByte(before, ' ')+1:]
	length = len([]rune(last))
	for _, word := range c.orders.Complete(before) {
		w := []rune(word)
		if len(w) < length {
			continue
		}
		if !strings.HasSuffix(word, "=") {
			w = append(w, ' ')
		}
		rest = append(rest, w[length:])
	}
	return rest, length
}
