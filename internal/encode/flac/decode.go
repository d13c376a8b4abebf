package flac

import (
	"bytes"
	"fmt"

	"github.com/mewkiz/flac/frame"

	"bandstand/internal/pcm"
)

// Warmup is how many packets a decoder that joins needs before it gives the sound as
// it was.
const Warmup = 0

// Decoder turns packets of an Encoder back into sound, and checks their checksums. It
// is used by one goroutine at a time.
type Decoder struct {
	sound []float32
}

// NewDecoder makes a decoder for 16-bit stereo at 48 kHz.
func NewDecoder() *Decoder { return &Decoder{} }

// Decode decodes packets that follow each other: interleaved stereo at 48 kHz, in the
// place that the packets' Frame says, good until the next call.
func (d *Decoder) Decode(packets [][]byte) ([]float32, error) {
	d.sound = d.sound[:0]
	for i, packet := range packets {
		if err := d.add(packet); err != nil {
			return nil, fmt.Errorf("decoding packet %d of %d of FLAC: %w", i+1, len(packets), err)
		}
	}
	return d.sound, nil
}

func (d *Decoder) add(packet []byte) error {
	r := bytes.NewReader(packet)
	f, err := frame.Parse(r)
	if err != nil {
		return err
	}
	if len(f.Subframes) != pcm.Channels || f.BitsPerSample != sampleBits || f.SampleRate != uint32(pcm.StationRate) {
		return fmt.Errorf("it holds %d channels of %d bits at %d Hz", len(f.Subframes), f.BitsPerSample, f.SampleRate)
	}
	for i, l := range f.Subframes[0].Samples {
		d.sound = append(d.sound, float32(l)/(1<<(sampleBits-1)), float32(f.Subframes[1].Samples[i])/(1<<(sampleBits-1)))
	}
	return nil
}
