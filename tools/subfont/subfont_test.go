package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"testing"

	"bandstand/internal/synth/sf2"
)

// sine is a looped sound of a tone that falls by decay dB a second.
func sine(hz, seconds, decay float64, rate, loopStart, loopEnd int) sound {
	s := sound{pcm: make([]float64, int(seconds*float64(rate))), rate: rate, loopStart: loopStart, loopEnd: loopEnd}
	for i := range s.pcm {
		t := float64(i) / float64(rate)
		s.pcm[i] = 0.8 * math.Sin(2*math.Pi*hz*t) * math.Pow(10, -decay*t/20)
	}
	return s
}

func TestResamplingKeepsPitchLevelAndLoop(t *testing.T) {
	s := sine(441, 1, 0, 44100, 10000, 40000) // 300 whole periods in the loop
	out := s.resampled(22050, true)
	if out.rate != 22050 || out.loopEnd-out.loopStart != 15000 {
		t.Fatalf("rate %d, loop of %d frames", out.rate, out.loopEnd-out.loopStart)
	}
	for i := 1000; i < out.loopEnd; i++ {
		// Frame i stands where frame 2i−(2·loopStart−10000) stood.
		at := float64(10000+2*(i-out.loopStart)) / 44100
		if want := 0.8 * math.Sin(2*math.Pi*441*at); math.Abs(out.pcm[i]-want) > 1e-4 {
			t.Fatalf("frame %d is %v, want %v", i, out.pcm[i], want)
		}
	}
	for i := range guard {
		if math.Abs(out.pcm[out.loopEnd+i]-out.pcm[out.loopStart+i]) > 1e-4 {
			t.Fatalf("the loop does not go on at frame %d", out.loopEnd+i)
		}
	}
}

func TestTheRateIsAsLowAsTheSoundAllows(t *testing.T) {
	for hz, want := range map[float64]int{300: 11025, 6000: 16000, 9000: 22050, 14000: 32000, 19000: 44100} {
		if got := sine(hz, 0.5, 0, 44100, 0, 0).lowestRate(-40); got != want {
			t.Errorf("a tone of %v Hz needs %d Hz, got %d", hz, want, got)
		}
	}
}

func TestAShorterLoopHoldsItsLevelAndTellsTheDecay(t *testing.T) {
	const decay = 12.0
	group := sides{sine(220, 6, decay, 22050, 100000, 130000), sine(220.3, 6, decay, 22050, 100000, 130000)}
	out, got, done := group.shortened(2)
	if !done || math.Abs(got-decay) > 0.5 {
		t.Fatalf("shortened %v, a decay of %.2f dB a second, want %.2f", done, got, decay)
	}
	for i, s := range out {
		if s.loopEnd != 44100 || len(s.pcm) != s.loopEnd+guard || s.loopStart != out[0].loopStart {
			t.Fatalf("side %d loops at %d–%d of %d frames", i, s.loopStart, s.loopEnd, len(s.pcm))
		}
		start, end := power(s.pcm[s.loopStart:s.loopStart+2000]), power(s.pcm[s.loopEnd-2000:s.loopEnd])
		if db := 10 * math.Log10(end/start); math.Abs(db) > 1 {
			t.Errorf("side %d gains %.2f dB over its loop", i, db)
		}
		if jump := math.Abs(s.pcm[s.loopEnd-1] - s.pcm[s.loopStart]); jump > 0.03 {
			t.Errorf("side %d jumps by %v where its loop closes", i, jump)
		}
	}
	if _, _, done := group.shortened(7); done {
		t.Error("a sound was shortened to more than it has")
	}
}

func TestADownmixIsAsLoudAsItsSides(t *testing.T) {
	l := sine(300, 0.5, 0, 22050, 0, 0)
	r := sine(300, 0.5, 0, 22050, 0, 0)
	for i := range r.pcm {
		r.pcm[i] *= 0.5
	}
	out, left, right := downmix(l, r)
	if math.Abs(left) > 0.01 || math.Abs(right-6.02) > 0.01 || math.Abs(power(out.pcm)/power(l.pcm)-1) > 0.01 {
		t.Fatalf("power %v of %v, sides %.2f and %.2f dB below", power(out.pcm), power(l.pcm), left, right)
	}
}

// font is a piano of five stereo samples, four keys each, and a kit.
func font() *sf2.File {
	f := &sf2.File{}
	gen := func(op sf2.Op, v int) sf2.Gen { return sf2.Gen{Op: op, Amount: uint16(int16(v))} }
	var piano []sf2.Zone
	for i := range 5 {
		for side, pan := range []int{-500, 500} {
			s := sine(110*float64(i+1), 0.2, 0, 8000, 80, 1520)
			start := len(f.Data) / 2
			for _, v := range s.pcm {
				f.Data = binary.LittleEndian.AppendUint16(f.Data, uint16(quantize(v/float64(side+1))))
			}
			f.Data = append(f.Data, make([]byte, 2*silence)...)
			f.Samples = append(f.Samples, sf2.Sample{
				Name: "P" + string(rune('A'+i)) + [2]string{"(L)", "(R)"}[side], Start: uint32(start), End: uint32(start + 1600),
				LoopStart: uint32(start + 80), LoopEnd: uint32(start + 1520), Rate: 8000, Key: uint8(40 + 4*i), Type: sf2.TypeMono,
			})
			piano = append(piano, sf2.Zone{Gens: []sf2.Gen{
				{Op: sf2.KeyRange, Amount: uint16(40+4*i) | uint16(43+4*i)<<8}, gen(sf2.Pan, pan), gen(sf2.SampleModes, 1), gen(sf2.SampleID, 2*i+side),
			}})
		}
	}
	drums := []sf2.Zone{
		{Gens: []sf2.Gen{{Op: sf2.KeyRange, Amount: 36 | 36<<8}, gen(sf2.SampleID, 0)}},
		{Gens: []sf2.Gen{{Op: sf2.KeyRange, Amount: 87 | 87<<8}, gen(sf2.SampleID, 3)}},
	}
	f.Instruments = []sf2.Instrument{{Name: "Unused"}, {Name: "Piano", Zones: piano}, {Name: "Kit", Zones: drums}}
	f.Presets = []sf2.Preset{
		{Name: "Kit", Bank: 128, Zones: []sf2.Zone{{Gens: []sf2.Gen{gen(sf2.InstrumentID, 2)}}}},
		{Name: "Piano", Zones: []sf2.Zone{{Gens: []sf2.Gen{gen(sf2.InstrumentID, 1)}}}},
	}
	return f
}

func TestASubsetCoversAllKeysAndIsTheSameEachTime(t *testing.T) {
	var first []byte
	for range 3 {
		sub, err := newSubset(font(), []keep{{0, 0, cut{mono: true, every: 2}}, {128, 0, cut{}}}, io.Discard).build()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := sub.Write(&b); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		}
		if !bytes.Equal(first, b.Bytes()) {
			t.Fatal("the same font gave two subsets")
		}
	}
	sub, err := sf2.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	if len(sub.Instruments) != 2 || len(sub.Samples) > 3 {
		t.Errorf("%d instruments and %d samples are left", len(sub.Instruments), len(sub.Samples))
	}
	for key := 40; key < 60; key++ {
		count, quieter := 0, false
		for _, z := range sub.Instruments[0].Zones {
			if low, high := z.Range(sf2.KeyRange); low <= key && key <= high {
				count++
				if a, _ := z.Get(sf2.Attenuation); a > 100 { // the right side had half the amplitude: 6 dB are 150 here
					quieter = true
				}
			}
		}
		if count != 2 || !quieter {
			t.Errorf("key %d has %d zones, the right one turned down: %v", key, count, quieter)
		}
	}
	if n := len(sub.Instruments[1].Zones); n != 1 {
		t.Errorf("the kit has %d zones, want the kick alone", n)
	}
}

func TestAPlanForWhatIsNotThere(t *testing.T) {
	if _, err := newSubset(font(), []keep{{0, 9, cut{}}}, io.Discard).build(); err == nil {
		t.Fatal("a preset that is not there was kept")
	}
}
