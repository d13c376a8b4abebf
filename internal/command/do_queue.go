package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostQueued is how long the queue may grow.
const mostQueued = 1000

// waiting is the queue without the song that has already started by itself,
// of which the store has not yet heard.
func waiting(rd Reader, now Now) ([]Waiting, error) {
	q, err := rd.Queue()
	if err != nil {
		return nil, fmt.Errorf("reading the queue: %w", err)
	}
	return slices.DeleteFunc(q, func(w Waiting) bool { return now.Queue != 0 && w.ID == now.Queue }), nil
}

// room refuses n more songs where the queue would grow too long.
func (c *change) room(n int) error {
	q, err := c.Queue()
	if err != nil {
		return fmt.Errorf("reading the queue: %w", err)
	}
	if len(q)+n > mostQueued {
		return sayf("the queue has %s, and %d is the most: queue remove makes room", count(len(q), "song"), mostQueued)
	}
	return nil
}

// sendQueue tells the air of the queue after the commit.
func (c *change) sendQueue() error {
	q, err := c.Queue()
	if err != nil {
		return fmt.Errorf("reading the queue: %w", err)
	}
	airings := make([]Airing, len(q))
	for i, w := range q {
		airings[i] = Airing{Queue: w.ID, Code: w.Song.Code}
	}
	c.after(func(a Air) { a.SetQueue(airings) })
	return nil
}

// whereQueued says where the songs that were added to the queue last stand and when
// they are heard, and which of them starts now, "" for none.
func (c *change) whereQueued(codes []string) (where, starts string, err error) {
	q, err := c.Queue()
	if err != nil {
		return "", "", fmt.Errorf("reading the queue: %w", err)
	}
	st, err := c.Air()
	if err != nil {
		return "", "", err
	}
	first := len(q) - len(codes) + 1
	switch {
	case st.Held:
		return fmt.Sprintf("at %d (the queue waits: play starts it)", first), "", nil
	case st.State == Silent && first == 1:
		return "to start now", codes[0], nil
	case first == 1:
		return "as the next", "", nil
	}
	return "at " + strconv.Itoa(first), "", nil
}

func doQueue(r *request) (Reply, error) {
	if len(r.plain) == 0 {
		return r.showQueue()
	}
	return r.change(func(c *change) (Reply, error) {
		info, err := songFor(c, r.at(0), c.now)
		if err != nil {
			return Reply{}, r.queueWord(err)
		}
		if err := c.room(1); err != nil {
			return Reply{}, err
		}
		if err := r.share(c, 1); err != nil {
			return Reply{}, err
		}
		if _, err := c.Enqueue(info.Code, 0, r.caller.person()); err != nil {
			return Reply{}, fmt.Errorf("adding to the queue: %w", err)
		}
		where, starts, err := c.whereQueued([]string{info.Code})
		if err != nil {
			return Reply{}, err
		}
		return Reply{Text: fmt.Sprintf("queued %s: %s, code %s", where, info.name(), info.Code), Song: &info, Starts: starts}, c.sendQueue()
	})
}

// queueWord makes of an unknown code the offer of what else may stand there.
func (r *request) queueWord(err error) error {
	subs := r.table.names("queue")
	if near := (naming{"song or order", ""}).none(r.at(0), subs); strings.Contains(near.Error(), "did you mean") {
		return near
	}
	return err
}

func (r *request) showQueue() (Reply, error) {
	var text []string
	err := r.look(func(rd Reader) error {
		q, err := waiting(rd, r.table.Air.Now())
		if err != nil {
			return err
		}
		st, err := rd.Air()
		if err != nil {
			return err
		}
		switch {
		case len(q) == 0 && st.Auto:
			text = []string{"the queue is empty; auto is on, so the next song is composed when it is needed"}
		case len(q) == 0:
			text = []string{"the queue is empty; queue new composes a song for it"}
		case st.Held:
			text = []string{count(len(q), "song") + " waiting until play or skip:"}
		default:
			text = []string{count(len(q), "song") + " waiting:"}
		}
		for i, w := range q {
			text = append(text, fmt.Sprintf("%3d  %s", i+1, w.Song.line()))
		}
		return nil
	})
	return Reply{Text: lines(text)}, err
}

// placesOf are the places, from 1, at which a song waits.
func placesOf(q []Waiting, code string) []int {
	var places []int
	for i, w := range q {
		if w.Song.Code == code {
			places = append(places, i+1)
		}
	}
	return places
}

// waitingFor finds a song of the queue.
func (c *change) waitingFor(text string) ([]Waiting, int, error) {
	q, err := c.Queue()
	if err != nil {
		return nil, 0, fmt.Errorf("reading the queue: %w", err)
	}
	info, err := songFor(c, text, c.now)
	if err != nil {
		return nil, 0, err
	}
	places := placesOf(q, info.Code)
	if len(places) == 0 {
		return nil, 0, sayf("%s, code %s, is not in the queue; queue shows what is", info.name(), info.Code)
	}
	return q, places[0] - 1, nil
}

// mineOf is the first place of the same song that a person took, else i.
func mineOf(q []Waiting, i int, person string) int {
	for j, w := range q {
		if w.Song.Code == q[i].Song.Code && w.Person == person {
			return j
		}
	}
	return i
}

func doQueueMove(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		q, i, err := c.waitingFor(r.at(0))
		if err != nil {
			return Reply{}, err
		}
		to, err := whole("place", r.at(1), 1, len(q))
		if err != nil {
			return Reply{}, err
		}
		if err := c.Move(q[i].ID, to); err != nil {
			return Reply{}, fmt.Errorf("moving in the queue: %w", err)
		}
		return Reply{Text: fmt.Sprintf("%s is now number %d of the queue", q[i].Song.name(), to)}, c.sendQueue()
	})
}

func doQueueRemove(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		q, i, err := c.waitingFor(r.at(0))
		if err != nil {
			return Reply{}, err
		}
		if r.role < r.order.role {
			i = mineOf(q, i, r.caller.person())
		}
		if err := r.needOwn(q[i].Person); err != nil {
			return Reply{}, err
		}
		if err := c.Dequeue(q[i].ID); err != nil {
			return Reply{}, fmt.Errorf("removing from the queue: %w", err)
		}
		if err := c.AddUndo(Undo{Kind: UndoRemove, Code: q[i].Song.Code, Places: []int{i + 1}}); err != nil {
			return Reply{}, err
		}
		return Reply{Text: q[i].Song.name() + " is out of the queue; undo puts it back"}, c.sendQueue()
	})
}
