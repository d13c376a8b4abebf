// Package synth makes songs sound: a song and a SoundFont give a pcm.Source.
//
// It promises that the same song with the same font gives the same samples, bit
// for bit, on one architecture; that sound is ready without rendering ahead; and
// that no font and no song, however broken, makes it panic. It does not know the
// clock, does not master (see mix) and starts no goroutine.
package synth

import (
	"errors"
	"fmt"
	"io"
	"os"

	"bandstand/internal/song"
	"bandstand/internal/synth/sf2"
)

// Font is a SoundFont ready to play. It is never changed; any number of
// goroutines may play from it at once.
type Font struct {
	file    *sf2.File
	presets map[presetID]int
	melty   *meltyFont
}

type presetID struct{ bank, program int }

// LoadFont reads a SoundFont from the bytes of an SF2 file, which it keeps and
// which must not change. The error is a sentence for people.
func LoadFont(data []byte) (*Font, error) {
	file, err := sf2.Parse(data)
	if errors.Is(err, sf2.ErrNotSF2) {
		return nil, fmt.Errorf("this is %w; name an .sf2 file, or none to use the built-in one", err)
	}
	if err != nil {
		return nil, fmt.Errorf("the SoundFont is damaged: %w; get it again, or name none to use the built-in one", err)
	}
	f := &Font{file: file, presets: make(map[presetID]int, len(file.Presets))}
	for i, p := range file.Presets {
		id := presetID{int(p.Bank), int(p.Program)}
		if _, twice := f.presets[id]; !twice {
			f.presets[id] = i
		}
	}
	if f.melty, err = loadMelty(data); err != nil {
		return nil, err
	}
	return f, nil
}

// maxFont is the size of the largest file OpenFont reads: more than any
// SoundFont can be used for in a station.
const maxFont = 2 << 30

// OpenFont reads a SoundFont file. The error is a sentence for people.
func OpenFont(path string) (*Font, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the SoundFont: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("opening the SoundFont: %w", err)
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, not a SoundFont; name an .sf2 file in it", path)
	case info.Size() > maxFont:
		return nil, fmt.Errorf("%s has %d MB, too much for a SoundFont; the limit is %d MB", path, info.Size()>>20, maxFont>>20)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFont))
	if err != nil {
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

// Span is a stretch of a song. To 0 is the end of the song and its ringing out.
type Span struct{ From, To song.Tick }
