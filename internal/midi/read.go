package midi

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// The meta events that Read looks at.
const (
	metaText       = 1
	metaName       = 3
	metaInstrument = 4
	metaMarker     = 6
	metaEnd        = 0x2f
	metaTempo      = 0x51
	metaMeter      = 0x58
	metaKey        = 0x59
)

// Read reads a file as Write writes it; a foreign one as well as that goes: one
// tempo, one meter and one key, those it begins with, the tracks' notes as parts,
// one section and one chord where it names none. What a file does not hold is
// zero. A song that it gives is valid; its error says what was wrong.
func Read(r io.Reader) (*song.Song, error) {
	perQuarter, all, err := tracks(r)
	if err != nil {
		return nil, fmt.Errorf("reading MIDI: %w", err)
	}
	f := file{perQuarter: perQuarter, song: song.Song{
		Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Key: theory.Key{Mode: theory.Major},
	}}
	for _, events := range all {
		f.conduct(events)
	}
	for i, events := range all {
		f.part(i, events)
	}
	f.finish()
	if err := f.song.Validate(); err != nil {
		return nil, fmt.Errorf("reading MIDI: %w", err)
	}
	return &f.song, nil
}

// file is a file that is being read.
type file struct {
	perQuarter          int64
	song                song.Song
	tempo, meter, modal bool // the first of each was seen
	markers             []marker
	end                 song.Tick // of the latest track
	conductor           song.Tick // end of the track that the markers or the tempo are in
}

type marker struct {
	at   song.Tick
	name string
}

// tick is a file's tick in ours.
func (f *file) tick(at int64) song.Tick {
	if f.perQuarter == int64(song.TicksPerQuarter) {
		return song.Tick(at)
	}
	return song.Tick(math.Round(float64(at) * float64(song.TicksPerQuarter) / float64(f.perQuarter)))
}

// conduct takes in what a track says about the whole song.
func (f *file) conduct(events []event) {
	conducts := false
	for _, e := range events {
		at := f.tick(e.at)
		f.end = max(f.end, at)
		if e.status != 0xff {
			continue
		}
		switch text := string(e.data); {
		case e.meta == metaTempo && len(e.data) == 3 && !f.tempo:
			f.tempo, conducts = true, true
			f.song.Tempo = tempo(int(e.data[0])<<16 | int(e.data[1])<<8 | int(e.data[2]))
		case e.meta == metaMeter && len(e.data) >= 2 && e.data[1] < 8 && !f.meter:
			f.meter = true
			f.song.Meter = song.Meter{Beats: int(e.data[0]), Unit: 1 << e.data[1]}
		case e.meta == metaKey && len(e.data) == 2 && !f.modal:
			f.song.Key = key(int8(e.data[0]), e.data[1] == 1)
		case e.meta == metaText && strings.HasPrefix(text, keyText):
			if k, err := theory.ParseKey(strings.TrimPrefix(text, keyText)); err == nil {
				f.song.Key, f.modal = k, true
			}
		case e.meta == metaText && strings.HasPrefix(text, chordText):
			if c, err := theory.ParseChord(strings.TrimPrefix(text, chordText)); err == nil {
				f.song.Chords = append(f.song.Chords, song.Chord{Start: at, Chord: c})
			}
		case e.meta == metaMarker:
			conducts = true
			f.markers = append(f.markers, marker{at, text})
		}
	}
	if conducts && len(events) > 0 {
		f.conductor = max(f.conductor, f.tick(events[len(events)-1].at))
	}
}

// part makes a part of track i if it has notes, and takes the song's name from
// the first track.
func (f *file) part(i int, events []event) {
	p := song.Part{Role: fmt.Sprintf("track %d", i)}
	var sounding [16][128]int // place in p.Notes of the note that sounds, from 1
	for _, e := range events {
		channel := e.status & 0x0f
		switch {
		case e.status == 0xff && e.meta == metaName && i == 0:
			f.song.Title = string(e.data)
			if at := strings.LastIndex(f.song.Title, byText); at >= 0 {
				f.song.Title, f.song.Band = f.song.Title[:at], f.song.Title[at+len(byText):]
			}
		case e.status == 0xff && e.meta == metaName && len(e.data) > 0:
			p.Role = string(e.data)
		case e.status == 0xff && e.meta == metaInstrument:
			p.Instrument = string(e.data)
		case e.status&0xf0 == 0xc0:
			p.Program = e.data[0] & 0x7f
		case e.status&0xf0 == 0xb0 && e.data[0] == ctlBank:
			p.Bank = e.data[1] & 0x7f
		case e.status&0xf0 == 0xb0 && e.data[0] == ctlPan:
			p.Pan = max(-1, float64(int(e.data[1]&0x7f)-64)/63)
		case e.status&0xf0 == 0xb0 && e.data[0] == ctlReverb:
			p.Reverb = float64(e.data[1]&0x7f) / 127
		case e.status&0xe0 == 0x80: // a key goes up or down
			at, pitch := f.tick(e.at), e.data[0]&0x7f
			if n := sounding[channel][pitch]; n > 0 {
				p.Notes[n-1].Length = max(1, at-p.Notes[n-1].Start)
				sounding[channel][pitch] = 0
			}
			if velocity := e.data[1] & 0x7f; e.status&0xf0 == 0x90 && velocity > 0 {
				p.Notes = append(p.Notes, song.Note{Start: at, Length: 1, Pitch: theory.Pitch(pitch), Velocity: velocity})
				sounding[channel][pitch] = len(p.Notes)
			}
		}
	}
	if len(p.Notes) == 0 {
		return
	}
	for _, same := range f.song.Parts {
		if same.Role == p.Role {
			p.Role = fmt.Sprintf("%s %d", p.Role, i)
		}
	}
	slices.SortStableFunc(p.Notes, func(a, b song.Note) int {
		switch {
		case song.Earlier(a, b):
			return -1
		case song.Earlier(b, a):
			return 1
		}
		return 0
	})
	f.song.Parts = append(f.song.Parts, p)
}

// finish derives bars and sections, and gives a song without chords its tonic's.
func (f *file) finish() {
	s := &f.song
	if s.Meter.Beats < 1 || s.Meter.Unit < 2 || s.Meter.Unit > 16 {
		s.Meter = song.Meter{Beats: 4, Unit: 4}
	}
	end := f.conductor
	for _, p := range s.Parts {
		end = max(end, p.Notes[len(p.Notes)-1].Start+1)
	}
	if end == 0 {
		end = f.end
	}
	bar := s.Meter.BarTicks()
	s.Bars = int(min((end+bar-1)/bar, song.MaxBars+1))
	var starts []int
	var names []string
	for _, m := range f.markers {
		at := int(m.at / bar)
		if m.name == "" || at >= s.Bars || len(starts) > 0 && at <= starts[len(starts)-1] {
			continue
		}
		starts, names = append(starts, at), append(names, m.name)
	}
	if len(starts) == 0 || starts[0] != 0 {
		starts, names = slices.Insert(starts, 0, 0), slices.Insert(names, 0, "song")
	}
	for i, start := range starts {
		next := s.Bars
		if i+1 < len(starts) {
			next = starts[i+1]
		}
		s.Sections = append(s.Sections, song.Section{Name: names[i], Label: label(names[i]), Start: start, Bars: next - start})
	}
	f.sortChords()
}

// sortChords puts the chords in order, one a tick and the first at the start.
func (f *file) sortChords() {
	s := &f.song
	slices.SortStableFunc(s.Chords, func(a, b song.Chord) int { return int(a.Start - b.Start) })
	s.Chords = slices.CompactFunc(s.Chords, func(a, b song.Chord) bool { return a.Start == b.Start })
	s.Chords = slices.DeleteFunc(s.Chords, func(c song.Chord) bool { return c.Start >= s.Ticks() })
	if len(s.Chords) > 0 && s.Chords[0].Start == 0 {
		return
	}
	tonic := song.Chord{Chord: theory.Chord{Root: s.Key.Tonic}}
	if s.Key.Mode.MinorThird() {
		tonic.Chord.Quality = "m"
	}
	s.Chords = slices.Insert(s.Chords, 0, tonic)
}

// label is a section's name without its number.
func label(name string) string {
	if short := strings.TrimRight(name, "0123456789 "); short != "" {
		return short
	}
	return name
}

// tempo is the roundest number of beats a minute that the file's microseconds can mean.
func tempo(microseconds int) float64 {
	if microseconds == 0 {
		return 0
	}
	exact := 60e6 / float64(microseconds)
	for scale := 1.0; scale < 1e6; scale *= 10 {
		if bpm := math.Round(exact*scale) / scale; math.Round(60e6/bpm) == float64(microseconds) {
			return bpm
		}
	}
	return exact
}

// key is the key that a signature means.
func key(signs int8, minor bool) theory.Key {
	tonic := (int(signs)*7%12 + 12) % 12 // a fifth a sharp
	if minor {
		return theory.Key{Tonic: theory.PitchClass((tonic + 9) % 12), Mode: theory.Minor}
	}
	return theory.Key{Tonic: theory.PitchClass(tonic), Mode: theory.Major}
}
