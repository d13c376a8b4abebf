package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"bandstand/internal/song"
)

// AutoQueue keeps a song that auto composed and adds it to the queue, as an
// order of its own. Its code is "" where auto was turned off, or the queue was
// held or filled, while the song was composed: then nothing is kept.
func (t *Table) AutoQueue(ctx context.Context, s *song.Song) (code string, err error) {
	p, err := t.Store.Pack(s)
	if err != nil {
		return "", fmt.Errorf("packing the song: %w", err)
	}
	r := &request{ctx: ctx, table: t, caller: Caller{Door: "auto", Who: "auto", Local: true}, line: "queue new"}
	p.Person = r.caller.person()
	_, err = r.change(func(c *change) (Reply, error) {
		if wanted, err := c.autoWants(); err != nil || !wanted {
			return Reply{}, cmp.Or(err, errUnwanted)
		}
		info, err := c.keep(p)
		if err != nil {
			return Reply{}, err
		}
		if _, err := c.Enqueue(info.Code, 0, r.caller.person()); err != nil {
			return Reply{}, fmt.Errorf("adding to the queue: %w", err)
		}
		code = info.Code
		return Reply{Text: "queued: " + info.whole(), Song: &info}, c.sendQueue()
	})
	if errors.Is(err, errUnwanted) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("queueing a song for auto: %w", err)
	}
	return code, nil
}

var errUnwanted = errors.New("auto wants no song any more")

func (c *change) autoWants() (bool, error) {
	st, err := c.Air()
	if err != nil || !st.Auto || st.Held {
		return false, err
	}
	q, err := c.Queue()
	return len(q) == 0, err
}
