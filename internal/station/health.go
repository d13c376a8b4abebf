package station

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// health watches what must go on: the clock, the encoders that have listeners, the
// outputs, the database. It looks once a second, so that a health check costs nothing.
type health struct {
	house *house

	mu       sync.Mutex
	problems []string
	frame    int64     // of the air, when it last moved
	moved    time.Time // then
	starved  recent    // silence stood in for sound
	failed   recent    // a song could not be rendered
	broken   recent    // an encoder ended with an error
	lags     map[*stream]lag
	ups      map[string]up // of outputs, by name
}

// Problems are what is wrong now, a sentence each.
func (h *health) Problems() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Concat(h.problems, h.house.encoders())
}

func (h *health) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	h.moved = time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			h.look(time.Now())
		}
	}
}

// How long something may go wrong before it is a problem, and how long it stays one.
const (
	stuckAfter = 3 * time.Second
	problemFor = 30 * time.Second
)

func (h *health) look(now time.Time) {
	problems := []string{}
	frame := h.house.playout.Now().Frame
	if frame != h.frame {
		h.frame, h.moved = frame, now
	}
	if since := now.Sub(h.moved); since > stuckAfter {
		problems = append(problems, fmt.Sprintf("the clock has not moved for %.0f s", since.Seconds()))
	}
	if h.starved.grew(h.house.playout.Stats.Starved.Load(), now) {
		problems = append(problems, "a song was not rendered in time; silence stood in for it")
	}
	if h.failed.grew(h.house.playout.Stats.Failed.Load(), now) {
		problems = append(problems, "a song could not be rendered; the log says why")
	}
	failures := int64(0)
	for _, s := range h.house.streams {
		failures += s.failures.Load()
		if late := h.late(s, frame); late > stuckAfter {
			problems = append(problems, fmt.Sprintf("the encoder of %s is %.0f s behind", s.mount.Config().Name, late.Seconds()))
		}
	}
	if h.broken.grew(failures, now) {
		problems = append(problems, "an encoder failed and was started again; the log says why")
	}
	problems = append(problems, h.outputs(now)...)
	if err := h.house.recorder.trouble.now(); err != nil {
		problems = append(problems, "what happens on the air cannot be written to the database; the log says why")
	}
	if err := h.house.auto.trouble.now(); err != nil {
		problems = append(problems, "auto cannot compose; the log says why")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.problems = problems
}

// lag is how many frames an encoder was behind the air at one of its frames.
type lag struct{ frames, at int64 }

// late is how long an encoder is behind, 0 while it rests or catches up: one that
// starts for a listener begins up to 30 s in the past, and is not late for that.
func (h *health) late(s *stream, frame int64) time.Duration {
	fed, made := s.fed.Load(), s.made.Load()
	last, known := h.lags[s]
	if fed == 0 {
		delete(h.lags, s)
		return 0
	}
	now := lag{max(frame, fed) - made, frame}
	if h.lags == nil {
		h.lags = map[*stream]lag{}
	}
	h.lags[s] = now
	const some = int64(pcm.StationRate / 2)
	catchesUp := now.frames < last.frames-some
	beganAnew := now.frames > last.frames+frame-last.at+some // more than if it had stood still
	if !known || catchesUp || beganAnew {
		return 0
	}
	return pcm.StationRate.Duration(now.frames)
}

// outputs are the sentences about outputs that should run and do not, or not well. A
// start may take a moment, and so may a new attempt.
func (h *health) outputs(now time.Time) []string {
	var problems []string
	before := h.ups
	h.ups = map[string]up{}
	for _, o := range h.house.outputs.List() {
		if !o.Wanted {
			continue
		}
		u := before[o.Name].next(o, now)
		h.ups[o.Name] = u
		since := o.Since
		if !u.is {
			since = u.down
		}
		text := fmt.Sprintf("the output %s is %s for %.0f s", o.Name, o.State, now.Sub(since).Seconds())
		switch {
		case !u.is && now.Sub(since) >= stuckAfter:
		case o.State == string(output.Behind) && now.Sub(since) >= behindAfter:
		case u.falls >= manyFalls:
			text = "the output " + o.Name + " comes and goes"
		default:
			continue
		}
		if o.Error != "" {
			text += ": " + o.Error
		}
		problems = append(problems, text)
	}
	return problems
}

const (
	// manyFalls is how often an output falls, without being on and in time for
	// steadyAfter in between, until it is a problem though each new attempt succeeds.
	manyFalls   = 3
	steadyAfter = 10 * time.Second
	// behindAfter is how long an output may be late, or lose sound.
	behindAfter = 5 * time.Second
)

// up is how an output has been.
type up struct {
	is       bool      // sound goes out
	down     time.Time // since when none does, over starts and new attempts
	restarts int64
	falls    int
}

// next is how it is now.
func (u up) next(o command.Output, now time.Time) up {
	is := o.State == string(output.On) || o.State == string(output.Behind)
	again := o.Restarts != u.restarts
	if u.is && (o.State == string(output.Retrying) || again) { // and not started anew by order
		u.falls++
	}
	switch {
	case is:
		u.down = time.Time{}
	case u.down.IsZero():
		u.down = o.Since
	}
	u.is, u.restarts = is, o.Restarts
	if o.State == string(output.On) && now.Sub(o.Since) >= steadyAfter {
		u.falls = 0
	}
	return u
}

// recent watches a count: what grew lately is a problem for a while.
type recent struct {
	count int64
	at    time.Time
}

func (r *recent) grew(count int64, now time.Time) bool {
	if count != r.count {
		r.count, r.at = count, now
	}
	return !r.at.IsZero() && now.Sub(r.at) < problemFor
}
