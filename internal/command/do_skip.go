package command

import "fmt"

func doSkip(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		st, err := c.Air()
		if err != nil {
			return Reply{}, err
		}
		q, err := c.Queue()
		if err != nil {
			return Reply{}, err
		}
		if len(q) == 0 && c.now.State == Silent && !st.Auto {
			return Reply{}, sayf("nothing is on the air and nothing waits: new composes a song")
		}
		own := r.role >= RolePlayer && st.State != Silent && st.Person == r.caller.person()
		if r.role >= RoleOperator || own {
			return c.next()
		}
		return r.vote(c, st)
	})
}

// vote counts the caller's vote to skip what is heard, and skips it where that is
// enough. Votes of people who have not spoken for a while count no more.
func (r *request) vote(c *change, st AirState) (Reply, error) {
	if st.State == Silent {
		return Reply{}, sayf("nothing is on the air to skip; new composes a song")
	}
	info, err := c.Song(st.Code)
	if err != nil {
		return Reply{}, err
	}
	before, err := c.Votes(st.Turn, st.Queue)
	if err != nil {
		return Reply{}, err
	}
	people, me := r.table.present(), r.caller.person()
	people[me] = true
	voted, votes := false, 1
	for _, person := range before {
		switch {
		case person == me:
			voted = true
		case people[person]:
			votes++
		}
	}
	missing := r.table.Limits.votes(len(people)) - votes
	if voted && missing > 0 {
		return Reply{}, sayf("you have voted to skip %s already: %s", info.name(), missingText(missing))
	}
	if err := c.Vote(st.Turn, st.Queue, me); err != nil {
		return Reply{}, err
	}
	if missing > 0 {
		return Reply{Text: fmt.Sprintf("your vote to skip %s counts: %s", info.name(), missingText(missing))}, nil
	}
	reply, err := c.next()
	reply.Text = fmt.Sprintf("skipped with %s of %d; %s", count(votes, "vote"), len(people), reply.Text)
	return reply, err
}

// votes is how many must want to skip where so many spoke lately.
func (l Limits) votes(people int) int { return min(people, people*l.SkipShare/100+1) }

func missingText(n int) string {
	if n == 1 {
		return "1 more skip is needed"
	}
	return fmt.Sprintf("%d more skips are needed", n)
}
