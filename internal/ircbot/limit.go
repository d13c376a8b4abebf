package ircbot

import "time"

// bucket lets burst things through at once and then one in each every. Its zero
// value with both set is full.
type bucket struct {
	burst int
	every time.Duration
	next  time.Time // when the bucket is full again
}

// wait is how long the next thing has to wait, 0 for not at all.
func (b *bucket) wait(now time.Time) time.Duration {
	return max(0, b.next.Add(-time.Duration(b.burst-1)*b.every).Sub(now))
}

// take counts a thing.
func (b *bucket) take(now time.Time) {
	if b.next.Before(now) {
		b.next = now
	}
	b.next = b.next.Add(b.every)
}

// answer is a line on its way to somebody.
type answer struct {
	to      *person // nil: to all of the channel
	channel string  // "" for a private message
	text    string
	whole   bool // the whole of an answer: others may stand in the same line
	news    bool // an announcement, which a newer one replaces
}

// lane is what waits for one target, in order.
type lane struct {
	target  string
	waiting []answer
}

// lanes are what waits, a lane for each target. They take turns, so that one who
// asks for long lists keeps nobody else waiting.
type lanes struct {
	byTarget map[string]*lane
	turns    []*lane // those where something waits
}

// mostWaiting is how many lines may wait for one target.
const mostWaiting = 2000

// add says whether there was room.
func (l *lanes) add(target string, a answer) bool {
	ln := l.byTarget[target]
	if ln == nil {
		ln = &lane{target: target}
		if l.byTarget == nil {
			l.byTarget = map[string]*lane{}
		}
		l.byTarget[target] = ln
	}
	if a.news {
		for i := range ln.waiting {
			if ln.waiting[i].news {
				ln.waiting[i] = a
				return true
			}
		}
	}
	if len(ln.waiting) >= mostWaiting {
		return false
	}
	if ln.waiting = append(ln.waiting, a); len(ln.waiting) == 1 {
		l.turns = append(l.turns, ln)
	}
	return true
}

// turn is the lane whose turn it is, nil where nothing waits.
func (l *lanes) turn() *lane {
	if len(l.turns) == 0 {
		return nil
	}
	return l.turns[0]
}

// done ends the turn of the first lane.
func (l *lanes) done() {
	ln := l.turns[0]
	l.turns = l.turns[1:]
	if len(ln.waiting) > 0 {
		l.turns = append(l.turns, ln)
		return
	}
	delete(l.byTarget, ln.target)
}

// count is how many lines wait.
func (l *lanes) count() int {
	n := 0
	for _, ln := range l.turns {
		n += len(ln.waiting)
	}
	return n
}
