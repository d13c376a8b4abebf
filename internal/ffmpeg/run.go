package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"

	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// run is one life of a child.
type run struct {
	*Sink
	session *output.Session
	ctx     context.Context // ends with the order to stop, with the child, and with what makes going on useless
	cancel  context.CancelCauseFunc
	child   *process
	life    sync.WaitGroup // all goroutines but the child's
	sound   sound
	wrote   chan struct{} // rung when sound goes out
	said    *lines
	report  progress
	on      time.Time  // since when sound goes out, zero for not yet
	pipes   []*os.File // our ends
}

func newRun(ctx context.Context, s *Sink, session *output.Session) *run {
	r := &run{Sink: s, session: session, wrote: make(chan struct{}, 1), said: newLines(s.c.Log, s.c.Masks, s.same)}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.said.player = s.live
	r.sound.run = r
	r.sound.base.Store(-1)
	return r
}

// withProgress gives the child a third descriptor to report on.
const withProgress = true

// start starts the child with pipes to hear it by.
func (r *run) start(cmd *exec.Cmd, reports bool) error {
	errors, err := r.pipe(func(w *os.File) { cmd.Stderr = w })
	if err != nil {
		return err
	}
	var progress *os.File
	if reports {
		if progress, err = r.pipe(func(w *os.File) { cmd.ExtraFiles = append(cmd.ExtraFiles, w) }); err != nil {
			_ = cmd.Stderr.(*os.File).Close()
			return err
		}
	}
	r.child, err = spawn(cmd, func() { r.cancel(errEnded) })
	_ = cmd.Stderr.(*os.File).Close()
	for _, f := range cmd.ExtraFiles {
		_ = f.Close()
	}
	if err != nil {
		return err
	}
	r.said.name = r.name()
	r.life.Go(func() { r.said.read(errors) })
	if reports {
		r.life.Go(func() { r.report.read(progress, r.session.Sent) })
	}
	return nil
}

// writer writes to the child, and knows what that does.
func (r *run) writer(conn *net.UnixConn, buffer int) *writer {
	w := newWriter(conn, buffer)
	w.child, w.starved = r.child.doing, r.limits.starved
	return w
}

// hear has the sound go to a connection of the child's.
func (r *run) hear(conn *net.UnixConn) {
	r.sound.out = r.writer(conn, soundBuffer)
	r.sound.out.late = r.sound.waits
}

// pipe makes a pipe: ours to read, the child's to write.
func (r *run) pipe(give func(*os.File)) (*os.File, error) {
	ours, childs, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe for ffmpeg: %w", err)
	}
	give(childs)
	r.pipes = append(r.pipes, ours)
	return ours, nil
}

// lookEvery is how many half seconds pass from one look at what was sent to the next.
const lookEvery = 2

// follow hands the child the station until it can go on no longer.
func (r *run) follow() error {
	blocks, leave := r.c.Tap()
	defer leave()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for ticks := 1; ; {
		select {
		case <-r.ctx.Done():
			r.last(blocks)
			return context.Cause(r.ctx)
		case b := <-blocks:
			if err := r.sound.put(r.ctx, r.newest(b, blocks)); err != nil {
				r.last(blocks)
				return err
			}
		case <-tick.C:
			if ticks++; ticks%lookEvery == 0 {
				r.tidy()
				if err := r.check(); err != nil {
					return err
				}
			}
			if min(r.report.still(), r.sound.fedFor()) > r.limits.still {
				return fmt.Errorf("nothing has come out of it for %.0f s", r.limits.still.Seconds())
			}
		}
		r.sound.look(r.moving())
	}
}

// newest is b, or the newest there is where a player is late, or where a child is only
// starting to take sound and b waited for that.
func (r *run) newest(b pcm.Block, blocks <-chan pcm.Block) pcm.Block {
	if r.live {
		return fresh(b, blocks)
	}
	if r.sound.flowing || !r.sound.stalled {
		return b
	}
	for {
		select {
		case b = <-blocks:
		default:
			return b
		}
	}
}

// last hands the child what there still is: the fade at the station's end.
func (r *run) last(blocks <-chan pcm.Block) {
	if !errors.Is(context.Cause(r.ctx), context.Canceled) || r.sound.base.Load() < 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 300*time.Millisecond)
	defer cancel()
	if r.sound.out.flush(ctx, time.Second) != nil {
		return
	}
	for {
		select {
		case b := <-blocks:
			if r.sound.put(ctx, b) != nil {
				return
			}
		default:
			return
		}
	}
}

// tidy cleans up.
func (r *run) tidy() {
	if r.c.Tidy != nil {
		r.c.Tidy()
	}
}

// check asks whether what was sent is there.
func (r *run) check() error {
	if r.c.Check == nil || !r.sound.flowing {
		return nil
	}
	if r.on.IsZero() {
		r.on = time.Now()
	}
	return r.c.Check(time.Since(r.on))
}

func (r *run) moving() bool { return r.report.out.Load() > 0 }

// ring tells the picture that the sound goes on.
func (r *run) ring() {
	select {
	case r.wrote <- struct{}{}:
	default:
	}
}

// fed counts what the child took, where it does not say what it sends.
func (r *run) fed(bytes int) {
	if r.report.bytes.Load() == 0 {
		r.session.Sent(int64(bytes))
	}
}

// end ends the child, waits for all that belongs to it, and says for people why it ended.
func (r *run) end(ctx context.Context, why error) error {
	r.cancel(why)
	words := r.said.last() // before what it says to being ended
	if r.sound.out != nil {
		r.sound.out.close() // it writes what it has, and its end
	}
	if r.child != nil {
		why = r.endChild(ctx.Err() != nil, why)
	}
	for _, p := range r.pipes { // whoever still holds the other end
		_ = p.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	}
	r.life.Wait()
	for _, p := range r.pipes {
		_ = p.Close()
	}
	r.tidy()
	switch {
	case r.child == nil:
		return why
	case errors.Is(why, errEnded):
		return r.said.trouble(r.child.how())
	case words != "":
		return fmt.Errorf("%s was ended: %w; it last said: %s", r.name(), why, words)
	default:
		return fmt.Errorf("%s was ended: %w", r.name(), why)
	}
}

// endChild gives the child the time that there is for its end, and says why it ended.
func (r *run) endChild(ordered bool, why error) error {
	var closed *closedError
	switch {
	case r.sound.out == nil:
		r.child.end(0) // nothing came of it yet
	case ordered && (r.live || !r.sound.flowing):
		r.child.end(r.limits.term)
	case ordered && r.child.ended(r.limits.finish):
	case errors.As(why, &closed) && r.child.ended(r.limits.finish):
		return errEnded
	default:
		r.child.end(r.limits.term)
	}
	return why
}
