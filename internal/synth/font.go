package synth

import (
	"errors"
	"fmt"
	"io"
	"os"

	"bandstand/internal/synth/sf2"
)

// Font is a SoundFont ready to play. It is never changed; any number of
// goroutines may play from it at once.
type Font struct {
	data        []byte // 16-bit samples of all recordings
	presets     map[presetID]*preset
	first       *preset // the lowest of all, the last resort
	instruments [][]zone
	samples     []sample
}

type presetID struct{ bank, program int }

// preset is the zones of a preset; their targets are instruments.
type preset struct{ zones []zone }

// sample is a recording within bounds that hold.
type sample struct {
	start, end         int // frames of data
	loopStart, loopEnd int // loopEnd is 0 where there is no loop to play
	rate               float64
	key                int // of the recording, 0–127
	cents              int // by which the recording is flat
}

// LoadFont reads a SoundFont from the bytes of an SF2 file, which it keeps and
// which must not change. The error is a sentence for people.
func LoadFont(data []byte) (font *Font, err error) {
	// The reader checks all it reads; should it miss a trick, a bad file must still not end the station.
	defer func() {
		if p := recover(); p != nil {
			font, err = nil, fmt.Errorf("the SoundFont is damaged in a way not known yet (%v); get it again, or name none to use the built-in one", p)
		}
	}()
	file, err := sf2.Parse(data)
	if errors.Is(err, sf2.ErrNotSF2) {
		return nil, fmt.Errorf("this is %w; name an .sf2 file, or none to use the built-in one", err)
	}
	if err != nil {
		return nil, fmt.Errorf("the SoundFont is damaged: %w; get it again, or name none to use the built-in one", err)
	}
	f := &Font{data: file.Data, presets: make(map[presetID]*preset, len(file.Presets))}
	f.readSamples(file)
	f.readZones(file)
	if f.first == nil {
		return nil, errors.New("the SoundFont has no preset that sounds; take another, or name none to use the built-in one")
	}
	return f, nil
}

// maxFont is the size of the largest file that OpenFont reads, in bytes.
const maxFont = 2 << 30

// OpenFont reads a SoundFont file. The error is a sentence for people.
func OpenFont(path string) (*Font, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the SoundFont: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("opening the SoundFont: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file; name an .sf2 file", path)
	case info.Size() > maxFont:
		return nil, fmt.Errorf("%s has %d MB, too much for a SoundFont; the limit is %d MB", path, info.Size()>>20, maxFont>>20)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, fmt.Errorf("reading the SoundFont: %w", err)
	}
	font, err := LoadFont(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return font, nil
}

// Has says whether the font has a preset; bank 128 holds the drum kits.
func (f *Font) Has(bank, program int) bool {
	_, ok := f.presets[presetID{bank, program}]
	return ok
}

// drumBank is the bank of the drum kits.
const drumBank = 128

// preset is the preset to play for a bank and program: that one, or what a
// General MIDI player would put in its place.
func (f *Font) preset(bank, program int) *preset {
	tries := []presetID{{bank, program}, {0, program}, {0, 0}}
	if bank == drumBank {
		tries = []presetID{{bank, program}, {bank, program &^ 7}, {bank, 0}}
	}
	for _, id := range tries {
		if p, ok := f.presets[id]; ok {
			return p
		}
	}
	return f.first
}

func (f *Font) readSamples(file *sf2.File) {
	f.samples = make([]sample, len(file.Samples))
	for i, h := range file.Samples {
		s := sample{
			start: int(h.Start), end: int(h.End), loopStart: int(h.LoopStart), loopEnd: int(h.LoopEnd),
			rate: float64(h.Rate), key: int(h.Key), cents: int(h.Correction),
		}
		// What cannot be a rate or a key is taken for the usual ones.
		if s.rate < 400 || s.rate > 400_000 {
			s.rate = 44100
		}
		if s.key > 127 {
			s.key = 60
		}
		f.samples[i] = s
	}
}

func (f *Font) readZones(file *sf2.File) {
	f.instruments = make([][]zone, len(file.Instruments))
	for i, in := range file.Instruments {
		f.instruments[i] = instrumentZones(in.Zones)
	}
	lowest := presetID{1 << 30, 0}
	for _, p := range file.Presets {
		zones := presetZones(p.Zones)
		id := presetID{int(p.Bank), int(p.Program)}
		if _, twice := f.presets[id]; twice || len(zones) == 0 {
			continue
		}
		f.presets[id] = &preset{zones}
		if id.bank < lowest.bank || id.bank == lowest.bank && id.program < lowest.program {
			lowest, f.first = id, f.presets[id]
		}
	}
}
