package station

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

// autoTable is what the auto composer needs of the orders: to keep a song and
// queue it, if it is still wanted.
type autoTable interface {
	AutoQueue(ctx context.Context, s *song.Song) (code string, err error)
}

// auto keeps the next song composed whenever auto is on and the queue is empty.
type auto struct {
	table    autoTable
	wanted   func(ctx context.Context) (bool, error)
	composer command.Composer
	seed     func() uint64
	on       func() bool
	bell     bell
	log      *slog.Logger
	trouble  trouble
}

// run composes until ctx ends. A composer that fails is tried again later: the
// station is silent meanwhile, and says so.
func (a *auto) run(ctx context.Context) error {
	const patience = 5 * time.Second
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.bell:
		case <-retry.C:
		}
		if !a.on() {
			a.trouble.note(nil)
			continue
		}
		err := a.compose(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if a.trouble.note(err) {
			a.log.Error("auto could not compose; it tries again", "err", err, "in", patience)
		}
		if err != nil {
			retry.Reset(patience)
		}
	}
}

// compose composes and queues a song where one is wanted. A composer that panics, over a
// style of the user's perhaps, has failed; the station goes on.
func (a *auto) compose(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("composing: panic: %v\n%s", p, debug.Stack())
		}
	}()
	wanted, err := a.wanted(ctx)
	if err != nil || !wanted {
		return err
	}
	s, _, err := a.composer.Compose(ctx, command.Brief{Seed: a.seed(), Fresh: true})
	if err != nil {
		return err
	}
	_, err = a.table.AutoQueue(ctx, s)
	return err
}
