package sf2

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Write writes the font as a RIFF file, with the terminal records that the
// format wants. Its samples must already lie in Data with 46 frames of silence
// after each.
func (f *File) Write(w io.Writer) error {
	info := []byte("INFO")
	for _, c := range f.Info {
		info = appendChunk(info, c.ID, c.Data)
	}
	pdta, err := f.tables()
	if err != nil {
		return err
	}
	smpl := uint64(len(f.Data))
	total := 4 + 8 + uint64(len(info)) + 8 + 4 + 8 + smpl + 8 + uint64(len(pdta))
	if smpl%2 != 0 || total > math.MaxUint32 {
		return fmt.Errorf("the sound data has %d bytes, which no SoundFont can hold", smpl)
	}
	le := binary.LittleEndian
	head := le.AppendUint32([]byte("RIFF"), uint32(total))
	head = append(head, "sfbk"...)
	head = appendChunk(head, "LIST", info)
	head = le.AppendUint32(append(head, "LIST"...), uint32(4+8+smpl))
	head = le.AppendUint32(append(head, "sdtasmpl"...), uint32(smpl))
	for _, b := range [][]byte{head, f.Data, appendChunk(nil, "LIST", pdta)} {
		if _, err := w.Write(b); err != nil {
			return fmt.Errorf("writing the SoundFont: %w", err)
		}
	}
	return nil
}

func appendChunk(to []byte, id string, body []byte) []byte {
	to = binary.LittleEndian.AppendUint32(append(to, id...), uint32(len(body)))
	to = append(to, body...)
	if len(body)%2 != 0 {
		to = append(to, 0)
	}
	return to
}

// bags is the zone tables of presets or of instruments as they are built up.
type bags struct{ bag, gen, mod []byte }

func (b *bags) next() int { return len(b.bag) / bagSize }

func (b *bags) open() {
	le := binary.LittleEndian
	b.bag = le.AppendUint16(b.bag, uint16(len(b.gen)/genSize))
	b.bag = le.AppendUint16(b.bag, uint16(len(b.mod)/modSize))
}

func (b *bags) add(zones []Zone) {
	le := binary.LittleEndian
	for _, z := range zones {
		b.open()
		for _, g := range z.Gens {
			b.gen = le.AppendUint16(le.AppendUint16(b.gen, uint16(g.Op)), g.Amount)
		}
		for _, m := range z.Mods {
			for _, v := range []uint16{m.Source, uint16(m.Dest), uint16(m.Amount), m.AmountSource, m.Transform} {
				b.mod = le.AppendUint16(b.mod, v)
			}
		}
	}
}

func (b *bags) close() error {
	if max(len(b.gen)/genSize, len(b.mod)/modSize, b.next()) > math.MaxUint16 {
		return fmt.Errorf("more zones or generators than a SoundFont can number")
	}
	b.open()
	b.gen = append(b.gen, make([]byte, genSize)...)
	b.mod = append(b.mod, make([]byte, modSize)...)
	return nil
}

// tables is the body of the pdta list.
func (f *File) tables() ([]byte, error) {
	le := binary.LittleEndian
	var p, i bags
	var phdr, inst []byte
	preset := func(x Preset) {
		phdr = append(phdr, fixed(x.Name)...)
		for _, v := range []uint16{x.Program, x.Bank, uint16(p.next())} {
			phdr = le.AppendUint16(phdr, v)
		}
		for _, v := range []uint32{x.Library, x.Genre, x.Morph} {
			phdr = le.AppendUint32(phdr, v)
		}
	}
	for _, x := range f.Presets {
		preset(x)
		p.add(x.Zones)
	}
	preset(Preset{Name: "EOP"})
	for _, x := range f.Instruments {
		inst = le.AppendUint16(append(inst, fixed(x.Name)...), uint16(i.next()))
		i.add(x.Zones)
	}
	inst = le.AppendUint16(append(inst, fixed("EOI")...), uint16(i.next()))
	for _, b := range []*bags{&p, &i} {
		if err := b.close(); err != nil {
			return nil, err
		}
	}
	var shdr []byte
	for _, s := range append(f.Samples[:len(f.Samples):len(f.Samples)], Sample{Name: "EOS"}) {
		shdr = append(shdr, fixed(s.Name)...)
		for _, v := range []uint32{s.Start, s.End, s.LoopStart, s.LoopEnd, s.Rate} {
			shdr = le.AppendUint32(shdr, v)
		}
		shdr = append(shdr, s.Key, byte(s.Correction))
		shdr = le.AppendUint16(le.AppendUint16(shdr, s.Link), s.Type)
	}
	out := []byte("pdta")
	for _, c := range []Chunk{
		{"phdr", phdr}, {"pbag", p.bag}, {"pmod", p.mod}, {"pgen", p.gen},
		{"inst", inst}, {"ibag", i.bag}, {"imod", i.mod}, {"igen", i.gen}, {"shdr", shdr},
	} {
		out = appendChunk(out, c.ID, c.Data)
	}
	return out, nil
}

// fixed is a name in 20 bytes, the last of them zero.
func fixed(s string) []byte {
	b := make([]byte, 20)
	copy(b[:19], s)
	return b
}
