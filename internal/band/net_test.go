package band

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"bandstand/internal/song"
)

func randomNet(r *rand.Rand) Net {
	n := Net{w: make([]int8, weights)}
	for i := range n.w {
		n.w[i] = int8(r.Uint32())
	}
	return n
}

func randomSenses(r *rand.Rand) (in Senses) {
	for i := range in {
		in[i] = int8(r.IntN(2*One+1) - One)
	}
	return in
}

func TestZeroNetWishesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []Net{{}, {w: make([]int8, weights)}, {w: make([]int8, 5)}} {
		for range 100 {
			in := randomSenses(r)
			if out := n.Ask(&in); out != (Wishes{}) {
				t.Fatalf("a net of %d zeros wishes %v", len(n.w), out)
			}
		}
	}
}

// TestNetAgainstFloats computes the same net with floating point numbers.
func TestNetAgainstFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		n, in := randomNet(r), randomSenses(r)
		for i := range n.w { // small weights, so that tanh is not flat
			n.w[i] /= 16
		}
		got := n.Ask(&in)
		var unit [hidden]float64
		for h := range unit {
			row := n.w[h*(int(numSenses)+1):]
			sum := float64(row[numSenses])
			for i, x := range in {
				sum += float64(row[i]) * float64(x) / One
			}
			unit[h] = math.Tanh(sum / weight)
		}
		for o := range got {
			row := n.out(Wish(o))
			sum := float64(row[hidden])
			for h, x := range unit {
				sum += float64(row[h]) * x
			}
			if want := math.Tanh(sum / weight); math.Abs(float64(got[o])/Full-want) > .1 {
				t.Errorf("wish %d is %.3f, with floats %.3f", o, float64(got[o])/Full, want)
			}
			if got[o] < -Full || got[o] > Full {
				t.Errorf("wish %d is %d", o, got[o])
			}
		}
	}
}

// TestTanhIsTheSameEverywhere wants no entry of the table near a tie of rounding,
// where machines could differ, and the entries to be what they were here.
func TestTanhIsTheSameEverywhere(t *testing.T) {
	h := fnv.New64a()
	for i, got := range tanh {
		x := Full * math.Tanh(float64(i-reach*steps)/steps)
		if _, part := math.Modf(math.Abs(x)); math.Abs(part-.5) < 1e-6 {
			t.Errorf("entry %d lies on a tie: %v", i, x)
		}
		h.Write([]byte{byte(got), byte(got >> 8)})
	}
	if got := h.Sum64(); got != tanhHash {
		t.Errorf("the table's hash is %#x, not %#x: old nets would play otherwise", got, uint64(tanhHash))
	}
}

func TestNetAsText(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 50 {
		n := randomNet(r)
		text, err := n.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Net
		if err := back.UnmarshalText(text); err != nil || !reflect.DeepEqual(n, back) {
			t.Fatalf("%v, or another net", err)
		}
	}
	b := New("pop", roles, 1)
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 4000 {
		t.Errorf("a band takes %d bytes", len(data))
	}
	if plain, err := json.Marshal(Robot{Name: "a", Role: song.Lead, Net: Net{w: make([]int8, weights)}}); err != nil || strings.Contains(string(plain), "net") {
		t.Errorf("a net of zeros is written: %s, %v", plain, err)
	}
	for _, bad := range []string{"!", "AAAA", strings.Repeat("A", 5000), "AA==", "\n"} {
		n := Net{}
		if err := n.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("read %.20q as a net", bad)
		}
	}
}

// TestNeighboursDiffer wants newborn robots of neighbouring seeds to have other nets
// and other habits, each a habit at least.
func TestNeighboursDiffer(t *testing.T) {
	for role := range habits {
		all := map[string]bool{}
		for seed := range uint64(100) {
			a, b := New("pop", []string{role}, seed).Robots[0], New("pop", []string{role}, seed+1).Robots[0]
			if reflect.DeepEqual(a.Net, b.Net) {
				t.Errorf("%s: seeds %d and %d have one net", role, seed, seed+1)
			}
			if len(a.Habits(9)) < 3 {
				t.Errorf("%s: the robot of seed %d has only the habits %q", role, seed, a.Habits(9))
			}
			for _, h := range a.Habits(9) {
				all[h] = true
			}
		}
		if len(all) != len(habits[role]) {
			t.Errorf("%s: %d habits occur of %d", role, len(all), len(habits[role]))
		}
	}
	if h := (Robot{Role: song.Drums}).Habits(9); len(h) != 0 {
		t.Errorf("a robot without a net has the habits %q", h)
	}
}

// TestNewbornsDoNotWreck wants a newborn's wishes for yes or no to be rare.
func TestNewbornsDoNotWreck(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for role := range habits {
		yes, n := 0, 0
		for seed := range uint64(60) {
			net := born(role, rand.New(rand.NewPCG(seed, 9)))
			for range 60 {
				in := Senses{}
				for _, s := range []Sense{Sense(r.IntN(4)), First + Sense(r.IntN(3)), SungOn + Sense(r.IntN(3)), Own} {
					in[s] = One
				}
				in[Pair], in[Fourth] = One*int8(r.IntN(2)), One*int8(r.IntN(2))
				w := net.Ask(&in)
				if n++; w[Play] >= Yes || w[Play] <= -Yes {
					yes++
				}
			}
		}
		if share := float64(yes) / float64(n); share > .35 {
			t.Errorf("%s: a newborn adds or leaves out something at %.2f of the steps", role, share)
		}
	}
}

func TestCast(t *testing.T) {
	for _, test := range []struct {
		roles, want string
	}{
		{"lead drums bass chords", "lead drums bass chords"},
		{"lead drums bass chords counter solo", "lead drums bass chords counter solo"},
		{"lead drums bass chords pad arp counter", "lead drums bass chords arp+pad counter"},
		{"lead drums bass chords pad counter solo", "lead drums bass chords counter+pad solo"},
		{"lead drums bass chords arp counter pad solo", "lead drums bass chords arp+pad counter+solo"},
	} {
		var got []string
		for _, r := range New("x", strings.Fields(test.roles), 1).Robots {
			got = append(got, strings.Join(r.Roles(), "+"))
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: cast as %s, not %s", test.roles, s, test.want)
		}
	}
}

// TestWhole wants a band in another style to keep its robots, with guests up to six
// and then their own hands.
func TestWhole(t *testing.T) {
	jazz := New("jazz", []string{"lead", "drums", "bass", "chords", "counter", "solo"}, 4)
	before, _ := json.Marshal(jazz)
	pop, guests := jazz.Whole("pop", []string{"lead", "drums", "bass", "chords", "pad", "arp"})
	if len(pop.Robots) != 6 || len(guests) != 0 {
		t.Errorf("%d robots, guests %q", len(pop.Robots), guests)
	}
	for _, role := range []string{"lead", "drums", "bass", "chords"} {
		a, _ := jazz.Robot(role)
		b, _ := pop.Robot(role)
		if a.Name != b.Name || !reflect.DeepEqual(a.Net, b.Net) || !reflect.DeepEqual(a.Genes, b.Genes) {
			t.Errorf("the robot of %s is another one", role)
		}
	}
	trio := New("jazz", []string{"lead", "bass", "drums"}, 4)
	with, guests := trio.Whole("pop", []string{"lead", "drums", "bass", "chords", "pad", "arp", "counter"})
	if len(guests) != 3 || with.Check() != nil || len(with.Robots) != 6 {
		t.Errorf("guests %q, %d robots, %v", guests, len(with.Robots), with.Check())
	}
	if after, _ := json.Marshal(jazz); string(after) != string(before) {
		t.Error("playing another style changed the band")
	}
}

func TestCheck(t *testing.T) {
	good := New("pop", quartet, 1)
	old := good
	old.Version = 1
	for _, b := range []Band{good, old} {
		if err := b.Check(); err != nil {
			t.Error(err)
		}
	}
	for want, spoil := range map[string]func(b *Band){
		"newer bandstand":           func(b *Band) { b.Version = Version + 1 },
		"no version":                func(b *Band) { b.Version = 0 },
		"no name":                   func(b *Band) { b.Robots[1].Name = "" },
		"no such role":              func(b *Band) { b.Robots[1].Role = "kazoo" },
		"two robots":                func(b *Band) { b.Robots[1].Also = []string{"lead"} },
		"more genes":                func(b *Band) { b.Robots[0].Genes = make([]float64, 99) },
		"more than there are roles": func(b *Band) { b.Robots = make([]Robot, 9) },
	} {
		b := New("pop", quartet, 1)
		spoil(&b)
		if err := b.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %q", err, want)
		}
	}
}

// FuzzBand reads anything as a band: what passes the check must be able to play and
// come back the same.
func FuzzBand(f *testing.F) {
	for seed := range uint64(3) {
		data, err := json.Marshal(New("pop", quartet, seed))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"version":1,"name":"Old","seed":"5","robots":[{"name":"A","role":"lead","genes":[0.5,1e300,-4]}]}`))
	f.Add([]byte(`{"version":2,"robots":[{"name":"A","role":"lead","net":"` + base64.RawStdEncoding.EncodeToString(make([]byte, weights)) + `"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b Band
		if json.Unmarshal(data, &b) != nil || b.Check() != nil {
			return
		}
		for _, r := range b.Robots {
			in := Senses{Beat: One, Own: One}
			for _, w := range r.Net.Ask(&in) {
				if w < -Full || w > Full {
					t.Errorf("a wish of %d", w)
				}
			}
			for _, g := range Genes() {
				if x := r.Gene(g); !(x >= 0 && x <= 1) {
					t.Errorf("gene %v is %g", g, x)
				}
			}
			_, _ = r.Character(), r.Habits(3)
		}
		again, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var back Band
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatalf("%v, of %s", err, again)
		}
		if third, err := json.Marshal(back); err != nil || string(third) != string(again) {
			t.Errorf("%s\nbecame %s", again, third)
		}
	})
}

const tanhHash = 0x73bc86160cf3f663
