package opus

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/encode/ogg"
	"bandstand/internal/pcm"
)

func open(t testing.TB) *Encoder {
	t.Helper()
	e, err := New(0, encode.Tags{Title: "Test", Artist: "Nobody"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestContract(t *testing.T) {
	encodetest.CheckEncoder(t, func(t *testing.T) encodetest.Encoder { return open(t) })
}

func TestDecodesToWhatWentIn(t *testing.T) {
	for name, sound := range map[string][]float32{
		"bursts of noise": encodetest.Bursts(1, 3*48000),
		"a sweep":         encodetest.Sweep(3*48000, 0.5),
		"music":           encodetest.Music(1, 3*48000),
		"a block":         encodetest.Noise(2, 960, 0.5),
		"an odd length":   encodetest.Noise(3, 50001, 0.5),
		"just over":       encodetest.Noise(4, 960*7+841, 0.5), // with the delay, one more packet
		"just not over":   encodetest.Noise(4, 960*7+840, 0.5),
	} {
		t.Run(name, func(t *testing.T) {
			s := encodetest.Feed(t, open(t), sound, pcm.BlockFrames)
			got := encodetest.Decode(t, s.From(0))
			if len(got) != len(sound) {
				t.Errorf("%d frames decoded, not %d", len(got)/2, len(sound)/2)
			}
			encodetest.Same(t, sound, got, 0.93)
		})
	}
}

// A decoder drops Skip frames after it has joined, and then hears what the first
// packet it got says.
func TestJoinInTheMiddle(t *testing.T) {
	sound := encodetest.Bursts(5, 4*48000)
	s := encodetest.Feed(t, open(t), sound, pcm.BlockFrames)
	for _, n := range []int{1, 2, 50, 101} {
		got := encodetest.Decode(t, s.From(n))
		heard := s.Packets[n].Frame + Skip
		if want := len(sound)/2 - int(heard); len(got)/2 != want {
			t.Errorf("joined at packet %d: %d frames decoded, not %d", n, len(got)/2, want)
		}
		encodetest.Same(t, sound[2*heard:], got, 0.93)
	}
}

func TestSilenceIsSentWhole(t *testing.T) {
	s := encodetest.Feed(t, open(t), make([]float32, 60*48000*2), pcm.BlockFrames)
	if nominal := 60 * DefaultBitrate / 8; s.Bytes() < nominal {
		t.Errorf("60 s of silence are %d bytes, less than %d", s.Bytes(), nominal)
	}
	for i, p := range s.Packets {
		if len(p.Data) != len(s.Packets[0].Data) {
			t.Fatalf("packet %d has %d bytes, the first %d", i, len(p.Data), len(s.Packets[0].Data))
		}
	}
	if peak, _ := pcm.Level(encodetest.Decode(t, s.From(0))); peak > 1e-4 {
		t.Errorf("silence decodes to a peak of %v", peak)
	}
}

// Every block gives its packet at once; only what begins in the last Skip frames of
// a block waits for the next.
func TestDelay(t *testing.T) {
	got := encodetest.Delay(t, open(t), []int64{0, 960, 960*7 + 839, 960*7 + 840, 960*8 - 1})
	if want := []int{0, 0, 0, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("blocks waited for: %v, not %v", got, want)
	}
}

// page is what a reader of Ogg sees.
type page struct {
	flags    byte
	granule  int64
	serial   uint32
	sequence uint32
	packets  int
	body     []byte
}

func readPages(t *testing.T, stream []byte) (out []page) {
	t.Helper()
	for len(stream) > 0 {
		if !bytes.HasPrefix(stream, []byte("OggS\x00")) {
			t.Fatalf("no page begins at %d bytes before the end", len(stream))
		}
		p := page{flags: stream[5], granule: int64(binary.LittleEndian.Uint64(stream[6:])),
			serial: binary.LittleEndian.Uint32(stream[14:]), sequence: binary.LittleEndian.Uint32(stream[18:])}
		table := stream[27 : 27+int(stream[26])]
		size := 27 + len(table)
		for _, n := range table {
			size += int(n)
			if n < 255 {
				p.packets++
			}
		}
		p.body = stream[27+len(table) : size]
		sum := binary.LittleEndian.Uint32(stream[22:])
		raw := slices.Clone(stream[:size])
		clear(raw[22:26])
		if slow := slowChecksum(raw); slow != sum {
			t.Fatalf("page %d has checksum %08x, not %08x", p.sequence, sum, slow)
		}
		out, stream = append(out, p), stream[size:]
	}
	return out
}

// slowChecksum divides bit by bit, as RFC 3533 says it.
func slowChecksum(page []byte) (crc uint32) {
	for _, b := range page {
		for bit := 7; bit >= 0; bit-- {
			top := crc>>31 ^ uint32(b>>bit&1)
			crc <<= 1
			if top == 1 {
				crc ^= 0x04c11db7
			}
		}
	}
	return crc
}

func TestOneLogicalStream(t *testing.T) {
	s := encodetest.Feed(t, open(t), encodetest.Music(2, 10*48000+7), pcm.BlockFrames)
	if n := bytes.Count(s.From(0), []byte("OpusHead")); n != 1 {
		t.Errorf("%d OpusHeads", n)
	}
	all := readPages(t, s.From(0))
	for i, p := range all {
		want := page{serial: all[0].serial, sequence: uint32(i), packets: 1, flags: 0, granule: int64(i-1) * 960, body: p.body}
		switch i {
		case 0:
			want.flags, want.granule = ogg.First, 0
		case len(all) - 1:
			want.flags, want.granule = ogg.Last, 10*48000+7+Skip
		}
		if p.flags != want.flags || p.granule != want.granule || p.serial != want.serial || p.sequence != want.sequence || p.packets != want.packets {
			t.Fatalf("page %d is %+v, not %+v", i, p, want)
		}
	}
	if head := all[0].body; len(head) != 19 || head[8] != 1 || head[9] != 2 || binary.LittleEndian.Uint16(head[10:]) != Skip || head[18] != 0 {
		t.Errorf("OpusHead is %v", head)
	}
	other := open(t)
	if readPages(t, other.Header())[0].serial == all[0].serial {
		t.Error("two encoders share a serial number")
	}
}

func TestTags(t *testing.T) {
	tags := encode.Tags{Title: strings.Repeat("é", 10000), Artist: "Ünit", Album: "A", Comment: "seed=1"}
	e, err := New(0, tags)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(readPages(t, e.Header())); n != 2 {
		t.Errorf("the header is %d pages, not 2", n)
	}
	if !bytes.Contains(e.Header(), []byte("ARTIST=Ünit")) {
		t.Error("the artist is missing")
	}
	if got := truncate("aé", 2); got != "a" {
		t.Errorf("a cut within a character gave %q", got)
	}
}

func TestBitrates(t *testing.T) {
	for _, rate := range []int{-1, 15_999, 510_001} {
		if _, err := New(rate, encode.Tags{}); err == nil {
			t.Errorf("a bitrate of %d was taken", rate)
		}
	}
	for _, rate := range []int{MinBitrate, 64_000, 256_000, MaxBitrate} {
		e, err := New(rate, encode.Tags{})
		if err != nil {
			t.Fatal(err)
		}
		sound := encodetest.Music(6, 48000)
		s := encodetest.Feed(t, e, sound, pcm.BlockFrames)
		for _, p := range s.Packets {
			if body := len(readPages(t, p.Data)[0].body); body != rate/8/50 {
				t.Fatalf("at %d bits a second a packet has %d bytes", rate, body)
			}
		}
		if got := encodetest.Decode(t, s.From(0)); len(got) != len(sound) {
			t.Errorf("at %d bits a second %d samples decode, not %d", rate, len(got), len(sound))
		}
	}
}

func BenchmarkEncode(b *testing.B) { encodetest.Benchmark(b, open(b)) }
