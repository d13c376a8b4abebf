package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bandstand/internal/command"
)

// timed is a desk whose time only the test moves.
func timed(t *testing.T) (*desk, *clock) {
	t.Helper()
	d, c := newDesk(t), &clock{at: time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)}
	d.Now = c.now
	return d, c
}

func TestComposingHasARate(t *testing.T) {
	d, c := timed(t)
	d.Roles = []command.Grant{{Who: "op", Role: command.RoleOperator}, {Who: "eve", Role: command.RoleListener}}
	bob := irc("bob", "")
	d.may(t, bob, "new")
	d.may(t, bob, "queue new")
	d.may(t, bob, "band new funk")
	briefs := len(d.composer.briefs)
	d.mayNot(t, bob, "new", "you have had 3 songs composed just now", "try again in 2 minutes")
	if len(d.composer.briefs) != briefs {
		t.Error("composed for nothing")
	}
	// A refusal, a look and a mistake cost nothing; a new nick is the same person.
	d.may(t, bob, "queue")
	d.mayNot(t, bob, "new polka", "no style")
	renamed := bob
	renamed.Who, renamed.Host = "bobby", "bobby!~bob@bob.example.org"
	d.mayNot(t, renamed, "new", "you have had")
	c.pass(59 * time.Second)
	d.mayNot(t, bob, "new", "in 2 seconds")
	c.pass(time.Second)
	d.may(t, bob, "new")
	d.mayNot(t, bob, "new", "in 2 minutes")
	c.pass(time.Hour) // no more than a full bucket is saved up
	for range 3 {
		d.may(t, bob, "new")
	}
	d.mayNot(t, bob, "new", "you have had")
	// Others have their own, in the same place and elsewhere; operators have no limits.
	d.may(t, irc("cid", ""), "new")
	d.may(t, irc("cid", "cid"), "new")
	d.mayNot(t, in("#attic", bob), "new", "you have had")
	d.may(t, on("lab", bob), "new")
	for range 20 {
		d.may(t, irc("op", "op"), "new")
		d.ok(t, "new")
		d.may(t, command.Caller{Door: "http", Who: "10.0.0.7"}, "new")
	}
}

func TestAChannelHasARate(t *testing.T) {
	d, c := timed(t)
	for i := range 10 {
		d.may(t, irc(fmt.Sprint("n", i), ""), "new")
	}
	d.mayNot(t, irc("late", ""), "new", "#band has had 10 songs composed just now", "try again in 16 seconds")
	d.mayNot(t, in("#BAND", irc("late", "")), "new", "#BAND has had")
	d.may(t, in("#attic", irc("late", "")), "new")
	for i := range 10 {
		d.may(t, in("", irc(fmt.Sprint("p", i), "")), "new")
	}
	d.mayNot(t, in("", irc("late", "")), "new", "everybody together has had 10 songs")
	c.pass(15 * time.Second)
	d.may(t, irc("late2", ""), "new")
	// What the channel refused has cost the person nothing.
	d.mayNot(t, irc("late3", ""), "new", "#band has had")
	c.pass(time.Hour)
	for range 3 {
		d.may(t, irc("late3", ""), "new")
	}
}

func TestManyAtOnceAreSpent(t *testing.T) {
	d, _ := timed(t)
	d.Limits.QueueShare = 10
	bob := irc("bob", "")
	briefs := len(d.composer.briefs)
	d.mayNot(t, bob, "queue new count=4", "that is 4 songs at once, and a player may have 3")
	d.mayNot(t, bob, "queue new count=100", "may have 10 songs waiting: ask for fewer")
	d.may(t, bob, "queue new count=2")
	d.mayNot(t, bob, "queue new count=2", "you have had 3 songs")
	d.may(t, bob, "queue new")
	if n := len(d.composer.briefs) - briefs; n != 3 {
		t.Errorf("%d songs were composed, not 3", n)
	}
}

func TestQueueShare(t *testing.T) {
	d, c := timed(t)
	d.Roles = []command.Grant{{Who: "op", Role: command.RoleOperator}}
	old := d.ok(t, "new").Song.Code
	bob, bobElsewhere := irc("bob", "Bob"), in("", irc("bobby", "bob"))
	first := d.may(t, bob, "queue new").Song.Code
	d.may(t, bob, "queue "+old)
	d.may(t, bobElsewhere, "queue "+old)
	d.mayNot(t, bob, "queue "+old, "3 of your songs wait already, and a player may have 3 songs waiting", "queue remove")
	d.mayNot(t, bobElsewhere, "queue new", "3 of your songs wait already")
	d.may(t, irc("cid", ""), "queue "+old)
	for range 5 {
		d.may(t, irc("op", "op"), "queue "+old)
	}
	c.pass(time.Hour)
	// What starts waits no more.
	d.ok(t, "skip")
	if now := d.air.Now(); now.Code != first {
		t.Fatalf("%s is on the air, not %s", now.Code, first)
	}
	d.may(t, bob, "queue new")
	d.mayNot(t, bob, "queue new", "3 of your songs")
	// One's own may be taken out; where a song waits twice, one's own place.
	d.may(t, irc("cid", ""), "queue remove "+old)
	if n := strings.Count(d.ok(t, "queue").Text, old); n != 7 {
		t.Errorf("%d of 8 places are left", n)
	}
	d.mayNot(t, irc("cid", ""), "queue remove "+old, "of other people's songs is for operators")
	d.may(t, bob, "queue remove "+old)
	d.may(t, bob, "queue "+old)
}

func TestOwnSongs(t *testing.T) {
	d, _ := timed(t)
	d.Spoke(irc("x", "")) // a vote would need two
	d.Spoke(irc("y", ""))
	bob, cid := irc("bob", ""), irc("cid", "cid")
	mine := d.may(t, bob, "new").Song.Code
	d.mayNot(t, cid, "title now Mine", "title of other people's songs is for operators")
	d.may(t, bob, "title now Mine")
	d.may(t, cid, "skip", "your vote to skip", "more skips are needed")
	d.may(t, bob, "skip", "nothing waits: silence")
	// Whoever queued it had it played, whoever had it composed.
	d.may(t, cid, "queue "+mine)
	d.ok(t, "skip")
	d.may(t, bob, "skip", "your vote to skip")
	d.may(t, cid, "skip", "nothing waits")
	// The air went on by itself, and the station started anew meanwhile.
	d.ok(t, "new")
	d.may(t, bob, "queue "+mine)
	r, err := d.db.Resume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.db.Started(t.Context(), r.Air.Turn, r.Queue[0].Queue, mine); err != nil {
		t.Fatal(err)
	}
	d.air.hear(command.Now{State: command.Playing, Code: mine, Queue: r.Queue[0].Queue})
	d = d.restart(t)
	d.Spoke(irc("x", ""))
	d.Spoke(irc("y", ""))
	d.may(t, cid, "skip", "your vote to skip")
	d.may(t, bob, "skip", "nothing waits")
	// The same, where the store has not heard of it yet.
	d.ok(t, "new")
	d.may(t, bob, "queue "+mine)
	if r, err = d.db.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.air.hear(command.Now{State: command.Playing, Code: mine, Queue: r.Queue[0].Queue})
	d.may(t, cid, "skip", "your vote to skip")
	d.may(t, bob, "skip", "nothing waits")
}

// TestStrangersEndNoLoop: a rating counts, but the loop goes on.
func TestStrangersEndNoLoop(t *testing.T) {
	d, _ := timed(t)
	d.Roles = []command.Grant{{Who: "op", Role: command.RoleOperator}}
	d.ok(t, "new")
	d.may(t, irc("op", "op"), "loop now")
	if r := d.may(t, irc("bob", ""), "rate now 2"); strings.Contains(r.Text, "loop") || d.air.Now().State != command.Looping {
		t.Errorf("got %s", r.Text)
	}
	d.may(t, irc("op", "op"), "rate now 4", "the loop is over")
}

func TestVoteToSkip(t *testing.T) {
	d, c := timed(t)
	a, b, e := irc("a", ""), irc("b", "b"), irc("e", "")
	d.mayNot(t, a, "skip", "nothing is on the air and nothing waits")
	first := d.ok(t, "new").Song.Code // ann, at the console, has spoken too
	next := d.queued(t)
	d.Spoke(b)
	d.Spoke(on("lab", e))
	// Four are there: three must want it.
	d.may(t, a, "skip", `your vote to skip "Song 1" by House Cats counts: 2 more skips are needed`)
	d.mayNot(t, a, "skip", `you have voted to skip "Song 1" by House Cats already: 2 more skips are needed`)
	d.may(t, b, "skip", "1 more skip is needed")
	renamed := a
	renamed.Who, renamed.Host = "a2", "a2!~a@a.example.org"
	d.mayNot(t, renamed, "skip", "already: 1 more skip is needed")
	if now := d.air.Now(); now.Code != first {
		t.Fatal("skipped too early")
	}
	if r := d.may(t, on("lab", e), "skip"); r.Song == nil || r.Song.Code != next || !strings.HasPrefix(r.Text, "skipped with 3 votes of 4; on the air: ") {
		t.Errorf("got %+v", r)
	}
	// Votes are for one song.
	d.may(t, a, "skip", "2 more skips are needed")
	// A restart in the middle of a song forgets who was there, but no votes.
	d = d.restart(t)
	d.Spoke(a)
	d.Spoke(b)
	d.Spoke(on("lab", e))
	d.mayNot(t, a, "skip", "already: 1 more skip is needed")
	d.may(t, b, "skip", "skipped with 2 votes of 3; nothing waits")
	d.ok(t, "new")
	d.Spoke(a)
	d.may(t, b, "skip", "2 more skips are needed")
	// Who has left counts neither with a vote nor as somebody who might vote.
	c.pass(10 * time.Minute)
	d.Spoke(a)
	c.pass(5*time.Minute + time.Second)
	d.may(t, e, "skip", "1 more skip is needed")
	d.may(t, a, "skip", "skipped with 2 votes of 2")
	// Alone one may as one likes.
	d.ok(t, "new")
	c.pass(16 * time.Minute)
	d.may(t, a, "skip", "skipped with 1 vote of 1")
	// After a stop there is nothing to vote on, and operators need not ask.
	d.queued(t)
	d.ok(t, "stop")
	d.mayNot(t, a, "skip", "nothing is on the air to skip")
	d.ok(t, "skip")
	d.ok(t, "skip")
}

// TestLoggingInIsNoSecondVote has somebody log in to services between two votes.
func TestLoggingInIsNoSecondVote(t *testing.T) {
	d, _ := timed(t)
	d.ok(t, "new")
	d.Spoke(irc("x", ""))
	d.Spoke(irc("y", ""))
	d.may(t, irc("a", ""), "skip", "2 more skips are needed") // of ann, a, x and y
	d.may(t, irc("a", "a"), "skip", "2 more skips are needed")
}

func TestShareOfVotes(t *testing.T) {
	for _, c := range []struct{ percent, people, want int }{
		{50, 1, 1}, {50, 2, 2}, {50, 3, 2}, {50, 4, 3}, {50, 5, 3}, {0, 9, 1}, {100, 4, 4}, {66, 3, 2}, {67, 3, 3}, {33, 3, 1}, {34, 3, 2},
	} {
		d, _ := timed(t)
		d.Limits.SkipShare = c.percent
		code := d.Do(t.Context(), command.Caller{Door: "auto", Who: "auto", Local: true}, "new").Song.Code // who counts not
		for i := range c.people {
			d.Spoke(irc(fmt.Sprint("n", i), ""))
		}
		got := 0
		for d.air.Now().Code == code && got < 20 {
			d.may(t, irc(fmt.Sprint("n", got), ""), "skip")
			got++
		}
		if got != c.want {
			t.Errorf("%d%% of %d: %d skips did it, want %d", c.percent, c.people, got, c.want)
		}
	}
}

// TestFailedVoteIsNoVote breaks the disk under a vote.
func TestFailedVoteIsNoVote(t *testing.T) {
	d, s := brokenDesk(t)
	code := d.ok(t, "new").Song.Code
	a, b := irc("a", ""), irc("b", "")
	d.Spoke(b)
	s.failCommit = &command.Sentence{Text: "the disk is full"}
	d.mayNot(t, a, "skip", "the disk is full")
	s.failCommit = nil
	d.may(t, a, "skip", "1 more skip is needed") // of ann, a and b
	s.failCommit = &command.Sentence{Text: "the disk is full"}
	d.mayNot(t, b, "skip", "the disk is full")
	if d.air.Now().Code != code {
		t.Error("skipped without the disk")
	}
	s.failCommit = nil
	d.may(t, b, "skip", "skipped with 2 votes of 3")
}

// TestAFloodOfStrangers: many people neither fill the memory nor stop those who are there.
func TestAFloodOfStrangers(t *testing.T) {
	d, c := timed(t)
	d.ok(t, "new")
	for i := range 12_000 {
		d.Spoke(irc(fmt.Sprint("n", i), ""))
	}
	d.may(t, irc("late", ""), "skip", "more skips are needed")
	c.pass(16 * time.Minute)
	d.Spoke(irc("late2", ""))
	d.mayNot(t, irc("late", ""), "skip", "already: 1 more skip is needed") // the same song still
	d.may(t, irc("late2", ""), "skip", "skipped with 2 votes of 2")
}
