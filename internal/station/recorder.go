package station

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/playout"
)

// progressStore keeps what the air did by itself, so that a restart finds it.
// News of a turn that an order has since replaced changes nothing.
type progressStore interface {
	Started(ctx context.Context, turn, queue int64, code string) error
	Progress(ctx context.Context, turn int64, code string, position time.Duration) error
	Ended(ctx context.Context, turn int64) error
}

// recorder writes down what happens on the air and tells everyone who listens for
// events. It has a mailbox of its own, since the clock must not wait for a disk.
type recorder struct {
	store progressStore
	now   func() command.Now
	tell  func(playout.Event)
	auto  func()
	log   *slog.Logger

	mu     sync.Mutex
	events []playout.Event
	bell   bell

	trouble trouble
}

// report takes an event from playout and never blocks.
func (r *recorder) report(e playout.Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
	r.bell.ring()
}

func (r *recorder) take() []playout.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// run writes until ctx ends, then what is left and the last position.
func (r *recorder) run(ctx context.Context) error {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	work := context.WithoutCancel(ctx)
	var turn int64
	for {
		select {
		case <-r.bell:
			turn = r.write(work, turn)
		case <-tick.C:
			r.progress(work, turn)
		case <-ctx.Done():
			r.write(work, turn)
			return nil
		}
	}
}

func (r *recorder) write(ctx context.Context, turn int64) int64 {
	for _, e := range r.take() {
		turn = e.Turn
		switch {
		case e.Ordered: // the order wrote it down itself
		case e.Kind == playout.Started:
			r.trouble.note(r.log, r.store.Started(ctx, e.Turn, e.Item.Queue, e.Item.Code))
		case e.Kind == playout.Silent:
			r.trouble.note(r.log, r.store.Ended(ctx, e.Turn))
		}
		r.tell(e)
		r.auto()
	}
	return turn
}

func (r *recorder) progress(ctx context.Context, turn int64) {
	if now := r.now(); now.State == command.Playing {
		r.trouble.note(r.log, r.store.Progress(ctx, turn, now.Code, now.Position))
	}
}

// trouble remembers whether something goes wrong at the moment, and logs it at
// most once a minute.
type trouble struct {
	mu     sync.Mutex
	err    error
	logged time.Time
}

func (t *trouble) note(log *slog.Logger, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
	if err != nil && time.Since(t.logged) > time.Minute {
		t.logged = time.Now()
		log.Error("what happens on the air could not be written down; the station plays on", "err", err)
	}
}

// now is the trouble of the moment, nil where there is none.
func (t *trouble) now() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}
