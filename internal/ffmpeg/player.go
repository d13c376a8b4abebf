package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// NewPlayer makes an output by way of mpv or ffplay, which play on this computer's
// speakers. program is one of both, or "" for whichever is there; of the configuration
// Args (more options), Tap, Masks and Log count, and only Tap is needed. What is late is
// left out, so that what is heard is at most some 300 ms old.
func NewPlayer(program string, c Config) *Sink {
	s := &Sink{c: filled(c), live: true, limits: usual, same: map[string]time.Time{}}
	s.launch = func(ctx context.Context, r *run) error { return r.player(ctx, program) }
	return s
}

// player is a program that plays raw sound from its standard input.
type player struct {
	name string
	args []string // before more options
	from []string // after them
}

var players = []player{
	{"mpv", []string{"--no-config", "--no-terminal", "--msg-level=all=warn", "--vid=no", "--no-input-default-bindings",
		"--demuxer=rawaudio", "--demuxer-rawaudio-format=floatle", "--demuxer-rawaudio-rate=48000", "--demuxer-rawaudio-channels=2",
		"--cache=no", "--demuxer-readahead-secs=0", "--audio-buffer=0.1", "--stream-buffer-size=4k"}, []string{"-"}},
	{"ffplay", []string{"-hide_banner", "-nostats", "-loglevel", "level+warning", "-nodisp", "-autoexit",
		"-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0", "-f", "f32le", "-ar", "48000", "-ac", "2"}, []string{"-i", "pipe:0"}},
}

// find is the player of a name, or the first that is installed.
func find(name string) (player, error) {
	for _, p := range players {
		if p.name == name {
			return p, nil
		}
		if _, err := exec.LookPath(p.name); name == "" && err == nil {
			return p, nil
		}
	}
	if name != "" {
		return player{}, output.Patience(fmt.Errorf("%q is no player that Bandstand knows: take mpv or ffplay", name), unmended)
	}
	return player{}, output.Patience(errors.New("no player is installed: install mpv or ffplay (Debian: apt install mpv)"), unmended)
}

// player starts a player that reads from its end of a pair of sockets.
func (r *run) player(ctx context.Context, name string) error {
	p, err := find(name)
	if err != nil {
		return err
	}
	var more []string
	if r.c.Args != nil {
		if more, err = r.c.Args(); err != nil {
			return err
		}
	}
	ours, theirs, err := pair()
	if err != nil {
		return err
	}
	defer func() { _ = theirs.Close() }()
	cmd := exec.CommandContext(context.WithoutCancel(ctx), p.name, slices.Concat(p.args, more, p.from)...)
	cmd.Stdin = theirs
	if err := r.start(cmd, !withProgress); err != nil {
		_ = ours.Close()
		return missing(err, p.name)
	}
	r.hear(ours)
	return nil
}

// pair is two ends of one connection, the second for a child.
func pair() (*net.UnixConn, *os.File, error) {
	syscall.ForkLock.RLock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("making a socket for the player: %w", err)
	}
	mine, theirs := os.NewFile(uintptr(fds[0]), "player"), os.NewFile(uintptr(fds[1]), "player")
	defer func() { _ = mine.Close() }()
	conn, err := net.FileConn(mine)
	if err != nil {
		_ = theirs.Close()
		return nil, nil, fmt.Errorf("making a socket for the player: %w", err)
	}
	return conn.(*net.UnixConn), theirs, nil
}

const (
	// lateBlocks waiting are too late for a player; freshBlocks are left of them.
	lateBlocks  = 8
	freshBlocks = 2
)

// fresh leaves out what waits too long for a player: 160 ms.
func fresh(b pcm.Block, blocks <-chan pcm.Block) pcm.Block {
	if len(blocks) < lateBlocks {
		return b
	}
	for len(blocks) > freshBlocks {
		b = <-blocks
	}
	return b
}
