package main

import (
	"errors"
	"fmt"
	"io"
	"math"

	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/synth"
	"bandstand/tools/spectrum"
)

// What is compared of the sound: a mel spectrogram in dB, 40 bands from 40 Hz to 14 kHz,
// windows of 2,048 frames, one every 20 ms.
const (
	window = 2048
	hop    = pcm.BlockFrames
	bands  = 40
	lowHz  = 40.0
	highHz = 14000.0
	floor  = -60.0 // dB below the loudest: what is softer is not heard in a mix
	warmUp = 20.0  // seconds into the song: most have begun by then
)

// listened is how two sounds differ.
type listened struct {
	mel    float64 // mean absolute difference of the mel spectrograms, dB
	rhythm float64 // 1 − correlation of the onset envelopes
}

// spectrogram is a sound as it is compared.
type spectrogram struct {
	mel  [][bands]float64 // dB
	flux []float64        // how much louder the bands become from window to window
}

// render is the sound of a stretch of a song.
func render(font *synth.Font, s *song.Song, seconds float64) (*spectrogram, error) {
	from := song.Tick(warmUp * s.Tempo / 60 * float64(song.TicksPerQuarter))
	bar := s.Meter.BarTicks()
	from = from / bar * bar
	src, err := font.Play(s, synth.Span{From: from, To: from + song.Tick(seconds*s.Tempo/60*float64(song.TicksPerQuarter))})
	if err != nil {
		return nil, err
	}
	src = mix.Master(src, s.GainDB)
	var mono []float64
	block := make([]float32, pcm.BlockSamples)
	for {
		n, err := src.Read(block)
		for i := range n {
			mono = append(mono, (float64(block[2*i])+float64(block[2*i+1]))/2)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("rendering %q: %w", s.Title, err)
		}
	}
	return analyse(mono), nil
}

// analyse is the mel spectrogram of a sound and its onset envelope.
func analyse(mono []float64) *spectrogram {
	out := &spectrogram{}
	first, last := edges()
	loudest := -200.0
	buffer := make([]complex128, window)
	for at := 0; at+window <= len(mono); at += hop {
		for i := range buffer {
			hann := .5 - .5*math.Cos(2*math.Pi*float64(i)/window)
			buffer[i] = complex(mono[at+i]*hann, 0)
		}
		spectrum.Transform(buffer)
		var mel [bands]float64
		for b := range mel {
			power := 1e-12
			for k := first[b]; k < last[b]; k++ {
				power += real(buffer[k])*real(buffer[k]) + imag(buffer[k])*imag(buffer[k])
			}
			mel[b] = 10 * math.Log10(power/float64(last[b]-first[b]))
			loudest = max(loudest, mel[b])
		}
		out.mel = append(out.mel, mel)
	}
	for i := range out.mel {
		rise := 0.0
		for b := range out.mel[i] {
			out.mel[i][b] = max(out.mel[i][b], loudest+floor)
			if i > 0 {
				rise += max(0, out.mel[i][b]-out.mel[i-1][b])
			}
		}
		out.flux = append(out.flux, rise)
	}
	return out
}

// edges are the first bin of each mel band and the one after its last.
func edges() (first, last [bands]int) {
	mel := func(hz float64) float64 { return 2595 * math.Log10(1+hz/700) }
	hz := func(m float64) float64 { return 700 * (math.Pow(10, m/2595) - 1) }
	low, high := mel(lowHz), mel(highHz)
	for b := range bands {
		from := hz(low + (high-low)*float64(b)/bands)
		to := hz(low + (high-low)*float64(b+1)/bands)
		first[b] = int(from * window / float64(pcm.StationRate))
		last[b] = max(first[b]+1, int(to*window/float64(pcm.StationRate)))
	}
	return first, last
}

// against compares two sounds, the second as loud as the first on the whole.
func (s *spectrogram) against(o *spectrogram) listened {
	n := min(len(s.mel), len(o.mel))
	level := 0.0
	for i := range n {
		for b := range bands {
			level += s.mel[i][b] - o.mel[i][b]
		}
	}
	level /= float64(max(1, n*bands))
	sum := 0.0
	for i := range n {
		for b := range bands {
			sum += math.Abs(s.mel[i][b] - o.mel[i][b] - level)
		}
	}
	return listened{mel: sum / float64(max(1, n*bands)), rhythm: 1 - correlation(s.flux[:n], o.flux[:n])}
}

func correlation(a, b []float64) float64 {
	var ma, mb, ab, aa, bb float64
	for i := range a {
		ma, mb = ma+a[i]/float64(len(a)), mb+b[i]/float64(len(a))
	}
	for i := range a {
		x, y := a[i]-ma, b[i]-mb
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa*bb == 0 {
		return 1
	}
	return ab / math.Sqrt(aa*bb)
}
