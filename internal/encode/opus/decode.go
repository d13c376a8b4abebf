package opus

import (
	"errors"
	"fmt"

	"github.com/thesyncim/gopus"

	"bandstand/internal/encode/ogg"
	"bandstand/internal/pcm"
)

// Warmup is how many packets a decoder that joins needs before it gives the sound as
// it was (80 ms, RFC 7845).
const Warmup = 4

// Decoder turns packets of an Encoder back into sound. It is used by one goroutine at
// a time.
type Decoder struct {
	codec *gopus.Decoder
	sound []float32
}

// NewDecoder makes a decoder for 48 kHz stereo. It takes no memory to speak of before
// it is used.
func NewDecoder() *Decoder { return &Decoder{} }

// Decode decodes packets that follow each other, as one who joins at the first hears
// them: interleaved stereo at 48 kHz, in the place that the packets' Frame says, good
// until the next call.
func (d *Decoder) Decode(packets [][]byte) ([]float32, error) {
	if d.codec == nil {
		codec, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: int(pcm.StationRate), Channels: pcm.Channels})
		if err != nil {
			return nil, fmt.Errorf("making an Opus decoder: %w", err)
		}
		d.codec = codec
	}
	d.codec.Reset()
	if n := len(packets) * pcm.BlockSamples; cap(d.sound) < n {
		d.sound = make([]float32, n)
	}
	d.sound = d.sound[:len(packets)*pcm.BlockSamples]
	for i, page := range packets {
		packet := ogg.Only(page)
		if packet == nil {
			return nil, fmt.Errorf("packet %d of %d: %w", i+1, len(packets), errNoPage)
		}
		n, err := d.codec.Decode(packet, d.sound[i*pcm.BlockSamples:(i+1)*pcm.BlockSamples])
		if err != nil {
			return nil, fmt.Errorf("decoding packet %d of %d of Opus: %w", i+1, len(packets), err)
		}
		if n != pcm.BlockFrames {
			return nil, fmt.Errorf("packet %d of %d of Opus holds %d frames, not %d", i+1, len(packets), n, pcm.BlockFrames)
		}
	}
	return d.sound, nil
}

// errNoPage says that a packet is not what an Encoder gives.
var errNoPage = errors.New("this is not a whole page of Ogg with one packet of Opus")
