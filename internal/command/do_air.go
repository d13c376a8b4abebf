package command

import (
	"fmt"
	"strings"
	"time"

	"bandstand/internal/song"
)

// play puts a song on the air for a person: the state, the history, and what is heard.
func (c *change) play(a Airing, person string) error {
	st, err := c.Air()
	if err != nil {
		return err
	}
	again := a.Loop != nil && a.Code == c.now.Code // a loop of what is heard is no new play
	st.State, st.Code, st.Queue, st.Position = Playing, a.Code, a.Queue, a.From
	st.Turn, st.Held, st.Loop, st.Person = c.turn, false, a.Loop, person
	if a.Loop != nil {
		st.State = Looping
	}
	if err := c.SetAir(st); err != nil {
		return fmt.Errorf("keeping what is on the air: %w", err)
	}
	c.after(func(air Air) { air.Play(c.turn, a) })
	if again {
		return nil
	}
	return c.AddPlay(a.Code, c.turn)
}

// silence ends what is heard. Held, the queue waits until somebody starts it.
func (c *change) silence(held bool) error {
	st, err := c.Air()
	if err != nil {
		return err
	}
	st.State, st.Code, st.Queue, st.Position, st.Loop, st.Person = Silent, "", 0, 0, nil, ""
	st.Turn, st.Held = c.turn, held
	if err := c.SetAir(st); err != nil {
		return fmt.Errorf("keeping the silence: %w", err)
	}
	c.after(func(a Air) {
		a.Silence(c.turn)
		if !held {
			a.Release(c.turn)
		}
	})
	return nil
}

// next puts the first song of the queue whose notes can be read on the air, or
// silence where there is none, and says so. The others leave the queue: a damaged
// song must not hold up those behind it, nor the order that goes on to the next.
func (c *change) next() (Reply, error) {
	q, err := c.Queue()
	if err != nil {
		return Reply{}, err
	}
	var left []string
	for _, head := range q {
		if err := c.Dequeue(head.ID); err != nil {
			return Reply{}, fmt.Errorf("taking the next song: %w", err)
		}
		s, err := c.Notes(head.Song.Code)
		if err != nil {
			left = append(left, head.Song.Code)
			c.log.Warn("a song was left out of the queue", "code", head.Song.Code, "error", err)
			continue
		}
		if err := c.play(Airing{Queue: head.ID, Code: head.Song.Code, Song: s}, head.Person); err != nil {
			return Reply{}, err
		}
		text := "on the air: " + head.Song.about() + ", code " + head.Song.Code + leftOut(left)
		return Reply{Text: text, Song: &head.Song, Starts: head.Song.Code}, c.sendQueue()
	}
	if len(left) > 0 { // before the silence, after which the air may start what it has
		if err := c.sendQueue(); err != nil {
			return Reply{}, err
		}
	}
	reply, err := c.nothingNext()
	reply.Text += leftOut(left)
	return reply, err
}

// leftOut is a line that tells of the songs that next left out.
func leftOut(codes []string) string {
	switch len(codes) {
	case 0:
		return ""
	case 1:
		return "\nleft out " + codes[0] + ": its notes cannot be read"
	}
	return "\nleft out " + strings.Join(codes, ", ") + ": their notes cannot be read"
}

// catchUp does what the store has yet to hear: when the air went on to the next
// song by itself a moment ago, that song is no longer in the queue.
func (c *change) catchUp() error {
	st, err := c.Air()
	if err != nil || c.now.Queue == 0 || c.now.Queue == st.Queue {
		return err
	}
	q, err := c.Queue()
	if err != nil {
		return fmt.Errorf("reading the queue: %w", err)
	}
	for _, w := range q {
		if w.ID == c.now.Queue {
			return c.started(w, st)
		}
	}
	return nil
}

func (c *change) started(w Waiting, st AirState) error {
	if err := c.Dequeue(w.ID); err != nil {
		return fmt.Errorf("taking what has started from the queue: %w", err)
	}
	st.State, st.Code, st.Queue, st.Position, st.Loop, st.Person = Playing, w.Song.Code, w.ID, 0, nil, w.Person
	if err := c.SetAir(st); err != nil {
		return fmt.Errorf("keeping what has started: %w", err)
	}
	return c.AddPlay(w.Song.Code, st.Turn)
}

func (c *change) nothingNext() (Reply, error) {
	if err := c.silence(false); err != nil {
		return Reply{}, err
	}
	st, err := c.Air()
	if err != nil {
		return Reply{}, err
	}
	if st.Auto {
		return Reply{Text: "nothing waits; auto is on and composes the next song"}, nil
	}
	return Reply{Text: "nothing waits: silence; new composes a song"}, nil
}

func doPlay(r *request) (Reply, error) {
	if len(r.plain) == 0 {
		return r.change(goOn)
	}
	// The notes are read before the transaction: they never change, only the title may.
	info, s, err := r.songNotes(r.at(0))
	if err != nil {
		return Reply{}, err
	}
	return r.change(func(c *change) (Reply, error) {
		if info, err = songFor(c, info.Code, c.now); err != nil {
			return Reply{}, err
		}
		return Reply{Text: "on the air: " + info.about() + ", code " + info.Code, Song: &info, Starts: info.Code},
			c.play(Airing{Code: info.Code, Song: s.Called(info.Title)}, r.caller.person())
	})
}

// goOn starts the queue.
func goOn(c *change) (Reply, error) {
	if c.now.State != Silent {
		return Reply{}, sayf("something is on the air already: skip goes to the next song, play CODE plays another")
	}
	q, err := c.Queue()
	if err != nil {
		return Reply{}, err
	}
	st, err := c.Air()
	if err != nil {
		return Reply{}, err
	}
	if len(q) == 0 && !st.Auto {
		return Reply{}, sayf("the queue is empty: new composes a song, play CODE plays an old one")
	}
	return c.next()
}

func doStop(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		if err := c.silence(true); err != nil {
			return Reply{}, err
		}
		q, err := c.Queue()
		if err != nil {
			return Reply{}, err
		}
		st, err := c.Air()
		if err != nil {
			return Reply{}, err
		}
		switch {
		case len(q) > 0:
			return Reply{Text: "silence; " + count(len(q), "song") + " waiting: play or skip goes on"}, nil
		case st.Auto:
			return Reply{Text: "silence; auto waits as well: play or skip goes on"}, nil
		}
		return Reply{Text: "silence; new composes a song"}, nil
	})
}

func doAuto(r *request) (Reply, error) {
	if len(r.plain) == 0 {
		var st AirState
		err := r.look(func(rd Reader) (err error) {
			st, err = rd.Air()
			return err
		})
		if st.Auto {
			return Reply{Text: "auto is on: a song is composed whenever the queue runs dry"}, err
		}
		return Reply{Text: "auto is off; auto on keeps composing"}, err
	}
	word, err := naming{}.pick(r.at(0), []string{"on", "off"})
	if err != nil {
		return Reply{}, sayf("auto takes on or off, not %q", short(r.at(0)))
	}
	on := word == "on"
	return r.change(func(c *change) (Reply, error) {
		st, err := c.Air()
		if err != nil {
			return Reply{}, err
		}
		// Only a queue that is released follows this order. A song that is heard goes
		// on under the turn it began with, or the news of how far it is would be taken
		// for that of another.
		release := on && st.Held
		st.Auto = on
		if release {
			st.Held, st.Turn = false, c.turn
		}
		if err := c.SetAir(st); err != nil {
			return Reply{}, fmt.Errorf("keeping auto: %w", err)
		}
		c.after(func(a Air) {
			a.SetAuto(on)
			if release {
				a.Release(c.turn)
			}
		})
		if on {
			return Reply{Text: "auto is on: a song is composed whenever the queue runs dry"}, nil
		}
		return Reply{Text: "auto is off: after the queue there is silence"}, nil
	})
}

const (
	loopBars = 8
	mostGap  = 60
)

func doLoop(r *request) (Reply, error) {
	info, s, err := r.songNotes(r.at(0))
	if err != nil {
		return Reply{}, err
	}
	loop, err := r.loop(info, s)
	if err != nil {
		return Reply{}, err
	}
	return r.change(func(c *change) (Reply, error) {
		if info, err = songFor(c, info.Code, c.now); err != nil { // its title may be another one by now
			return Reply{}, err
		}
		from := time.Duration(s.Seconds(s.BarStart(loop.From)) * float64(time.Second))
		if err := c.play(Airing{Code: info.Code, Song: s.Called(info.Title), From: from, Loop: &loop}, r.caller.person()); err != nil {
			return Reply{}, err
		}
		text := fmt.Sprintf("looping %s, %s, %g s of silence between; rate %s 1..5, skip or stop ends it",
			info.name(), barsText(loop), loop.Gap.Seconds(), info.Code)
		return Reply{Text: text, Song: &info, Starts: info.Code}, nil
	})
}

func barsText(l Loop) string {
	if l.Bars == 1 {
		return fmt.Sprintf("bar %d", l.From+1)
	}
	return fmt.Sprintf("bars %d to %d", l.From+1, l.From+l.Bars)
}

// loop is the excerpt that the order asks for.
func (r *request) loop(info SongInfo, s *song.Song) (Loop, error) {
	loop := Loop{Bars: loopBars, Gap: time.Second}
	if isNow(r.at(0)) {
		now := r.table.Air.Now()
		if now.Code != info.Code {
			now.Position = 0 // it has only just begun
		}
		loop.From = s.SectionAt(barAt(s, now.Position)).Start
	}
	var err error
	if v, ok := r.keys["from"]; ok {
		if loop.From, err = whole("from", v, 1, s.Bars); err != nil {
			return loop, err
		}
		loop.From--
	}
	if v, ok := r.keys["bars"]; ok {
		if loop.Bars, err = whole("bars", v, 1, mostBars); err != nil {
			return loop, err
		}
	}
	if v, ok := r.keys["gap"]; ok {
		if loop.Gap, err = seconds("gap", v, 0, mostGap); err != nil {
			return loop, err
		}
	}
	loop.Bars = min(loop.Bars, s.Bars-loop.From)
	return loop, nil
}

// songNotes finds a song with its notes, outside any transaction.
func (r *request) songNotes(text string) (info SongInfo, s *song.Song, err error) {
	err = r.look(func(rd Reader) error {
		now, err := heard(rd, r.table.Air.Now())
		if err != nil {
			return err
		}
		if info, err = songFor(rd, text, now); err != nil {
			return err
		}
		if s, err = rd.Notes(info.Code); err != nil {
			return &Sentence{Text: fmt.Sprintf("the notes of %s cannot be read", info.name()), Cause: err}
		}
		return nil
	})
	return info, s, err
}
