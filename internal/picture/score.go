package picture

import (
	"math"
	"slices"
	"sort"

	"bandstand/internal/draw"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// span is a note as it is drawn: when it sounds, in seconds, and where.
type span struct {
	start, end  float64
	top, bottom float64
	strength    float64 // 0–1, as it is struck
}

// voice is a part as it is drawn.
type voice struct {
	notes         []span // by start
	longest       float64
	drums         bool
	shade, bright shade
	strength      float64
}

// sign is a word that goes by with the notes.
type sign struct {
	start, end float64 // seconds
	words      *mask
	shade      shade
	strength   float64
}

// score is a song laid out in a frame.
type score struct {
	voices   []voice // what must be seen comes last
	sections []sign
	chords   []sign
	seconds  float64
	barTime  float64 // seconds a bar
	bars     int
	octaves  []float64 // y of the lines below the Cs
	lanes    []float64 // y of the lines below the drums
}

// paintOrder puts the parts that must be seen on top.
var paintOrder = []string{song.Drums, song.Pad, song.Chords, song.Arp, song.Bass, song.Counter, song.Solo, song.Lead}

// presence is how strongly a part is drawn: what fills the ground must not hide what stands on it.
func presence(role string) float64 {
	switch role {
	case song.Pad:
		return .45
	case song.Chords, song.Arp:
		return .75
	}
	return 1
}

// newScore lays a song's notes out between top and bottom; unit is the layout's.
func newScore(s *song.Song, top, bottom, unit float64) *score {
	lane := 15 * unit
	sc := &score{seconds: s.Seconds(s.Ticks()), barTime: s.Seconds(s.BarStart(1)), bars: s.Bars}
	low, high, drums := reach(s)
	if n := len(drums); n > 0 {
		lane = min(lane, (bottom-top)*.36/float64(n))
		if low > high {
			lane = min((bottom-top)/float64(n), 3*lane)
		}
		bottom -= lane * float64(n)
		for i := range drums {
			sc.lanes = append(sc.lanes, bottom+lane*float64(i+1))
		}
	}
	row := (bottom - top) / float64(max(high-low+1, 24))
	middle := (top + bottom) / 2
	y := func(pitch int) float64 { // of its upper edge
		return middle + (float64(low+high)/2-float64(pitch)-.5)*row
	}
	for pitch := low; pitch <= high; pitch++ {
		if pitch%12 == 0 {
			sc.octaves = append(sc.octaves, y(pitch)+row)
		}
	}
	place := func(n song.Note) (float64, float64) {
		thick := max(3, math.Round(max(row, 6*unit))) // a line that is too thin is lost on the way
		top := math.Round(y(int(n.Pitch)) + (row-thick)/2)
		return top, top + thick
	}
	struck := func(n song.Note) (float64, float64) { // how hard it is struck is its size
		k, _ := slices.BinarySearch(drums, n.Pitch)
		middle, height := sc.lanes[len(drums)-1-k]-lane/2, max(3, lane*(.4+.5*float64(n.Velocity)/127))
		return math.Round(middle - height/2), math.Round(middle + height/2)
	}
	colours := draw.Colours(s.Parts)
	order := make([]int, len(s.Parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Index(paintOrder, s.Parts[a].Role) - slices.Index(paintOrder, s.Parts[b].Role)
	})
	for _, i := range order {
		where := place
		if s.Parts[i].IsDrums() {
			where = struck
		}
		sc.voices = append(sc.voices, newVoice(s, s.Parts[i], shadeOf(colours[i]), where))
	}
	return sc
}

// newVoice lays out a part whose notes lie between the y that where says.
func newVoice(s *song.Song, p song.Part, colour shade, where func(song.Note) (top, bottom float64)) voice {
	v := voice{drums: p.IsDrums(), shade: colour, bright: colour.towards(white, .55), strength: presence(p.Role)}
	for _, n := range p.Notes {
		sp := span{start: s.Seconds(n.Start), end: s.Seconds(n.End()), strength: .45 + .55*float64(n.Velocity)/127}
		sp.top, sp.bottom = where(n)
		v.longest = max(v.longest, sp.end-sp.start)
		v.notes = append(v.notes, sp)
	}
	return v
}

// reach is the pitches between which the song's notes lie, and the drums it has, low first.
func reach(s *song.Song) (low, high int, drums []theory.Pitch) {
	low, high = 127, 0
	for _, p := range s.Parts {
		for _, n := range p.Notes {
			if p.IsDrums() {
				drums = append(drums, n.Pitch)
				continue
			}
			low, high = min(low, int(n.Pitch)), max(high, int(n.Pitch))
		}
	}
	slices.Sort(drums)
	return low, high, slices.Compact(drums)
}

// between calls f for the notes that sound between two moments, by start.
func (v *voice) between(from, to float64, f func(span)) {
	i := sort.Search(len(v.notes), func(i int) bool { return v.notes[i].start >= from-v.longest })
	for ; i < len(v.notes) && v.notes[i].start < to; i++ {
		if v.notes[i].end > from {
			f(v.notes[i])
		}
	}
}

// at is the index of the sign that holds at a moment; -1 for none.
func at(signs []sign, t float64) int {
	return sort.Search(len(signs), func(i int) bool { return signs[i].start > t }) - 1
}
