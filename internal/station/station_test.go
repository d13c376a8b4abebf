package station

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/pcm"
)

// TestTwoHundredOrdersLoseNoFrame gives 200 random skips, stops, new and queued
// songs, and compares what FLAC listeners decode with what playout emitted, sample
// by sample. One Opus and one MP3 listener hear it all through one stream each.
func TestTwoHundredOrdersLoseNoFrame(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	rng := rand.New(rand.NewPCG(3, 4))
	styles := []string{"pop", "rock", "funk", "jazz", "waltz"}
	flac, opus, mp3 := r.listenTo("/live.flac?burst=0"), r.listenTo("/live.opus?burst=0"), r.listenTo("/live.mp3?burst=0")
	pause := time.NewTimer(0)
	changes := 0
	for i := range 200 {
		pause.Reset(time.Duration(rng.IntN(200)) * time.Millisecond)
		<-pause.C
		style := styles[rng.IntN(len(styles))]
		switch rng.IntN(5) {
		case 0:
			r.do("stop")
		case 1:
			r.do("queue new " + style)
		case 2:
			if r.air.Now().State == command.Playing { // else there may be nothing to skip
				r.do("skip")
			}
		default:
			r.do(fmt.Sprintf("new %s seed=%d", style, i))
			changes++
		}
	}
	if changes < 50 {
		t.Fatalf("only %d new songs", changes)
	}
	r.stop()
	heard, complaints := decode(t, flac.hangUp())
	if complaints != "" {
		t.Errorf("ffmpeg on FLAC: %s", complaints)
	}
	compare(t, heard, r.emitted(flac.from))
	if n := bytes.Count(opus.hangUp(), []byte("OpusHead")); n != 1 {
		t.Errorf("%d OpusHeads over %d song changes, want 1", n, changes)
	}
	for name, l := range map[string]*hearer{"opus": opus, "mp3": mp3} {
		samples, complaints := decode(t, l.hangUp())
		if complaints != "" {
			t.Errorf("ffmpeg on %s: %s", name, complaints)
		}
		want := len(r.emitted(l.from)) / pcm.Channels
		// The last packet is filled up; one packet lost would make it too few.
		if got := len(samples) / pcm.Channels; got < want || got >= want+2*1152 {
			t.Errorf("%s decoded to %d frames, want %d or a packet's rest more", name, got, want)
		}
	}
}

// compare fails where what was heard is not what was emitted, from its first frame on.
func compare(t *testing.T, heard, emitted []int16) {
	t.Helper()
	if short := len(emitted) - len(heard); short < 0 || short > 4*pcm.BlockSamples {
		t.Fatalf("%d samples were heard of %d emitted", len(heard), len(emitted))
	}
	for i, s := range heard {
		if s != emitted[i] {
			t.Fatalf("frame %d differs: heard %d, emitted %d", i/pcm.Channels, s, emitted[i])
		}
	}
}

// TestTheSameSongGivesTheSameSamples plays a song twice from its seed, and again
// by its code after a restart: the samples are the same each time.
func TestTheSameSongGivesTheSameSamples(t *testing.T) {
	data := t.TempDir()
	r := begin(t, data, nil)
	first := r.record("new funk seed=7")
	second := r.record("new funk seed=7")
	code := r.air.Now().Code
	other := r.record("new funk seed=8")
	r.stop()
	again := begin(t, data, nil).record("play " + code)
	if !slices.Equal(first, second) {
		t.Error("the same seed gave other samples the second time")
	}
	if !slices.Equal(first, again) {
		t.Error("the song's code gave other samples after a restart")
	}
	if slices.Equal(first, other) {
		t.Error("another seed gave the same samples")
	}
}

// record is what is heard in the first two seconds after an order, from a silence on.
func (r *running) record(order string) []int16 {
	r.t.Helper()
	r.do("stop")
	r.until("silence on tape", func() bool {
		last, ok := r.last()
		return ok && last.Code == "" && last.Frame > 2*pcm.BlockFrames
	})
	r.do(order)
	begun := int64(-1)
	r.until("two seconds of the song", func() bool {
		last, _ := r.last()
		if begun < 0 && last.Code != "" {
			begun = r.since(last.Code)
		}
		return begun >= 0 && last.Frame > begun+110*pcm.BlockFrames
	})
	return r.emitted(begun)[:100*pcm.BlockSamples]
}

// TestAutoNeverStops skips through songs that auto composed.
func TestAutoNeverStops(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	r.do("auto on")
	seen := map[string]bool{}
	for range 5 {
		r.until("a new song", func() bool { n := r.air.Now(); return n.Song != nil && !seen[n.Code] })
		seen[r.air.Now().Code] = true
		r.until("the next in the queue", func() bool { q, err := r.db.Queue(t.Context()); return err == nil && len(q) == 1 })
		r.do("skip")
	}
	r.do("auto off")
}

// TestAnEncoderRunsOnlyWhileSomeoneListens looks at the mounts.
func TestAnEncoderRunsOnlyWhileSomeoneListens(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	opus := r.house.streams[0].mount
	if opus.Stats().Running {
		t.Error("an encoder runs with nobody there")
	}
	l := r.listenTo("/live.opus?burst=0")
	if !opus.Stats().Running {
		t.Error("no encoder runs for the listener")
	}
	l.hangUp()
	r.until("the encoder rests", func() bool { return !opus.Stats().Running })
}
