package station

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

// stages are what a station runs, in the order in which it stops: each has a
// context of its own, and the next is only stopped once the one before is done.
type stages struct {
	log   *slog.Logger
	order []*stage
	fail  func(error) // called once with the first failure of any
}

// stage is goroutines that stop together.
type stage struct {
	name   string
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	owner  *stages
}

// add makes the next stage to stop. Stages outlive ctx's end: they stop in order.
func (s *stages) add(ctx context.Context, name string) *stage {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	st := &stage{name: name, ctx: ctx, cancel: cancel, owner: s}
	s.order = append(s.order, st)
	return st
}

// run starts a goroutine of the stage. An error, other than one after the
// stage's end, brings the station down.
func (st *stage) run(what string, f func(context.Context) error) {
	st.wg.Go(func() {
		if err := f(st.ctx); err != nil && st.ctx.Err() == nil {
			st.owner.fail(fmt.Errorf("%s: %w", what, err))
		}
	})
}

// stop ends the stages, one after the other.
func (s *stages) stop() {
	for _, st := range s.order {
		s.log.Debug("stopping", "stage", st.name)
		st.cancel()
		st.wg.Wait()
	}
}
