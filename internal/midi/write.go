// Package midi writes songs as Standard MIDI Files, and reads such files back.
//
// The files are of type 1 with 480 ticks a quarter, so that a song's ticks are
// the file's. Track 0 holds the name ("Title by Band"), tempo, time and key
// signature, a marker at each section and a text event such as "chord:Am7" at
// each chord change. Every part has a track after it, named by its role and
// opened by its instrument, bank, program and mix; drums are on channel 10.
//
// It promises that the same song gives the same bytes, that no note of a file is
// left hanging, and that Read never panics on foreign bytes. A file does not
// hold everything of a song: swing, energy, room, seed and the robots' names are lost.
package midi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	gomidi "gitlab.com/gomidi/midi/v2"
	"gitlab.com/gomidi/midi/v2/smf"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

const (
	drumChannel = 9 // people count from 1: channel 10
	channels    = 16

	// The controllers a part is opened with.
	ctlBank       = 0
	ctlVolume     = 7
	ctlExpression = 11
	ctlPan        = 10
	ctlReverb     = 91

	chordText = "chord:"
	keyText   = "key:" // only for a mode that a key signature cannot say
	byText    = " by " // between title and band
)

// Write writes a song. A song that is not valid is refused before anything is written.
func Write(w io.Writer, s *song.Song) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("writing MIDI: %w", err)
	}
	file := smf.NewSMF1()
	file.TimeFormat = smf.MetricTicks(song.TicksPerQuarter)
	if err := file.Add(conductor(s)); err != nil {
		return fmt.Errorf("writing MIDI: %w", err)
	}
	loudest, next := loudestGain(s), uint8(0)
	for _, p := range s.Parts {
		channel := uint8(drumChannel)
		if !p.IsDrums() {
			if next == drumChannel {
				next++
			}
			channel, next = next, next+1
		}
		if channel >= channels {
			return errors.New("writing MIDI: the song has more parts than MIDI has channels")
		}
		if err := file.Add(track(s, p, channel, loudest)); err != nil {
			return fmt.Errorf("writing MIDI: %w", err)
		}
	}
	var out bytes.Buffer
	if _, err := file.WriteTo(&out); err != nil {
		return fmt.Errorf("writing MIDI: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing MIDI: %w", err)
	}
	return nil
}

// timeline puts events at absolute ticks into a track.
type timeline struct {
	track smf.Track
	at    song.Tick
}

// add appends a message at a tick that is not before the last one.
func (t *timeline) add(at song.Tick, message []byte) {
	t.track.Add(uint32(at-t.at), message)
	t.at = at
}

// close ends the track at a tick, or after its last event if that is later.
func (t *timeline) close(at song.Tick) smf.Track {
	t.track.Close(uint32(max(at, t.at) - t.at))
	return t.track
}

// conductor is track 0.
func conductor(s *song.Song) smf.Track {
	var t timeline
	name := s.Title
	if s.Band != "" {
		name += byText + s.Band
	}
	t.add(0, smf.MetaTrackSequenceName(name))
	t.add(0, smf.MetaTempo(s.Tempo))
	// A click a beat: MIDI counts 24 clocks a quarter.
	t.add(0, smf.MetaTimeSig(uint8(s.Meter.Beats), uint8(s.Meter.Unit), uint8(96/s.Meter.Unit), 8))
	signs := s.Key.Signature()
	t.add(0, smf.MetaKey(0, !s.Key.Mode.MinorThird(), uint8(max(signs, -signs)), signs < 0))
	if s.Key.Mode != theory.Major && s.Key.Mode != theory.Minor {
		t.add(0, smf.MetaText(keyText+s.Key.String()))
	}
	next, last := 0, ""
	chordsBefore := func(tick song.Tick) {
		for ; next < len(s.Chords) && s.Chords[next].Start < tick; next++ {
			if name := s.Chords[next].Chord.Name(s.Key); name != last {
				t.add(s.Chords[next].Start, smf.MetaText(chordText+name))
				last = name
			}
		}
	}
	for _, section := range s.Sections {
		start := s.BarStart(section.Start)
		chordsBefore(start)
		t.add(start, smf.MetaMarker(section.Name))
	}
	chordsBefore(s.Ticks())
	return t.close(s.Ticks())
}

// track is one part's track.
func track(s *song.Song, p song.Part, channel uint8, loudest float64) smf.Track {
	var t timeline
	t.add(0, smf.MetaTrackSequenceName(p.Role))
	if p.Instrument != "" {
		t.add(0, smf.MetaInstrument(p.Instrument))
	}
	if !p.IsDrums() {
		t.add(0, gomidi.ControlChange(channel, ctlBank, min(p.Bank, 127)))
	}
	t.add(0, gomidi.ProgramChange(channel, p.Program))
	t.add(0, gomidi.ControlChange(channel, ctlVolume, volume(p.GainDB, loudest)))
	t.add(0, gomidi.ControlChange(channel, ctlPan, uint8(math.Round(64+63*p.Pan))))
	t.add(0, gomidi.ControlChange(channel, ctlReverb, uint8(math.Round(127*p.Reverb))))
	from, to := s.FadeSpan()
	faded := from
	for _, e := range strikes(p.Notes) {
		for ; s.Fade > 0 && faded <= min(e.at, to); faded += song.TicksPerQuarter / 2 {
			gain := song.FadeGain(float64(faded-from) / float64(to-from))
			t.add(max(faded, t.at), gomidi.ControlChange(channel, ctlExpression, uint8(math.Round(127*math.Sqrt(gain)))))
		}
		if e.on {
			t.add(e.at, gomidi.NoteOn(channel, e.pitch, e.velocity))
		} else {
			t.add(e.at, gomidi.NoteOff(channel, e.pitch))
		}
	}
	return t.close(s.Ticks())
}

// MIDI's volume has 40 dB a decade; unity is 100 as General MIDI powers up, which
// leaves a little room above.
const (
	unityVolume  = 100
	decadeDB     = 40
	volumeRoomDB = 4.15 // 127 against 100
)

func loudestGain(s *song.Song) float64 {
	loudest := math.Inf(-1)
	for _, p := range s.Parts {
		loudest = max(loudest, p.GainDB)
	}
	return loudest
}

// volume is the volume controller for a gain. Where the loudest part is beyond what
// the controller can say, all parts are lowered together: the balance stays.
func volume(gainDB, loudest float64) uint8 {
	gainDB -= max(0, loudest-volumeRoomDB)
	v := math.Round(unityVolume * math.Pow(10, gainDB/decadeDB))
	return uint8(min(127, max(0, v)))
}
