package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	leastTempo, mostTempo = 20, 400
	leastBars, mostBars   = 4, 1000
	mostAtOnce            = 100
)

// brief is what the order asks of the composer, with a seed in any case.
func (r *request) brief() (Brief, error) {
	var b Brief
	var err error
	style := r.keys["style"]
	if len(r.plain) > 0 {
		if style != "" {
			return b, sayf("the style is given twice: say it once")
		}
		style = strings.Join(r.plain, " ")
	}
	if style != "" {
		if b.Style, err = r.table.styleFor(style); err != nil {
			return b, err
		}
	}
	if v, ok := r.keys["key"]; ok {
		if b.Key, err = keyOf(v); err != nil {
			return b, err
		}
	}
	if v, ok := r.keys["tempo"]; ok {
		if b.Tempo, err = number("tempo", v, leastTempo, mostTempo); err != nil {
			return b, err
		}
	}
	if v, ok := r.keys["bars"]; ok {
		if b.Bars, err = whole("bars", v, leastBars, mostBars); err != nil {
			return b, err
		}
	}
	if v, ok := r.keys["meter"]; ok {
		if b.Meter, err = meterOf(v); err != nil {
			return b, err
		}
	}
	b.Seed, b.Fresh = r.table.Seed(), true
	if v, ok := r.keys["seed"]; ok {
		b.Fresh = false
		if b.Seed, err = seedOf(v); err != nil {
			return b, err
		}
	}
	if v, ok := r.keys["band"]; ok {
		return b, r.briefBand(&b, v)
	}
	return b, nil
}

// briefBand has the brief played by a band, in its own style if none is asked.
func (r *request) briefBand(b *Brief, name string) error {
	return r.look(func(rd Reader) error {
		found, err := r.table.bandFor(rd, name)
		if err != nil {
			return err
		}
		b.Band = &found
		if b.Style == "" {
			b.Style = found.Style
		}
		return nil
	})
}

// composed is a song ready to be kept.
type composed struct {
	Packed
	remarks []string
}

func (r *request) compose(b Brief) (composed, error) {
	s, remarks, err := r.table.Composer.Compose(r.ctx, b)
	if err == nil && s == nil {
		err = errors.New("no song came of it")
	}
	var said *Sentence
	switch {
	case errors.As(err, &said), err != nil && r.ctx.Err() != nil:
		return composed{}, fmt.Errorf("composing: %w", err)
	case err != nil:
		return composed{}, &Sentence{Text: "the composer could not make that song: " + err.Error(), Cause: err}
	}
	p, err := r.table.Store.Pack(s)
	if err != nil {
		return composed{}, fmt.Errorf("packing the song: %w", err)
	}
	p.Person = r.caller.person()
	return composed{p, remarks}, nil
}

func doNew(r *request) (Reply, error) {
	b, err := r.brief()
	if err != nil {
		return Reply{}, err
	}
	if err := r.spend(1); err != nil {
		return Reply{}, err
	}
	made, err := r.compose(b)
	if err != nil {
		return Reply{}, err
	}
	return r.change(func(c *change) (Reply, error) {
		info, err := c.keep(made.Packed)
		if err != nil {
			return Reply{}, err
		}
		if err := c.play(Airing{Code: info.Code, Song: made.Song}, made.Person); err != nil {
			return Reply{}, err
		}
		text := append([]string{"on the air: " + info.whole()}, made.remarks...)
		return Reply{Text: lines(text), Song: &info, Starts: info.Code}, nil
	})
}

// keep stores a song and tells it as it is stored.
func (c *change) keep(p Packed) (SongInfo, error) {
	code, err := c.AddSong(p)
	if err != nil {
		return SongInfo{}, fmt.Errorf("keeping the song: %w", err)
	}
	info, err := c.Song(code)
	if err != nil {
		return SongInfo{}, fmt.Errorf("reading the song just kept: %w", err)
	}
	return info, nil
}

func doQueueNew(r *request) (Reply, error) {
	n := 1
	if v, ok := r.keys["count"]; ok {
		var err error
		if n, err = whole("count", v, 1, mostAtOnce); err != nil {
			return Reply{}, err
		}
	}
	b, err := r.brief()
	if err != nil {
		return Reply{}, err
	}
	// Looked at before anything is spent or composed, and again when it is kept.
	if err := r.look(func(rd Reader) error { return r.share(rd, n) }); err != nil {
		return Reply{}, err
	}
	if err := r.spend(n); err != nil {
		return Reply{}, err
	}
	made := make([]composed, 0, n)
	for i := range n {
		if err := r.ctx.Err(); err != nil {
			return Reply{}, fmt.Errorf("composing song %d of %d: %w", i+1, n, err)
		}
		if i > 0 {
			b.Seed = r.nextSeed(b.Seed)
		}
		one, err := r.compose(b)
		if err != nil {
			return Reply{}, err
		}
		made = append(made, one)
	}
	return r.change(func(c *change) (Reply, error) {
		if err := r.share(c, n); err != nil {
			return Reply{}, err
		}
		return c.queueNew(made)
	})
}

// nextSeed is the one after a seed that was asked for, else a fresh one.
func (r *request) nextSeed(last uint64) uint64 {
	if _, given := r.keys["seed"]; given {
		return last + 1
	}
	return r.table.Seed()
}

// queueNew keeps songs and adds them to the queue.
func (c *change) queueNew(made []composed) (Reply, error) {
	if err := c.room(len(made)); err != nil {
		return Reply{}, err
	}
	var text []string
	var codes []string
	var last SongInfo
	for _, one := range made {
		info, err := c.keep(one.Packed)
		if err != nil {
			return Reply{}, err
		}
		if _, err := c.Enqueue(info.Code, 0, one.Person); err != nil {
			return Reply{}, fmt.Errorf("adding to the queue: %w", err)
		}
		text = append(append(text, info.whole()), one.remarks...)
		codes = append(codes, info.Code)
		last = info
	}
	where, starts, err := c.whereQueued(codes)
	if err != nil {
		return Reply{}, err
	}
	if len(made) == 1 {
		text[0] = "queued " + where + ": " + text[0]
		return Reply{Text: lines(text), Song: &last, Starts: starts}, c.sendQueue()
	}
	text = append([]string{"queued " + strconv.Itoa(len(made)) + " songs " + where + ":"}, text...)
	return Reply{Text: lines(text), Starts: starts}, c.sendQueue()
}
