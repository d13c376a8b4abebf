package sf2

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
)

// ErrNotSF2 says that the bytes are something other than a SoundFont 2 file.
var ErrNotSF2 = errors.New("not a SoundFont 2 file")

// Sizes of the records of the nine tables.
const (
	presetSize     = 38
	bagSize        = 4
	modSize        = 10
	genSize        = 4
	instrumentSize = 22
	sampleSize     = 46
)

// Parse reads a SoundFont. The file keeps data; see the package comment.
func Parse(data []byte) (*File, error) {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "sfbk" {
		return nil, fmt.Errorf("%w: %s", ErrNotSF2, guess(data))
	}
	if claimed := uint64(binary.LittleEndian.Uint32(data[4:])); claimed > uint64(len(data)-8) {
		return nil, fmt.Errorf("the file is cut short: it says it has %d bytes and has %d", claimed+8, len(data))
	} else if claimed < 4 {
		return nil, errors.New("the file says it is empty")
	} else {
		data = data[12 : 8+claimed]
	}
	f := &File{}
	var tables map[string][]byte
	err := eachChunk(data, func(id string, body []byte) error {
		if id != "LIST" || len(body) < 4 {
			return nil
		}
		switch kind := string(body[:4]); kind {
		case "INFO":
			return eachChunk(body[4:], func(id string, body []byte) error {
				f.Info = append(f.Info, Chunk{id, body})
				return nil
			})
		case "sdta":
			return eachChunk(body[4:], func(id string, body []byte) error {
				if id == "smpl" {
					f.Data = body[:len(body)&^1]
				}
				return nil
			})
		case "pdta":
			tables = map[string][]byte{}
			return eachChunk(body[4:], func(id string, body []byte) error {
				tables[id] = body
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(f.Data) == 0 {
		return nil, errors.New("it has no sound data (no smpl chunk)")
	}
	if tables == nil {
		return nil, errors.New("it has no presets (no pdta list)")
	}
	if err := f.readTables(tables); err != nil {
		return nil, err
	}
	return f, nil
}

// eachChunk calls f with every chunk of a RIFF list.
func eachChunk(data []byte, f func(id string, body []byte) error) error {
	for len(data) >= 8 {
		id, size := string(data[:4]), uint64(binary.LittleEndian.Uint32(data[4:]))
		data = data[8:]
		if size > uint64(len(data)) {
			return fmt.Errorf("its chunk %q says it has %d bytes where %d are left", id, size, len(data))
		}
		if err := f(id, data[:size:size]); err != nil {
			return err
		}
		// Chunks are padded to even lengths; a pad byte missing at the very end does no harm.
		data = data[min(size+size&1, uint64(len(data))):]
	}
	return nil
}

func (f *File) readTables(tables map[string][]byte) error {
	for _, t := range []struct {
		id   string
		size int
		min  int // records, the terminal one included
	}{
		{"phdr", presetSize, 2}, {"pbag", bagSize, 1}, {"pmod", modSize, 0}, {"pgen", genSize, 0},
		{"inst", instrumentSize, 1}, {"ibag", bagSize, 1}, {"imod", modSize, 0}, {"igen", genSize, 0},
		{"shdr", sampleSize, 1},
	} {
		body, ok := tables[t.id]
		switch {
		case !ok && t.min > 0:
			return fmt.Errorf("its table %q is missing", t.id)
		case len(body)%t.size != 0:
			return fmt.Errorf("its table %q has %d bytes, which is no multiple of %d", t.id, len(body), t.size)
		case len(body)/t.size < t.min:
			return fmt.Errorf("its table %q has no records", t.id)
		}
	}
	if err := f.readSamples(tables["shdr"]); err != nil {
		return err
	}
	if err := f.readInstruments(tables); err != nil {
		return err
	}
	return f.readPresets(tables)
}

func (f *File) readSamples(body []byte) error {
	n := len(body)/sampleSize - 1
	f.Samples = make([]Sample, n)
	frames := uint32(len(f.Data) / 2)
	le := binary.LittleEndian
	for i := range n {
		r := body[i*sampleSize:]
		s := Sample{
			Name: name(r), Start: le.Uint32(r[20:]), End: le.Uint32(r[24:]),
			LoopStart: le.Uint32(r[28:]), LoopEnd: le.Uint32(r[32:]), Rate: le.Uint32(r[36:]),
			Key: r[40], Correction: int8(r[41]), Link: le.Uint16(r[42:]), Type: le.Uint16(r[44:]),
		}
		switch {
		case s.Type&TypeROM != 0:
			s.Start, s.End, s.LoopStart, s.LoopEnd = 0, 0, 0, 0
		case s.Type&0x10 != 0:
			return fmt.Errorf("%w that can be played: its sound is compressed (SF3)", ErrNotSF2)
		case s.Start > s.End || s.End > frames:
			return fmt.Errorf("its sample %q lies at frames %d to %d, the sound data has %d", s.Name, s.Start, s.End, frames)
		}
		f.Samples[i] = s
	}
	return nil
}

func (f *File) readInstruments(tables map[string][]byte) error {
	zones, err := readZones(tables["ibag"], tables["igen"], tables["imod"], SampleID, len(f.Samples))
	if err != nil {
		return fmt.Errorf("its instruments: %w", err)
	}
	body := tables["inst"]
	n := len(body)/instrumentSize - 1
	f.Instruments = make([]Instrument, n)
	for i := range n {
		r := body[i*instrumentSize:]
		from, to := binary.LittleEndian.Uint16(r[20:]), binary.LittleEndian.Uint16(r[instrumentSize+20:])
		if from > to || int(to) > len(zones) {
			return fmt.Errorf("its instrument %q has zones %d to %d of %d", name(r), from, to, len(zones))
		}
		f.Instruments[i] = Instrument{Name: name(r), Zones: usable(zones[from:to:to], SampleID)}
	}
	return nil
}

func (f *File) readPresets(tables map[string][]byte) error {
	zones, err := readZones(tables["pbag"], tables["pgen"], tables["pmod"], InstrumentID, len(f.Instruments))
	if err != nil {
		return fmt.Errorf("its presets: %w", err)
	}
	body := tables["phdr"]
	le := binary.LittleEndian
	n := len(body)/presetSize - 1
	f.Presets = make([]Preset, n)
	for i := range n {
		r := body[i*presetSize:]
		from, to := le.Uint16(r[24:]), le.Uint16(r[presetSize+24:])
		if from > to || int(to) > len(zones) {
			return fmt.Errorf("its preset %q has zones %d to %d of %d", name(r), from, to, len(zones))
		}
		f.Presets[i] = Preset{
			Name: name(r), Program: le.Uint16(r[20:]), Bank: le.Uint16(r[22:]),
			Library: le.Uint32(r[26:]), Genre: le.Uint32(r[30:]), Morph: le.Uint32(r[34:]),
			Zones: usable(zones[from:to:to], InstrumentID),
		}
	}
	return nil
}

// readZones reads bags with their generators and modulators. Generators that
// follow the one that ends a zone do not count, as the format says.
func readZones(bags, gens, mods []byte, end Op, targets int) ([]Zone, error) {
	le := binary.LittleEndian
	n := len(bags)/bagSize - 1
	allGens, allMods := make([]Gen, 0, len(gens)/genSize), make([]Mod, 0, len(mods)/modSize)
	zones := make([]Zone, n)
	for i := range n {
		r := bags[i*bagSize:]
		g0, m0, g1, m1 := int(le.Uint16(r)), int(le.Uint16(r[2:])), int(le.Uint16(r[4:])), int(le.Uint16(r[6:]))
		if g0 > g1 || g1 > len(gens)/genSize {
			return nil, fmt.Errorf("zone %d has generators %d to %d of %d", i, g0, g1, len(gens)/genSize)
		}
		if m0 > m1 || m1 > len(mods)/modSize {
			return nil, fmt.Errorf("zone %d has modulators %d to %d of %d", i, m0, m1, len(mods)/modSize)
		}
		first := len(allGens)
		for _, r := range records(gens[g0*genSize:g1*genSize], genSize) {
			g := Gen{Op(le.Uint16(r)), le.Uint16(r[2:])}
			allGens = append(allGens, g)
			if g.Op == end {
				if int(g.Amount) >= targets {
					return nil, fmt.Errorf("zone %d names number %d of %d", i, g.Amount, targets)
				}
				break
			}
		}
		zones[i].Gens = allGens[first:len(allGens):len(allGens)]
		first = len(allMods)
		for _, r := range records(mods[m0*modSize:m1*modSize], modSize) {
			allMods = append(allMods, Mod{le.Uint16(r), Op(le.Uint16(r[2:])), int16(le.Uint16(r[4:])), le.Uint16(r[6:]), le.Uint16(r[8:])})
		}
		zones[i].Mods = allMods[first:len(allMods):len(allMods)]
	}
	return zones, nil
}

// records yields the whole records of body.
func records(body []byte, size int) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for i := 0; (i+1)*size <= len(body); i++ {
			if !yield(i, body[i*size:(i+1)*size]) {
				return
			}
		}
	}
}

// usable is the zones without those after the first that name nothing: the
// format says to ignore them.
func usable(zones []Zone, end Op) []Zone {
	out := zones[:0:0]
	for i, z := range zones {
		if _, ok := z.Get(end); ok || i == 0 {
			out = append(out, z)
		}
	}
	return out
}

// name is the text of a record's first 20 bytes.
func name(r []byte) string {
	s := r[:20]
	if i := bytes.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	return string(bytes.ToValidUTF8(s, []byte("?")))
}

// guess says in words what bytes that are no SoundFont look like.
func guess(data []byte) string {
	for _, k := range []struct{ magic, what string }{
		{"\xff\xd8\xff", "it is a JPEG picture"},
		{"\x89PNG", "it is a PNG picture"},
		{"PK\x03\x04", "it is a ZIP archive; unpack it first"},
		{"\x1f\x8b", "it is compressed with gzip; unpack it first"},
		{"7z\xbc\xaf", "it is a 7z archive; unpack it first"},
		{"OggS", "it is an Ogg stream"},
		{"MThd", "it is a MIDI file"},
		{"ID3", "it is an MP3"},
		{"fLaC", "it is a FLAC file"},
		{"\x7fELF", "it is a program"},
		{"%PDF", "it is a PDF"},
	} {
		if bytes.HasPrefix(data, []byte(k.magic)) {
			return k.what
		}
	}
	switch {
	case len(data) == 0:
		return "it is empty"
	case len(data) < 12:
		return fmt.Sprintf("it has only %d bytes", len(data))
	case string(data[:4]) == "RIFF":
		return fmt.Sprintf("it is a RIFF file of kind %q", data[8:12])
	}
	return "it does not begin as one does"
}
