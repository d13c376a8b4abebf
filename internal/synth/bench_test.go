package synth

import (
	"syscall"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// dense is a song of about three minutes with eight busy parts.
func dense() *song.Song {
	s := &song.Song{Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 90, Reverb: 0.5}
	add := func(role string, program uint8, step, length song.Tick, pan float64, chord func(bar, i int) []theory.Pitch) {
		p := song.Part{Role: role, Program: program, Reverb: 0.3, Pan: pan, GainDB: -6}
		for bar := range s.Bars {
			for i := 0; song.Tick(i)*step < s.Meter.BarTicks(); i++ {
				for _, k := range chord(bar, i) {
					p.Notes = append(p.Notes, song.Note{Start: s.BarStart(bar) + song.Tick(i)*step, Length: length, Pitch: k, Velocity: uint8(70 + (bar*7+i*13)%40)})
				}
			}
		}
		s.Parts = append(s.Parts, p)
	}
	root := func(bar int) theory.Pitch { return [4]theory.Pitch{48, 45, 41, 43}[bar%4] }
	triad := func(up theory.Pitch) func(int, int) []theory.Pitch {
		return func(bar, _ int) []theory.Pitch { r := root(bar) + up; return []theory.Pitch{r, r + 4, r + 7, r + 11} }
	}
	one := func(f func(bar, i int) theory.Pitch) func(int, int) []theory.Pitch {
		return func(bar, i int) []theory.Pitch { return []theory.Pitch{f(bar, i)} }
	}
	add(song.Lead, 66, 240, 230, 0, one(func(bar, i int) theory.Pitch { return root(bar) + 24 + theory.Pitch(i*5%12) }))
	add(song.Bass, 33, 240, 220, 0, one(func(bar, i int) theory.Pitch { return root(bar) - 12 + theory.Pitch(i%2*7) }))
	add(song.Chords, 0, 480, 460, -0.3, triad(12))
	add(song.Pad, 48, 1920, 1900, 0.2, triad(12))
	add(song.Arp, 27, 120, 200, 0.5, one(func(bar, i int) theory.Pitch { return root(bar) + 12 + theory.Pitch([4]int{0, 4, 7, 12}[i%4]) }))
	add(song.Counter, 11, 480, 900, -0.5, one(func(bar, i int) theory.Pitch { return root(bar) + 19 + theory.Pitch(i%3*2) }))
	add("strum", 25, 240, 230, 0.4, triad(0))
	add(song.Drums, 0, 120, 60, 0, func(_, i int) []theory.Pitch {
		hit := []theory.Pitch{42}
		switch i % 8 {
		case 0:
			hit = append(hit, 36)
		case 4:
			hit = append(hit, 38)
		case 6:
			hit = append(hit, 36, 46)
		}
		if i == 0 {
			hit = append(hit, 49)
		}
		return hit
	})
	return s
}

// processor is the processor time used so far, in seconds: unlike the clock it
// does not count what other programs take.
func processor() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// BenchmarkRender renders the dense song; x-real-time is seconds of sound a
// second of one core.
func BenchmarkRender(b *testing.B) {
	f := builtIn(b)
	s := dense()
	buf := make([]float32, pcm.BlockSamples)
	var src pcm.Source
	b.ReportAllocs()
	began := processor()
	for b.Loop() {
		if src != nil {
			if n, _ := src.Read(buf); n == pcm.BlockFrames {
				continue
			}
		}
		var err error
		if src, err = f.Play(s, Span{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(pcm.BlockDuration.Seconds()*float64(b.N)/(processor()-began), "x-real-time")
}

// BenchmarkFirstBlock is the time from a song to its first 20 ms.
func BenchmarkFirstBlock(b *testing.B) {
	f := builtIn(b)
	s := dense()
	buf := make([]float32, pcm.BlockSamples)
	for _, from := range []int{0, 45} {
		b.Run([2]string{"start", "middle"}[min(from, 1)], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				src, err := f.Play(s, Span{From: s.BarStart(from)})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := src.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoadFont(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		builtIn(b)
	}
}
