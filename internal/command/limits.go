package command

import (
	"strings"
	"sync"
	"time"
)

// Limits bound what listeners and players may take; operators and admins are free.
type Limits struct {
	PersonSongs  int           // songs that a person may have composed in a row
	PersonEvery  time.Duration // after which there is one more
	ChannelSongs int           // the same for all in a channel together, or in private on a network
	ChannelEvery time.Duration
	QueueShare   int           // songs of one person that may wait
	SkipShare    int           // percent: a vote to skip passes with more than these of who spoke lately
	SkipWindow   time.Duration // what is lately
}

// DefaultLimits suit a channel of friends.
func DefaultLimits() Limits {
	return Limits{PersonSongs: 3, PersonEvery: time.Minute, ChannelSongs: 10, ChannelEvery: 15 * time.Second,
		QueueShare: 3, SkipShare: 50, SkipWindow: 15 * time.Minute}
}

// person is one human, as well as can be told: whoever sits at this computer is one
// at every local door; on IRC it is the services account if there is one, else
// user@host, so that a change of nick changes nothing; anybody else is one at each door.
func (c Caller) person() string {
	switch {
	case c.Local:
		return "local:" + c.Who
	case c.Network == "":
		return c.Door + ":" + c.Who
	case c.Account != "":
		return c.Door + ":" + c.Network + ":" + foldAccount(c.Account)
	}
	return c.noAccount()
}

// noAccount is who the caller was before logging in to services.
func (c Caller) noAccount() string {
	at := c.Host
	if _, userHost, ok := strings.Cut(c.Host, "!"); ok {
		at = userHost
	}
	if at == "" {
		at = c.Who
	}
	return c.Door + ":" + c.Network + ":@" + Fold(at)
}

// circle remembers, in memory, who had what and who was there lately.
type circle struct {
	mu    sync.Mutex
	spoke map[string]time.Time // person → when last
	paid  map[string]time.Time // person or channel → when all that was had is paid for
}

// mostPeople bounds how many are remembered at one time: a flood of strangers must
// not fill the memory.
const mostPeople = 10_000

// put remembers a time; forget says which are of no use any more.
func put(m map[string]time.Time, key string, at time.Time, forget func(time.Time) bool) {
	if len(m) >= mostPeople {
		for k, v := range m {
			if forget(v) {
				delete(m, k)
			}
		}
	}
	if _, known := m[key]; known || len(m) < mostPeople {
		m[key] = at
	}
}

// Spoke notes that somebody said something, be it an order or not: who spoke lately
// counts when it is voted to skip a song. Do notes it of every order by itself.
func (t *Table) Spoke(c Caller) {
	if c.Door == "auto" || c.Door == "start" {
		return // nobody is there
	}
	now := t.Now()
	t.circle.mu.Lock()
	defer t.circle.mu.Unlock()
	if c.Account != "" {
		delete(t.circle.spoke, c.noAccount()) // is still one person after logging in
	}
	put(t.circle.spoke, c.person(), now, func(at time.Time) bool { return now.Sub(at) > t.Limits.SkipWindow })
}

// present are the people who spoke lately.
func (t *Table) present() map[string]bool {
	now := t.Now()
	t.circle.mu.Lock()
	defer t.circle.mu.Unlock()
	people := map[string]bool{}
	for person, at := range t.circle.spoke {
		if now.Sub(at) <= t.Limits.SkipWindow {
			people[person] = true
		}
	}
	return people
}

// spend takes n songs from what the caller and their channel may have composed, or
// says when there will be more.
func (r *request) spend(n int) error {
	if r.role >= RoleOperator {
		return nil
	}
	t, l, now := r.table, r.table.Limits, r.table.Now()
	if most := min(l.PersonSongs, l.ChannelSongs); n > most {
		return sayf("that is %s at once, and a %s may have %d: ask for fewer", count(n, "song"), r.role, most)
	}
	t.circle.mu.Lock()
	defer t.circle.mu.Unlock()
	forget := func(at time.Time) bool { return !at.After(now) }
	person, channel := r.caller.person(), "in "+r.caller.Door+":"+r.caller.Network+":"+Fold(r.caller.Channel)
	mine, wait := bucket{l.PersonSongs, l.PersonEvery}.take(t.circle.paid[person], now, n)
	if wait > 0 {
		return sayf("you have had %s composed just now: try again in %s",
			count(l.PersonSongs, "song"), inSeconds(wait))
	}
	ours, wait := bucket{l.ChannelSongs, l.ChannelEvery}.take(t.circle.paid[channel], now, n)
	if wait > 0 {
		where := r.caller.Channel
		if where == "" {
			where = "everybody together"
		}
		return sayf("%s has had %s composed just now: try again in %s", where, count(l.ChannelSongs, "song"), inSeconds(wait))
	}
	put(t.circle.paid, person, mine, forget)
	put(t.circle.paid, channel, ours, forget)
	return nil
}

// bucket is a token bucket: so many at once, and one more after every so long.
type bucket struct {
	most  int
	every time.Duration
}

// take takes n from a bucket that is full again at paid: when it is full then, or how
// long until there are n. (A time says it all: no tokens have to be counted up.)
func (b bucket) take(paid, now time.Time, n int) (full time.Time, wait time.Duration) {
	if paid.Before(now) {
		paid = now
	}
	full = paid.Add(time.Duration(n) * b.every)
	return full, max(0, full.Sub(now)-time.Duration(b.most)*b.every)
}

// inSeconds is a time to wait in words, never too short.
func inSeconds(d time.Duration) string {
	d = d.Truncate(time.Second) + time.Second
	if d >= time.Minute {
		return long(d.Truncate(time.Minute) + time.Minute)
	}
	return long(d)
}

// share refuses n more songs of the caller in the queue where that would be more than
// one person's share.
func (r *request) share(rd Reader, n int) error {
	if r.role >= RoleOperator {
		return nil
	}
	q, err := waiting(rd, r.table.Air.Now())
	if err != nil {
		return err
	}
	mine := 0
	for _, w := range q {
		if w.Person == r.caller.person() {
			mine++
		}
	}
	if mine+n <= r.table.Limits.QueueShare {
		return nil
	}
	most := count(r.table.Limits.QueueShare, "song")
	if mine == 0 {
		return sayf("%s may have %s waiting: ask for fewer", r.role.a(), most)
	}
	return sayf("%d of your songs wait already, and %s may have %s waiting: queue remove takes one out", mine, r.role.a(), most)
}
