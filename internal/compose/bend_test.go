package compose

import (
	"encoding/base64"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
)

// arranged is the plain arrangement of a brief, before nets and performance.
func arranged(t testing.TB, c *Composer, b Brief) *score {
	t.Helper()
	st, err := c.styles.Get(b.Style)
	if err != nil {
		t.Fatal(err)
	}
	sc := newScore(st, b, houseAlone(st.Name))
	sc.writePlain(b.Bars)
	return sc
}

// eventsOf are the parts' events by role, by time and pitch.
func eventsOf(sc *score) map[string][]event {
	out := map[string][]event{}
	for _, p := range sc.parts {
		out[p.role] = slices.Clone(p.events)
		slices.SortStableFunc(out[p.role], func(a, b event) int {
			if a.at != b.at {
				return int(a.at - b.at)
			}
			return int(a.pitch) - int(b.pitch)
		})
	}
	return out
}

// withNets is a band with other nets: nil is the zero net, else each is drawn from
// all that there can be.
func withNets(t testing.TB, b band.Band, r *rand.Rand) band.Band {
	t.Helper()
	b.Robots = slices.Clone(b.Robots)
	for i := range b.Robots {
		n := &b.Robots[i].Net
		text, err := n.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
		if r != nil {
			for k := range raw {
				raw[k] = byte(r.Uint32())
			}
		}
		if err := n.UnmarshalText([]byte(base64.RawStdEncoding.EncodeToString(raw))); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// TestZeroNetIsThePlainArrangement compares event for event, and the performed songs
// note for note with those of robots from before there were nets.
func TestZeroNetIsThePlainArrangement(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		for seed := range uint64(3) {
			newborn, err := c.NewBand(info.Name, seed)
			if err != nil {
				t.Fatal(err)
			}
			zero := withNets(t, newborn, nil)
			sc := arranged(t, c, Brief{Style: info.Name, Seed: seed, Band: &zero})
			plain := eventsOf(sc)
			sc.bendParts()
			if !reflect.DeepEqual(plain, eventsOf(sc)) {
				t.Errorf("%s seed %d: a net of zeros bends the arrangement", info.Name, seed)
			}
			old := zero
			old.Version, old.Robots = 1, slices.Clone(zero.Robots)
			for i := range old.Robots {
				old.Robots[i].Net = band.Net{}
			}
			a, b := compose(t, c, Brief{Style: info.Name, Seed: seed, Band: &old}), compose(t, c, Brief{Style: info.Name, Seed: seed, Band: &zero})
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s seed %d: an old band without nets plays another song", info.Name, seed)
			}
			if seed == 0 {
				if bent := compose(t, c, Brief{Style: info.Name, Seed: seed, Band: &newborn}); reflect.DeepEqual(a.Parts, bent.Parts) {
					t.Errorf("%s: newborn robots play the plain arrangement", info.Name)
				}
			}
		}
	}
}

// TestNetsBreakNothing bends songs of every style with nets of newborn robots and
// with nets full of noise, and wants every guard rail to hold.
func TestNetsBreakNothing(t *testing.T) {
	c := composer(t)
	for i, info := range c.Styles() {
		t.Run(info.Name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, uint64(i)))
			for seed := range *songs / 2 {
				players, err := c.NewBand(info.Name, seed)
				if err != nil {
					t.Fatal(err)
				}
				wild := seed%2 == 1
				if wild {
					players = withNets(t, players, r)
				}
				b := Brief{Style: info.Name, Seed: seed, Band: &players}
				checkBent(t, arranged(t, c, b), wild)
				checkSong(t, c, compose(t, c, b))
			}
		})
	}
}

// checkBent bends a score and compares it with what it was.
func checkBent(t *testing.T, sc *score, wild bool) {
	t.Helper()
	plain, h := eventsOf(sc), sc.listen()
	sc.bendParts()
	bent := eventsOf(sc)
	for role, events := range bent {
		low, high := sc.registerOf(role)
		for _, e := range events {
			if role != song.Drums && (e.pitch < low || e.pitch > high) {
				t.Errorf("%s seed %d: %s bent to pitch %d, outside %d–%d", sc.style.Name, sc.seed, role, e.pitch, low, high)
			}
			if e.at < 0 || e.length < 1 || e.velocity < 1 || e.velocity > 150 || e.late < -30 || e.late > 30 {
				t.Errorf("%s seed %d: %s bent to %+v", sc.style.Name, sc.seed, role, e)
			}
		}
		end := ticks((sc.bars - 1) * sc.bar)
		if got, want := from(events, end), from(plain[role], end); !reflect.DeepEqual(got, want) {
			t.Errorf("%s seed %d: the last bar of %s is bent", sc.style.Name, sc.seed, role)
		}
		for bar := range sc.bars {
			a, b := ticks(bar*sc.bar), ticks((bar+1)*sc.bar)
			if struck(plain[role], a, b) != struck(events, a, b) {
				t.Errorf("%s seed %d: %s is silent in bar %d, or no longer", sc.style.Name, sc.seed, role, bar)
			}
		}
	}
	for _, role := range []string{song.Lead, song.Solo} {
		if !reflect.DeepEqual(notesOf(plain[role]), notesOf(bent[role])) {
			t.Errorf("%s seed %d: the net changed the notes of %s", sc.style.Name, sc.seed, role)
		}
	}
	checkGroove(t, sc, h, plain, bent, wild)
}

// checkGroove wants the bass's roots, its lock on the kick and the drums' frame kept.
func checkGroove(t *testing.T, sc *score, h *hearing, plain, bent map[string][]event, wild bool) {
	t.Helper()
	is := map[event]bool{}
	for _, e := range bent[song.Bass] {
		is[event{at: e.at, pitch: e.pitch}] = true
	}
	for _, e := range plain[song.Bass] {
		step := stepOf(e.at)
		if e.at%style.Step == 0 && (step%sc.bar == 0 || h.changes[step]) && !is[event{at: e.at, pitch: e.pitch}] {
			t.Errorf("%s seed %d: the bass lost its %d on a new chord at step %d", sc.style.Name, sc.seed, e.pitch, step)
		}
	}
	on, all := h.lock(plain[song.Bass])
	bentOn, bentAll := h.lock(bent[song.Bass])
	if before, after := float64(on)/float64(max(1, all)), float64(bentOn)/float64(max(1, bentAll)); before >= .7 && after < .7 {
		t.Errorf("%s seed %d: the bass was with the kick in %.2f of its notes, and is in %.2f", sc.style.Name, sc.seed, before, after)
	}
	clear(is)
	for _, e := range bent[song.Drums] {
		is[event{at: e.at, pitch: e.pitch}] = true
	}
	for _, e := range plain[song.Drums] {
		kind := drumOf(e.pitch)
		frame := kind == kickDrum || kind == crashDrum || kind == tomDrum || kind == backbeatDrum && e.velocity >= 60
		if frame && !is[event{at: e.at, pitch: e.pitch}] {
			t.Errorf("%s seed %d: drum %d at tick %d is gone (wild %v)", sc.style.Name, sc.seed, e.pitch, e.at, wild)
		}
	}
}

func from(events []event, at song.Tick) []event {
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool { return e.at < at })
}

func struck(events []event, from, to song.Tick) bool {
	return slices.ContainsFunc(events, func(e event) bool { return e.at >= from && e.at < to && e.at%style.Step == 0 })
}

// notesOf is a melody's notes without graces: when and what.
func notesOf(events []event) []event {
	var out []event
	for _, e := range events {
		if e.length >= 60 {
			out = append(out, event{at: e.at, pitch: e.pitch})
		}
	}
	return out
}

// TestAlikeBarsStayAlike wants nets to bend patterns, not to scatter notes: drums of
// newborn robots repeat themselves nearly as much as the plain ones, bar against all
// other bars.
func TestAlikeBarsStayAlike(t *testing.T) {
	c := composer(t)
	all, allPlain, styles := 0.0, 0.0, 0.0
	for _, info := range c.Styles() {
		sum, sumPlain, n := 0.0, 0.0, 0
		for seed := range *songs / 2 {
			players, err := c.NewBand(info.Name, seed)
			if err != nil {
				t.Fatal(err)
			}
			sc := arranged(t, c, Brief{Style: info.Name, Seed: seed, Band: &players})
			plain := eventsOf(sc)[song.Drums]
			if plain == nil {
				continue
			}
			sc.bendParts()
			sumPlain += likeness(sc, plain)
			sum += likeness(sc, eventsOf(sc)[song.Drums])
			n++
		}
		if n == 0 {
			continue
		}
		t.Logf("%-9s bars of the drums alike: plain %.3f, bent %.3f", info.Name, sumPlain/float64(n), sum/float64(n))
		all, allPlain, styles = all+sum/float64(n), allPlain+sumPlain/float64(n), styles+1
		if sum < sumPlain-.1*float64(n) {
			t.Errorf("%s: bent drums repeat themselves far less: %.3f, plain %.3f", info.Name, sum/float64(n), sumPlain/float64(n))
		}
	}
	if all < allPlain-.02*styles {
		t.Errorf("bent drums repeat themselves less: %.3f, plain %.3f", all/styles, allPlain/styles)
	}
}

// likeness is the mean Dice overlap of each bar's strokes with every other bar's, 0–1.
func likeness(sc *score, events []event) float64 {
	bars := make([]map[event]bool, sc.bars)
	for _, e := range events {
		bar := stepOf(e.at) / sc.bar
		if bars[bar] == nil {
			bars[bar] = map[event]bool{}
		}
		bars[bar][event{at: e.at % sc.meter.BarTicks(), pitch: e.pitch}] = true
	}
	sum, n := 0.0, 0
	for i, a := range bars {
		for _, b := range bars[:i] {
			if len(a) == 0 || len(b) == 0 {
				continue
			}
			both := 0
			for e := range a {
				if b[e] {
					both++
				}
			}
			sum += 2 * float64(both) / float64(len(a)+len(b))
			n++
		}
	}
	return sum / float64(max(1, n))
}

// TestTheTuneIsTheSongs wants two bands to sing the same tune, whatever their singers
// and instruments: the same notes at the same times, an octave aside. Solos are the
// players' own.
func TestTheTuneIsTheSongs(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		var first map[[2]int]bool
		for seed := range uint64(band.HouseBands) {
			players, err := c.NewBand(info.Name, seed)
			if err != nil {
				t.Fatal(err)
			}
			sc := arranged(t, c, Brief{Style: info.Name, Seed: 5, Bars: 64, Tempo: 100, Band: &players})
			sung := map[[2]int]bool{}
			for _, n := range sc.tune {
				if s := sc.sectionAt(n.at / sc.bar); s.spec.Tune != "solo" && sc.singer(s) != song.Solo {
					sung[[2]int{n.at, (n.pitch + 24) % 12}] = true
				}
			}
			if first == nil {
				first = sung
				continue
			}
			both := 0
			for n := range sung {
				if first[n] {
					both++
				}
			}
			if share := 2 * float64(both) / float64(len(first)+len(sung)); share < .95 {
				t.Errorf("%s: the band of seed %d sings %.2f of the tune", info.Name, seed, share)
			}
		}
	}
}

// BenchmarkBend bends whole songs of all styles in turn.
func BenchmarkBend(b *testing.B) {
	c := composer(b)
	var scores []*score
	for i, info := range c.Styles() {
		scores = append(scores, arranged(b, c, Brief{Style: info.Name, Seed: uint64(i)}))
	}
	for i := 0; b.Loop(); i++ {
		sc := *scores[i%len(scores)]
		sc.parts = slices.Clone(sc.parts)
		sc.bendParts()
	}
}
