package encodetest

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

// Encoder is the shape of a live encoder.
type Encoder interface {
	Header() []byte
	Encode(samples []float32) ([]pcm.Packet, error)
	Flush() ([]pcm.Packet, error)
	Close() error
}

// Stream is everything that an encoder made of a sound.
type Stream struct {
	Header  []byte
	Packets []pcm.Packet
}

// From is what a listener gets who joins at packet n.
func (s Stream) From(n int) []byte {
	out := slices.Clone(s.Header)
	for _, p := range s.Packets[n:] {
		out = append(out, p.Data...)
	}
	return out
}

// Bytes is how much the packets hold.
func (s Stream) Bytes() (n int) {
	for _, p := range s.Packets {
		n += len(p.Data)
	}
	return n
}

// Feed encodes sound whole, in pieces of frames, ends the stream, closes the
// encoder, and checks that packets follow each other without a gap and cover it all.
func Feed(t testing.TB, e Encoder, sound []float32, frames int) Stream {
	t.Helper()
	s := Stream{Header: slices.Clone(e.Header())}
	for piece := range slices.Chunk(sound, frames*pcm.Channels) {
		packets, err := e.Encode(piece)
		if err != nil {
			t.Fatalf("encoding: %v", err)
		}
		s.Packets = append(s.Packets, packets...)
	}
	packets, err := e.Flush()
	if err != nil {
		t.Fatalf("ending the stream: %v", err)
	}
	s.Packets = append(s.Packets, packets...)
	if err := e.Close(); err != nil {
		t.Fatalf("closing: %v", err)
	}
	s.check(t, int64(len(sound)/pcm.Channels))
	return s
}

func (s Stream) check(t testing.TB, frames int64) {
	t.Helper()
	if len(s.Packets) == 0 {
		t.Fatal("no packet came out")
	}
	next := s.Packets[0].Frame
	if next > 0 {
		t.Errorf("the first packet decodes from frame %d: frames before are lost", next)
	}
	for i, p := range s.Packets {
		if p.Frame != next || p.Frames <= 0 || len(p.Data) == 0 {
			t.Fatalf("packet %d has %d bytes for %d frames from %d; it should be from %d", i, len(p.Data), p.Frames, p.Frame, next)
		}
		next += int64(p.Frames)
	}
	if next < frames {
		t.Errorf("the packets end at frame %d of %d", next, frames)
	}
}

// CheckEncoder fails t where an encoder breaks the contract of package encode.
// open must give a new encoder each time.
func CheckEncoder(t *testing.T, open func(t *testing.T) Encoder) {
	t.Run("any piece of sound will do", func(t *testing.T) {
		sound := Music(3, 12345)
		want := Feed(t, open(t), sound, pcm.BlockFrames)
		for _, frames := range []int{1, 441, 4800, 12345} {
			got := Feed(t, open(t), sound, frames)
			if len(got.Packets) != len(want.Packets) {
				t.Fatalf("%d packets in pieces of %d frames, %d in blocks", len(got.Packets), frames, len(want.Packets))
			}
			for i, p := range got.Packets {
				if p.Frame != want.Packets[i].Frame || len(p.Data) != len(want.Packets[i].Data) {
					t.Fatalf("in pieces of %d frames packet %d differs from the one of blocks", frames, i)
				}
			}
		}
	})
	t.Run("what is given is left alone, what is got is ours", func(t *testing.T) {
		checkOwnership(t, open(t))
	})
	t.Run("bad samples break nothing", func(t *testing.T) {
		sound := Music(4, 9600)
		for i, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e30, -1e30, 5e-324, 8, -8} {
			for k := range 300 {
				sound[1920*(i+1)+5*k] = float32(bad)
			}
		}
		s := Feed(t, open(t), sound, pcm.BlockFrames)
		for i, v := range Decode(t, s.From(0)) {
			if f := float64(v); math.IsNaN(f) || math.Abs(f) > 4 {
				t.Fatalf("sample %d decodes to %v", i, v)
			}
		}
	})
	t.Run("errors", func(t *testing.T) {
		e := open(t)
		if _, err := e.Encode(make([]float32, 3)); !errors.Is(err, encode.ErrFrames) {
			t.Errorf("three samples gave error %v", err)
		}
		if packets, err := e.Encode(nil); err != nil || len(packets) != 0 {
			t.Errorf("no samples gave %d packets and error %v", len(packets), err)
		}
		if _, err := e.Flush(); err != nil {
			t.Errorf("ending an empty stream: %v", err)
		}
		checkEnded(t, e)
		e = open(t)
		for range 2 {
			if err := e.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
		}
		checkEnded(t, e)
	})
}

func checkEnded(t *testing.T, e Encoder) {
	t.Helper()
	if _, err := e.Encode(make([]float32, pcm.BlockSamples)); !errors.Is(err, encode.ErrEnded) {
		t.Errorf("encoding after the end gave error %v", err)
	}
	if _, err := e.Flush(); !errors.Is(err, encode.ErrEnded) {
		t.Errorf("ending twice gave error %v", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("closing after the end: %v", err)
	}
}

func checkOwnership(t *testing.T, e Encoder) {
	sound := Music(5, 48000)
	for i := range sound { // over full scale, so that clipping has work
		sound[i] *= 9
	}
	before := slices.Clone(sound)
	var packets []pcm.Packet
	var copies [][]byte
	for block := range slices.Chunk(sound, pcm.BlockSamples) {
		got, err := e.Encode(block)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range got {
			packets, copies = append(packets, p), append(copies, bytes.Clone(p.Data))
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sound, before) {
		t.Error("the encoder changed the samples that it was given")
	}
	for i, p := range packets {
		if !bytes.Equal(p.Data, copies[i]) {
			t.Fatalf("the encoder changed packet %d after it had given it away", i)
		}
	}
}

// Benchmark reports how many times faster than real time an encoder is, in blocks.
func Benchmark(b *testing.B, e Encoder) {
	sound := Music(1, 10*int(pcm.StationRate))
	blocks := len(sound) / pcm.BlockSamples
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		at := n % blocks * pcm.BlockSamples
		if _, err := e.Encode(sound[at : at+pcm.BlockSamples]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)*pcm.BlockDuration.Seconds()/b.Elapsed().Seconds(), "×real-time")
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
}

// Delay is how many blocks must be fed after the block in which a sound begins
// until the packet is out that decodes to its first frame: one number for each of
// starts, frames at which the sound may begin, all within the first second.
func Delay(t testing.TB, e Encoder, starts []int64) []int {
	t.Helper()
	sound := make([]float32, pcm.BlockSamples)
	var ends []int64 // the frame after the newest decodable one, after each block
	end := int64(math.MinInt64)
	for range 100 {
		packets, err := e.Encode(sound)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range packets {
			end = p.Frame + int64(p.Frames)
		}
		ends = append(ends, end)
	}
	var out []int
	for _, start := range starts {
		block := int(start / pcm.BlockFrames)
		n := 0
		for ends[block+n] <= start {
			n++
		}
		out = append(out, n)
	}
	return out
}
