// Package compose turns a brief into a whole song: form, harmony, melody and the
// parts of the band, with an ending.
//
// It is pure: the same brief, styles and Version give the same song, note for note.
// Nothing depends on the clock, on map order or on another song, and every part
// draws from its own named stream of random numbers, so that another drummer leaves
// the melody alone. It does no I/O and starts no goroutines; a Composer may be used
// by any number of them.
package compose

import (
	"context"
	"fmt"
	"math"
	"strings"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// Version is the version of the composer. It changes whenever the same brief may
// give another song.
const Version = 2

// What a brief may ask for.
const (
	MinTempo = 20
	MaxTempo = 400
	MinBars  = 4
	MaxBars  = 1000
)

// Brief is what to compose. Zero fields are free.
type Brief struct {
	Style string
	Key   theory.Key // a mode of theory.AnyMode is the style's own choice for the tonic
	Tempo float64    // quarter notes a minute, 20–400
	Bars  int        // 4–1000, obeyed exactly
	Meter song.Meter // as near as the style can
	Seed  uint64
	Band  *band.Band // nil: one of the style's house bands, by seed
}

// Composer composes songs in the styles of a set.
type Composer struct {
	styles *style.Set
	house  map[string][]uint64 // seeds of the house bands by style
}

// New makes a composer for a set of styles.
func New(styles *style.Set) *Composer { return &Composer{styles, houseSeeds(styles)} }

// houseSeeds deals names to the house bands of all styles so that no two are alike.
// The built-in styles come first: their bands are the same whatever files there are.
func houseSeeds(styles *style.Set) map[string][]uint64 {
	seeds, taken := map[string][]uint64{}, map[string]bool{}
	for _, name := range append(styles.Embedded(), styles.Names()...) {
		if seeds[name] == nil {
			seeds[name] = band.HouseSeeds(name, taken)
		}
	}
	return seeds
}

// Info is a style for a list of styles.
type Info struct {
	Name, About string
	Aliases     []string
	Tempo       style.Span // quarter notes a minute at which it is happiest
	Meters      []song.Meter
	Modes       []theory.Mode
	Own         bool   // from a file of the user's
	Fault       string // what is wrong with the user's file of its name, "" for nothing
}

// Styles lists the styles, sorted by name.
func (c *Composer) Styles() []Info {
	var out []Info
	for _, name := range c.styles.Names() {
		st, err := c.styles.Get(name)
		if err != nil {
			continue
		}
		info := Info{Name: st.Name, About: st.About, Aliases: st.Aliases, Tempo: st.Tempo, Meters: st.Meters(), Own: c.styles.IsOwn(name)}
		for _, m := range theory.Modes() {
			if st.Modes.Weight(m) > 0 {
				info.Modes = append(info.Modes, m)
			}
		}
		if fault, broken := c.styles.Fault(name); broken {
			info.Fault = fault.Err.Error()
		}
		out = append(out, info)
	}
	return out
}

// NewBand makes a band for a style, or for one of the built-in styles, by seed,
// where the style is "".
func (c *Composer) NewBand(styleName string, seed uint64) (band.Band, error) {
	st, err := c.style(styleName, seed)
	if err != nil {
		return band.Band{}, err
	}
	return band.New(st.Name, st.Roles(), seed), nil
}

// House is the house bands of all styles, by style name.
func (c *Composer) House() []band.Band {
	var out []band.Band
	for _, name := range c.styles.Names() {
		if st, err := c.styles.Get(name); err == nil {
			out = append(out, band.House(st.Name, st.Roles(), c.house[st.Name])...)
		}
	}
	return out
}

// Player is a robot with its instruments.
type Player struct {
	Robot       band.Robot
	Instruments []string // one a role of the robot's: "tenor sax"; "" where the style has no part for it
}

// Lineup is who plays what in a band, in the order of its robots. The error says
// that the band's style is not there.
func (c *Composer) Lineup(b band.Band) ([]Player, error) {
	st, err := c.styles.Get(b.Style)
	if err != nil {
		return nil, err
	}
	sc := score{terms: terms{style: st, band: b}}
	out := make([]Player, len(b.Robots))
	for i, r := range b.Robots {
		out[i].Robot = r
		for _, role := range r.Roles() {
			name := ""
			if st.Part(role) != nil {
				name = sc.instrument(role).Name
			}
			out[i].Instruments = append(out[i].Instruments, name)
		}
	}
	return out, nil
}

// Compose makes the song of a brief. Remarks are sentences about what it could not
// do as asked. An error is a sentence about what is wrong with the brief, or the
// context's.
func (c *Composer) Compose(ctx context.Context, b Brief) (*song.Song, []string, error) {
	if err := b.check(); err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("composing: %w", err)
	}
	st, err := c.style(b.Style, b.Seed)
	if err != nil {
		return nil, nil, err
	}
	sc := newScore(st, b, c.house[st.Name])
	if fault, broken := c.styles.Fault(st.Name); broken {
		sc.remark("%s; played %s", fault.Err, map[bool]string{true: "what the file said before", false: "the built-in " + st.Name}[fault.Kept])
	}
	sc.writePlain(b.Bars)
	sc.bendParts()
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("composing: %w", err)
	}
	s := sc.perform()
	if err := s.Validate(); err != nil {
		return nil, nil, fmt.Errorf("composing: the song came out wrong: %w", err)
	}
	return s, sc.remarks, nil
}

// writePlain writes the song as it is before its robots bend it: form, harmony and the
// plain arrangement.
func (sc *score) writePlain(bars int) {
	sc.planForm(bars)
	sc.chooseEnding(bars)
	sc.harmonise()
	sc.arrange()
}

func (b Brief) check() error {
	if b.Tempo != 0 && !(b.Tempo >= MinTempo && b.Tempo <= MaxTempo) {
		return fmt.Errorf("a tempo of %g is not possible: choose %d to %d", b.Tempo, MinTempo, MaxTempo)
	}
	if b.Bars != 0 && (b.Bars < MinBars || b.Bars > MaxBars) {
		return fmt.Errorf("a song needs %d to %d bars, not %d", MinBars, MaxBars, b.Bars)
	}
	if b.Key.Tonic > 11 {
		return fmt.Errorf("there is no tonic %d: choose 0 (C) to 11 (B)", b.Key.Tonic)
	}
	if b.Key.Mode != "" && b.Key.Mode != theory.AnyMode && !b.Key.Mode.Known() {
		return fmt.Errorf("there is no mode %q: choose major, minor, dorian or mixolydian", b.Key.Mode)
	}
	if b.Meter != (song.Meter{}) {
		if _, err := style.ParseMeter(fmt.Sprintf("%d/%d", b.Meter.Beats, b.Meter.Unit)); err != nil {
			return err
		}
	}
	return nil
}

// style is the style of a name, or one of the built-in ones by seed.
func (c *Composer) style(name string, seed uint64) (*style.Style, error) {
	if name == "" {
		own := c.styles.Embedded()
		if len(own) == 0 {
			return nil, fmt.Errorf("there are no styles")
		}
		name = own[stream(seed, "style").IntN(len(own))]
	}
	return c.styles.Get(name)
}

// newScore settles what holds for the whole song: band, tempo, key and swing. Where
// the brief has no band, one of the house bands of these seeds plays.
func newScore(st *style.Style, b Brief, house []uint64) *score {
	sc := &score{terms: terms{style: st, seed: b.Seed}, fitters: map[*section]*fitter{}}
	sc.chooseMeter(b.Meter)
	sc.band = sc.chooseBand(b.Band, house)
	sc.tempo = sc.chooseTempo(b.Tempo)
	sc.key = sc.chooseKey(b.Key)
	r := sc.stream("swing")
	sc.swing8 = between(r, sc.style.Swing.Eighths)
	sc.swing16 = between(r, sc.style.Swing.Sixteenths)
	return sc
}

// chooseMeter takes the style as it is played in the metre asked for, or in the
// nearest that it knows.
func (sc *score) chooseMeter(asked song.Meter) {
	if asked != (song.Meter{}) {
		sc.style = sc.style.Nearest(asked)
		if got := sc.style.Meter; got != asked {
			sc.remark("%s is not played in %d/%d; took %d/%d", sc.style.Name, asked.Beats, asked.Unit, got.Beats, got.Unit)
		}
	}
	sc.meter, sc.bar = sc.style.Meter, sc.style.StepsPerBar()
}

func (sc *score) chooseBand(b *band.Band, house []uint64) band.Band {
	roles := sc.style.Roles()
	if b == nil {
		return band.New(sc.style.Name, roles, house[sc.stream("band").IntN(len(house))])
	}
	if b.Style != "" && b.Style != sc.style.Name {
		sc.remark("%s usually play %s; this is their first %s", b.Name, b.Style, sc.style.Name)
	}
	whole, guests := b.Whole(sc.style.Name, roles)
	if len(guests) > 0 {
		sc.remark("%s: with %s as guests", b.Name, strings.Join(guests, ", "))
	}
	return whole
}

// chooseTempo obeys a tempo as far as the style can stretch: half as fast again,
// or two thirds as fast, as where it is happiest.
func (sc *score) chooseTempo(asked float64) float64 {
	low, high := sc.style.Tempo[0], sc.style.Tempo[1]
	if asked == 0 {
		r := sc.stream("tempo")
		return math.Round(low + (high-low)*(r.Float64()+r.Float64())/2)
	}
	tempo := min(max(asked, low/1.5, MinTempo), high*1.5, MaxTempo)
	if tempo != asked {
		tempo = math.Round(tempo)
	}
	if asked < low || asked > high {
		sc.remark("%s is happiest at %g–%g BPM; took %g", sc.style.Name, low, high, tempo)
	}
	return tempo
}

// keyWeights favours keys that bands like to play in, from C upwards.
var keyWeights = []float64{5, 1, 4, 3, 4, 4, 1, 5, 2, 4, 3, 1}

func (sc *score) chooseKey(asked theory.Key) theory.Key {
	if asked.Mode == theory.AnyMode {
		return theory.Key{Tonic: asked.Tonic, Mode: usualMode(sc.style)}
	}
	if asked.Mode != "" {
		if sc.style.Modes.Weight(asked.Mode) == 0 {
			sc.remark("%s hardly ever goes %s; it did its best", sc.style.Name, asked.Mode)
		}
		return asked
	}
	r := sc.stream("key")
	modes := theory.Modes()
	weights := make([]float64, len(modes))
	for i, m := range modes {
		weights[i] = sc.style.Modes.Weight(m)
	}
	mode := modes[weighted(r, weights)]
	tonic := theory.PitchClass(weighted(r, keyWeights))
	if mode.MinorThird() {
		tonic = (tonic + 9) % 12
	}
	return theory.Key{Tonic: tonic, Mode: mode}
}

// usualMode is what players of a style mean by a tonic alone: its heaviest mode with a
// major third, as "in E" is E mixolydian to a blues band and E major to a pop band, or
// where it has none its heaviest mode.
func usualMode(st *style.Style) theory.Mode {
	best, bestWeight := theory.Major, 0.0
	for _, minor := range []bool{false, true} {
		for _, m := range theory.Modes() {
			if w := st.Modes.Weight(m); m.MinorThird() == minor && w > bestWeight {
				best, bestWeight = m, w
			}
		}
		if bestWeight > 0 {
			break
		}
	}
	return best
}
