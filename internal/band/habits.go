package band

import (
	"math/rand/v2"

	"bandstand/internal/song"
)

// habit is something that musicians of a role do: what it is called, where, and how.
// One hidden unit of a net can hold one.
type habit struct {
	words  string
	when   []Sense // all of these
	unless []Sense // none of these
	wishes []wished
}

type wished struct {
	wish Wish
	sign int // 1 or −1
}

func up(w Wish) []wished   { return []wished{{w, 1}} }
func down(w Wish) []wished { return []wished{{w, -1}} }

func on(s ...Sense) []Sense { return s }

// habits are what newborn robots of a role draw from: the common ways of players to
// make a part their own, in words that also describe a robot that has them.
var habits = map[string][]habit{
	song.Drums: {
		{"plays ghost notes before the backbeat", on(A), on(Back), up(Play)},
		{"plays ghost notes after the backbeat", on(E, Back), nil, up(Play)},
		{"leans on the off-beats", on(And), nil, up(Accent)},
		{"hammers the beats", on(Beat), nil, up(Accent)},
		{"opens the hi-hat before the one", on(And, Last), nil, up(Flourish)},
		{"opens the hi-hat before the third beat", on(And, Back), on(Last), up(Flourish)},
		{"drags into the backbeat every fourth bar", on(Beat, Back, Fourth), nil, up(Flourish)},
		{"thins out under long notes", on(And, SungHold), nil, down(Play)},
		{"answers the singer", on(And, SungRest), nil, up(Play)},
		{"drags the backbeat", on(Beat, Back), nil, up(Late)},
		{"pushes the backbeat", on(Beat, Back), nil, down(Late)},
		{"lays the off-beats back", on(And), nil, up(Late)},
		{"kicks into the changes", on(And, Before), nil, []wished{{Play, 1}, {Degree, -1}}},
		{"doubles the hats when it gets loud", on(A, Energy), nil, []wished{{Play, 1}, {Degree, 1}}},
		{"leaves the last off-beat empty", on(And, Last), nil, down(Play)},
	},
	song.Bass: {
		{"plays approach notes", on(And, Before), nil, up(Flourish)},
		{"jumps the octave off the beat", on(And, Own), on(First), up(Degree)},
		{"climbs the octave every other bar", on(Own, Pair, Last), nil, up(Degree)},
		{"takes the fifth on the third beat", on(Beat, Own), on(First, Back), down(Degree)},
		{"plays the off-beats short", on(And), nil, down(Length)},
		{"clips the beats", on(Beat), nil, down(Length)},
		{"plays every kick", on(Kick), on(Own), up(Play)},
		{"makes room for the singer", on(And, SungOn), nil, down(Play)},
		{"fills where the singer rests", on(Last, SungRest), on(Own), up(Play)},
		{"sits behind the beat", on(Beat), nil, up(Late)},
		{"leans into the beat", on(Beat), nil, down(Late)},
		{"skips notes after the second beat", on(And, Back), on(Last), down(Play)},
		{"pops the off-beats", on(And), nil, up(Accent)},
		{"digs into the one", on(First), nil, up(Accent)},
	},
	song.Chords: {
		{"pushes the changes", on(And, Before), nil, up(Flourish)},
		{"pushes every other bar line", on(And, Pair, Last), nil, up(Flourish)},
		{"leaves out the third beat", on(Beat, Own), on(First, Back), down(Play)},
		{"leaves out the last off-beat", on(And, Last), nil, down(Play)},
		{"leaves out the backbeat", on(Beat, Back, Pair), nil, down(Play)},
		{"stabs where the singer rests", on(And, SungRest), on(Own), up(Play)},
		{"thins out under the tune", on(SungOn), nil, down(Degree)},
		{"opens the chords when it gets loud", on(Own, Energy), nil, up(Degree)},
		{"opens the chords in every other bar", on(Own, Pair), nil, up(Degree)},
		{"clips the off-beats", on(And), nil, down(Length)},
		{"clips the beats", on(Beat), nil, down(Length)},
		{"lets the one ring", on(First), nil, up(Length)},
		{"accents the backbeat", on(Beat, Back), nil, up(Accent)},
		{"leans on the off-beats", on(And), nil, up(Accent)},
		{"comes a shade late", on(Own), nil, up(Late)},
		{"comes a shade early", on(Own), nil, down(Late)},
		{"steps aside for the singer", on(And, SungOn), nil, down(Play)},
	},
	song.Pad: {
		{"swells every other bar", on(Pair), nil, up(Accent)},
		{"thins out under the tune", on(SungOn), nil, down(Degree)},
		{"opens out when it gets loud", on(Own, Energy), nil, up(Degree)},
		{"opens out in every other bar", on(Own, Pair), nil, up(Degree)},
		{"breathes every fourth bar", on(Own, Fourth), nil, down(Length)},
		{"strikes again in the middle of the bar", on(Beat), on(First, Back, Own), up(Play)},
		{"moves where the singer rests", on(Beat, SungRest), on(Own), up(Play)},
		{"comes in late", on(Own), nil, up(Late)},
		{"marks the changes", on(Own, Change), nil, up(Accent)},
		{"creeps into a section", on(Starts), nil, down(Accent)},
	},
	song.Arp: {
		{"reaches up off the beat", on(And, Own), nil, up(Degree)},
		{"dips on the beats", on(Beat, Own), on(First), down(Degree)},
		{"climbs in every other bar", on(Own, Pair), on(First), up(Degree)},
		{"stops short of the bar line", on(And, Last), nil, down(Play)},
		{"leaves out a note after the second beat", on(And, Back), on(Last), down(Play)},
		{"ducks the tune", on(SungOn, Own), on(First), down(Play)},
		{"fills where the singer rests", on(And, SungRest), on(Own), up(Play)},
		{"leans on the off-beats", on(And), nil, up(Accent)},
		{"leans on the beats", on(Beat), nil, up(Accent)},
		{"picks short", on(Own), nil, down(Length)},
		{"lets the beats ring", on(Beat), nil, up(Length)},
	},
	song.Lead: ofTunes, song.Solo: ofTunes, song.Counter: ofTunes,
}

// ofTunes are the habits of those who play tunes.
var ofTunes = []habit{
	{"leans on the off-beats", on(And), nil, up(Accent)},
	{"leans on the beats", on(Beat), nil, up(Accent)},
	{"swells on the way up", on(Rise), nil, up(Accent)},
	{"digs into the one", on(First, Beat), nil, up(Accent)},
	{"cuts long notes short", on(Long), nil, down(Length)},
	{"holds notes to the last", on(Own), on(Long), up(Length)},
	{"dabs the off-beats", on(And), nil, down(Length)},
	{"comes late to long notes", on(Long), nil, up(Late)},
	{"lays back off the beat", on(And), nil, up(Late)},
	{"hurries off the beat", on(And), nil, down(Late)},
	{"slides into long notes", on(Long, Beat), nil, up(Flourish)},
	{"creeps into a section", on(Starts), nil, down(Accent)},
}

// The shape of a habit in a net. A unit is far below 0 until all its senses are
// there, and the wish's bias takes away what it says until then.
const (
	newborn  = 4          // habits of a newborn robot, at most; half of them may have one more
	noted    = 3          // of them change what is played, not only how
	tastes   = 2          // units that lean a little this way or that
	mildest  = .75        // half of what it then adds to a wish: .75 is tanh 1.5 = .9
	keenest  = 1.1        //
	faintest = weight / 8 // a taste's weight on a wish
)

// born is the net of a newborn robot: a few habits of its role, fully learnt, and a
// faint taste of its own in force, length and time.
func born(role string, r *rand.Rand) Net {
	n := Net{w: make([]int8, weights)}
	known := habits[role]
	if len(known) == 0 {
		return Net{}
	}
	count, unit := newborn+r.IntN(2), 0
	tuneful := role == song.Lead || role == song.Solo || role == song.Counter
	used := map[Wish]int{}
	var colours []habit // those that leave the notes as they are wait for their turn; a tune's always do
	for _, i := range r.Perm(len(known)) {
		h := known[i]
		if first := h.wishes[0].wish; first == Accent || first == Length || first == Late || tuneful {
			colours = append(colours, h)
		} else if unit < noted && used[first] < 2 {
			used[first]++
			n.learn(unit, h, mildest+(keenest-mildest)*r.Float64())
			unit++
		}
	}
	for _, h := range colours {
		if first := h.wishes[0].wish; unit < count && used[first] == 0 { // not three ways of coming late
			used[first]++
			n.learn(unit, h, mildest+(keenest-mildest)*r.Float64())
			unit++
		}
	}
	for range tastes {
		n.lean(unit, r)
		unit++
	}
	return n
}

// learn puts a habit into a hidden unit.
func (n Net) learn(unit int, h habit, force float64) {
	row := n.w[unit*(int(numSenses)+1):]
	each := 4.0
	if len(h.when) > 2 {
		each = 3
	}
	for _, s := range h.when {
		row[s] = quantum(each)
	}
	for _, s := range h.unless {
		row[s] = quantum(-each)
	}
	row[numSenses] = quantum(each/2 - each*float64(len(h.when)))
	for _, w := range h.wishes {
		v := quantum(float64(w.sign) * force)
		n.out(w.wish)[unit] += v
		n.out(w.wish)[hidden] += v
	}
}

// lean puts a taste into a hidden unit: two senses of where in the bar, with a small
// say on force, length and time.
func (n Net) lean(unit int, r *rand.Rand) {
	row := n.w[unit*(int(numSenses)+1):]
	for range 2 {
		row[r.IntN(int(Fourth))] += int8(r.IntN(4*weight+1) - 2*weight)
	}
	for _, w := range []Wish{Accent, Length, Late} {
		n.out(w)[unit] = int8(r.IntN(2*faintest+1) - faintest)
	}
}

// out is the row of a wish: its hidden units, then its bias.
func (n Net) out(w Wish) []int8 {
	from := hidden*(int(numSenses)+1) + int(w)*(hidden+1)
	return n.w[from : from+hidden+1]
}

// quantum is a weight as it is kept.
func quantum(x float64) int8 {
	x *= weight
	if x < 0 {
		return int8(max(-127, x-.5))
	}
	return int8(min(127, x+.5))
}

// Habits is what a robot does, in words such as "answers the singer": those of its
// roles that its net obeys, at most n, the surest first.
func (r Robot) Habits(n int) []string {
	var out []string
	var sure []int
	for _, h := range habits[r.Role] {
		s := r.Net.obeys(h)
		if s < Yes {
			continue
		}
		at := 0
		for at < len(sure) && sure[at] >= s {
			at++
		}
		out = append(out[:at], append([]string{h.words}, out[at:]...)...)
		sure = append(sure[:at], append([]int{s}, sure[at:]...)...)
	}
	return out[:min(n, len(out))]
}

// obeys is how strongly a net wishes what a habit is about where it applies, less
// what it wishes anyway.
func (n Net) obeys(h habit) int {
	var here, elsewhere Senses
	for _, s := range h.when {
		here[s] = One
	}
	at, before := n.Ask(&here), n.Ask(&elsewhere)
	least := Full
	for _, w := range h.wishes {
		least = min(least, w.sign*(at[w.wish]-before[w.wish]))
	}
	return least
}
