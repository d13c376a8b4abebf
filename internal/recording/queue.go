package recording

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"bandstand/internal/pcm"
)

// queueBlocks is how much waits for a slow disk: ten seconds, since disks stand still
// for some seconds when others write much.
const queueBlocks = 500

// take is a block and when it came.
type take struct {
	block pcm.Block
	at    time.Time // wall clock
}

// queue is between the station and the disk. It loses its oldest blocks.
type queue struct {
	takes chan take
	taken atomic.Int64 // by the recorder
}

func newQueue() *queue { return &queue{takes: make(chan take, queueBlocks)} }

var errStuck = errors.New("nothing was taken for too long")

// pump fills the queue until ctx ends or the recorder is done, and waits for the
// recorder's own end. It calls behind for as long as too much waits, once
// something was taken. It gives the recorder's error, or errStuck.
func (q *queue) pump(ctx context.Context, blocks <-chan pcm.Block, behind func(), done <-chan error) error {
	var last int64 // of taken, when it last grew
	grown := time.Now()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return q.end(blocks, done)
		case b, ok := <-blocks:
			if !ok {
				return q.end(nil, done)
			}
			now := time.Now()
			q.put(take{b, now.Round(0)})                   // a day ends when the clock on the wall says so
			if len(q.takes) > late && q.taken.Load() > 0 { // before that it has not even begun
				behind()
			}
			if n := q.taken.Load(); n != last || len(q.takes) < queueBlocks {
				last, grown = n, now
			}
			if now.Sub(grown) > stuck {
				close(q.takes)
				return errStuck
			}
		}
	}
}

func (q *queue) put(t take) {
	for {
		select {
		case q.takes <- t:
			return
		default:
		}
		select {
		case <-q.takes:
		default:
		}
	}
}

// end hands on what is still in the station's ring, and waits.
func (q *queue) end(blocks <-chan pcm.Block, done <-chan error) error {
	for rest := true; rest; {
		select {
		case b, ok := <-blocks:
			if rest = ok; ok {
				q.put(take{b, time.Now().Round(0)})
			}
		default:
			rest = false
		}
	}
	close(q.takes)
	timer := time.NewTimer(ending)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errStuck
	}
}
