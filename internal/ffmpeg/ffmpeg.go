// Package ffmpeg sends the station somewhere through an ffmpeg of its own: a child
// process that is fed sound, and perhaps a picture, over unix sockets.
//
// It promises that whatever becomes of the child is the output's own affair. One that
// is slow loses blocks, counted, and hears silence in their place, so that sound and
// clock stay together; one that only lacks a processor is waited for, 10 s; one that is
// stopped, hung or dead is ended with all of its
// process group and waited for, and Run returns an error in words: the keeper of
// internal/output starts another with timestamps of its own. The child gets whole
// samples in order, never a part of one, and dies with the station, even on kill -9
// (Linux). Nothing of a run is left after it: no process, socket, file or goroutine.
//
// What a child is called with can be read by everybody on the computer who may list
// processes, secrets of RTMP and of commands included: ffmpeg has no other way. The
// station's own log, errors and command line do not hold them.
package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// Tap joins the blocks of the station. The channel is a bounded ring that loses its
// oldest: a jump of Block.Frame tells what was lost. leave ends it.
type Tap func() (blocks <-chan pcm.Block, leave func())

// Picture is what is to be seen.
type Picture struct {
	Width, Height int // pixels, even
	FPS           int
	// Paint draws the picture of a frame of the station into dst: yuv420p, planes of
	// Width*Height, and twice a quarter of that, BT.709 with limited range. It is called
	// from one goroutine of the output's, whose end waits for it.
	Paint func(dst []byte, frame int64)
}

// Config is what an output by ffmpeg is made of. Args, Tap and Folder are needed.
type Config struct {
	Program string                   // "" is ffmpeg, looked for in PATH
	Args    func() ([]string, error) // what follows the inputs (0 is the sound, 1 the picture); asked anew at each start, so that secrets are revealed only then
	Masks   func(string) string      // hides the secrets of a text, each behind ***; nil leaves it as it is
	Picture *Picture                 // nil: sound alone
	Tap     Tap
	Folder  string // of the sockets, see OpenFolder
	Tidy    func() // nil, or called twice a second while it runs and once after: to clean up
	// Check is nil, or called every second with how long sound has gone out: it looks
	// whether that is where it should be. Its error, in words, ends the run.
	Check func(on time.Duration) error
	Log   *slog.Logger
}

// Sink is an output by way of a child process; it is an output.Sink.
type Sink struct {
	c      Config
	launch func(ctx context.Context, r *run) error // starts the child and connects the sound to it
	live   bool                                    // a player: what is late is left out, so that it is heard now
	limits limits
	same   map[string]time.Time // see lines; only one run at a time has it
}

// limits are how long something may take.
type limits struct {
	start   time.Duration // until the child takes sound
	stuck   time.Duration // a write without any progress
	starved time.Duration // the same, by a child that works or waits for a processor
	behind  time.Duration // losing blocks again and again
	still   time.Duration // what the child reports does not move
	gap     int64         // frames: more is not filled with silence but begun anew
	finish  time.Duration // to end in order once the sound has ended
	term    time.Duration // to end after SIGTERM
}

var usual = limits{start: 10 * time.Second, stuck: 2 * time.Second, starved: 10 * time.Second, behind: 10 * time.Second, still: 5 * time.Second,
	gap: 2*int64(pcm.StationRate) + pcm.BlockFrames, finish: 1500 * time.Millisecond, term: time.Second}

// patient are the limits of an output with a picture: each new start is seen at a video
// site as an end, and costs the busy computer that made it late more than going on.
func (l limits) patient() limits {
	l.behind = 30 * time.Second
	l.gap = 10*int64(pcm.StationRate) + pcm.BlockFrames
	return l
}

// New makes an output by way of ffmpeg.
func New(c Config) *Sink {
	s := &Sink{c: filled(c), limits: usual, same: map[string]time.Time{}}
	s.launch = s.ffmpeg
	if c.Picture != nil {
		s.limits = usual.patient()
	}
	return s
}

func filled(c Config) Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Masks == nil {
		c.Masks = func(s string) string { return s }
	}
	return c
}

// Run runs the child once: see output.Sink.
func (s *Sink) Run(ctx context.Context, session *output.Session) error {
	r := newRun(ctx, s, session)
	defer r.cancel(nil)
	why := s.launch(ctx, r)
	if why == nil {
		why = r.follow()
	}
	why = r.end(ctx, why)
	if ctx.Err() == nil {
		return why
	}
	return nil
}

// ffmpeg starts the child and waits until it has connected to our socket.
func (s *Sink) ffmpeg(ctx context.Context, r *run) error {
	program := s.c.Program
	if program == "" {
		program = "ffmpeg"
	}
	after, err := s.c.Args()
	if err != nil {
		return err
	}
	r.said.hide(after)
	sound, err := listen(s.c.Folder)
	if err != nil {
		return err
	}
	defer sound.close()
	args := slices.Concat(base, overwrite(after), []string{"-f", "f32le", "-ar", strconv.Itoa(int(pcm.StationRate)), "-ac", strconv.Itoa(pcm.Channels), "-i", sound.url()})
	var picture *listener
	if p := s.c.Picture; p != nil {
		if picture, err = listen(s.c.Folder); err != nil {
			return err
		}
		args = append(args, "-probesize", "32", "-analyzeduration", "0", "-thread_queue_size", "8",
			"-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", fmt.Sprintf("%dx%d", p.Width, p.Height), "-framerate", strconv.Itoa(p.FPS), "-i", picture.url())
	}
	// How it ends is ours to arrange: an order to stop is no kill.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, append(args, after...)...)
	if err := r.start(cmd, withProgress); err != nil {
		picture.close()
		return missing(err, program)
	}
	if picture != nil {
		r.child.yield()
		r.life.Go(func() { r.paint(picture, s.c.Picture) })
	}
	conn, err := sound.accept(r.ctx, s.limits.start)
	if err != nil {
		return err
	}
	r.hear(conn)
	return nil
}

// base is what ffmpeg is called with before its inputs. The input is known whole, so
// that nothing must be found out by reading a second of it.
var base = []string{"-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+warning", "-progress", "pipe:3", "-stats_period", "0.5",
	"-probesize", "32", "-analyzeduration", "0", "-thread_queue_size", "16"}

// overwrite has ffmpeg replace files, since nobody is there to answer its question;
// unless the arguments say -n.
func overwrite(after []string) []string {
	if slices.Contains(after, "-n") || slices.Contains(after, "-y") {
		return nil
	}
	return []string{"-y"}
}

// errEnded is why a run stops whose child is gone.
var errEnded = errors.New("the child ended")
