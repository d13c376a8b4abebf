package playout_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/playout"
)

func item(queue int64, code string) playout.Item { return playout.Item{Queue: queue, Code: code} }

func TestSilenceIsAStream(t *testing.T) {
	tp := run(t, fakeSongs{}, 10*time.Second, func(*playout.Playout) {})
	wantSilence(t, tp.samples(), 0, int64(len(tp.blocks))*pcm.BlockFrames)
	if len(tp.blocks) < 500 || len(tp.blocks) > 501 {
		t.Errorf("%d blocks in 10 s", len(tp.blocks))
	}
	for i, at := range tp.at {
		if at != time.Duration(i)*pcm.BlockDuration {
			t.Fatalf("block %d came at %v", i, at)
		}
	}
}

func TestSongsFollowEachOtherAtTheVeryNextFrame(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 100_001, "two": 77_777, "tri": 50_000}}
	tp := run(t, songs, 6*time.Second, func(p *playout.Playout) {
		p.SetQueue([]playout.Item{item(1, "one"), item(2, "two"), item(3, "tri")})
	})
	all := tp.samples()
	started := tp.kinds(playout.Started)
	if len(started) != 3 {
		t.Fatalf("%d songs started", len(started))
	}
	at := started[0].Frame
	for i, e := range started {
		length := songs.length[e.Item.Code]
		if e.Frame != at || e.Ordered {
			t.Errorf("song %d started at %d (ordered: %v), not by itself at %d", i, e.Frame, e.Ordered, at)
		}
		wantRamp(t, all, at, at+length, 0)
		at += length
		if got := tp.blocks[at/pcm.BlockFrames].Change; int64(got) != at%pcm.BlockFrames || got == 0 {
			t.Errorf("the block in which song %d ends says %d, not %d", i, got, at%pcm.BlockFrames)
		}
	}
	changes := 0
	for _, b := range tp.blocks {
		if b.Change != 0 {
			changes++
		}
	}
	if changes != len(started) {
		t.Errorf("%d blocks say that something changes in them", changes)
	}
	wantSilence(t, all, at, int64(len(all)/2))
	if s := tp.kinds(playout.Silent); len(s) != 1 || s[0].Frame != at {
		t.Errorf("silence was reported as %v, not once at %d", s, at)
	}
}

func TestNewSongReplacesWithinTheFade(t *testing.T) {
	tp := run(t, fakeSongs{delay: map[string]time.Duration{"two": 45 * time.Millisecond}}, 3*time.Second, func(p *playout.Playout) {
		p.Play(1, item(0, "one"))
		wait(time.Second + 7*time.Millisecond)
		p.Play(2, item(0, "two"))
		wait(time.Second)
		p.Silence(3)
	})
	all, started := tp.samples(), tp.kinds(playout.Started)
	if len(started) != 2 || started[0].Turn != 1 || started[1].Turn != 2 {
		t.Fatalf("started: %+v", started)
	}
	one, two := started[0].Frame, started[1].Frame
	wantRamp(t, all, one, two, 0) // the old song goes on until the new one is there
	if late := pcm.StationRate.Duration(two) - (1007+45)*time.Millisecond; late < 0 || late > pcm.BlockDuration {
		t.Errorf("the new song was heard %v after it was ready", late)
	}
	stop := tp.kinds(playout.Silent)[0].Frame
	wantRamp(t, all, two+playout.FadeFrames, stop, playout.FadeFrames)
	wantSilence(t, all, stop+playout.FadeFrames, int64(len(all)/2))
	for f := int64(1); f < int64(len(all)/2); f++ {
		if step := all[2*f] - all[2*f-2]; (f < two || f > two) && (step > 0.01 || step < -0.01) {
			t.Fatalf("a click of %v at frame %d", step, f)
		}
	}
}

func TestStopHoldsTheQueue(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 48_000, "two": 48_000}}
	tp := run(t, songs, 10*time.Second, func(p *playout.Playout) {
		p.Play(1, item(0, "one"))
		p.SetQueue([]playout.Item{item(7, "two")})
		wait(300 * time.Millisecond)
		p.Silence(2)
		wait(3 * time.Second)
		if s := p.Now(); s.Song != nil {
			t.Errorf("stopped, but %s is heard", s.Item.Code)
		}
		p.Release(3)
		wait(500 * time.Millisecond)
		if s := p.Now(); s.Item.Code != "two" || s.Position < 400*time.Millisecond || s.Position > 520*time.Millisecond {
			t.Errorf("half a second after the release: %s at %v", s.Item.Code, s.Position)
		}
	})
	if got := len(tp.kinds(playout.Started)); got != 2 {
		t.Errorf("%d songs started", got)
	}
}

func TestQueueNamesASongThatHasBegun(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 96_000, "two": 96_000}}
	tp := run(t, songs, 8*time.Second, func(p *playout.Playout) {
		p.SetQueue([]playout.Item{item(1, "one")})
		wait(time.Second)
		p.SetQueue([]playout.Item{item(1, "one"), item(2, "two")}) // the caller has not heard yet
		wait(4 * time.Second)
	})
	if s := tp.kinds(playout.Started); len(s) != 2 || s[1].Item.Code != "two" {
		t.Errorf("started %v", s)
	}
}

func TestFailuresAreSilenceAndAReport(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 48_000}, delay: map[string]time.Duration{"broken": time.Second}}
	tp := run(t, songs, 12*time.Second, func(p *playout.Playout) {
		p.Play(1, item(0, "breaks")) // 2 s, then an error
		p.SetQueue([]playout.Item{item(1, "broken"), item(2, "panics"), item(3, "one")})
	})
	all := tp.samples()
	failed := tp.kinds(playout.Failed)
	if len(failed) != 3 || !errors.Is(failed[0].Err, errBroken) || !errors.Is(failed[1].Err, errBroken) || failed[2].Err == nil {
		t.Fatalf("failures: %v", failed)
	}
	started := tp.kinds(playout.Started)
	if len(started) != 2 || started[1].Item.Code != "one" {
		t.Fatalf("started: %v", started)
	}
	wantRamp(t, all, started[0].Frame, failed[0].Frame, 0)
	wantRamp(t, all, started[1].Frame, started[1].Frame+48_000, 0)
}

// slowly is a source that is late once, for a while.
type slowly struct {
	pcmtest.Ramp
	late time.Duration
}

func (s *slowly) Read(dst []float32) (int, error) {
	if s.At > 240_000 && s.late > 0 {
		<-time.After(s.late)
		s.late = 0
	}
	return s.Ramp.Read(dst)
}

func TestALateRendererIsSilenceThatLosesNothing(t *testing.T) {
	tp := run(t, renderFunc(func() pcm.Source { return &slowly{Ramp: pcmtest.Ramp{Length: 480_000}, late: 8 * time.Second} }), 20*time.Second,
		func(p *playout.Playout) { p.Play(1, item(0, "late")) })
	var heard int64
	for f, all := int64(0), tp.samples(); f < int64(len(all)/2); f++ {
		if all[2*f] == 0 {
			continue
		}
		heard++
		if want := pcmtest.RampValue(heard); all[2*f] != want {
			t.Fatalf("frame %d is %v, want the next one of the song, %v", f, all[2*f], want)
		}
	}
	if heard != 479_999 {
		t.Errorf("%d frames of the song were heard", heard)
	}
}

func TestBehindByMoreThanASecondJumpsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		var frames []int64
		p := playout.New(playout.Config{
			Renderer: fakeSongs{},
			Emit: func(b pcm.Block) {
				at, frames = append(at, time.Now()), append(frames, b.Frame)
				if len(at) == 100 {
					<-time.After(5 * time.Second) // the machine slept
				}
			},
			Report: func(playout.Event) {},
			Log:    slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := p.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if jumps := p.Stats.Jumps.Load(); jumps != 1 {
			t.Errorf("%d jumps", jumps)
		}
		for i := 101; i < len(at); i++ {
			if step := at[i].Sub(at[i-1]); step != pcm.BlockDuration {
				t.Fatalf("block %d came %v after the one before: it chased", i, step)
			}
			if frames[i] != frames[i-1]+pcm.BlockFrames {
				t.Fatalf("block %d is frame %d after %d", i, frames[i], frames[i-1])
			}
		}
	})
}

func TestTwoHundredRandomOrdersLoseNoFrame(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	songs := fakeSongs{length: map[string]int64{"a": 31_234, "b": 400_000, "c": 5, "d": 96_001}}
	codes := []string{"a", "b", "c", "d"}
	var queue []playout.Item
	tp := run(t, songs, 5*time.Minute, func(p *playout.Playout) {
		for i := range int64(200) {
			wait(time.Duration(rng.IntN(2000)) * time.Millisecond)
			code := codes[rng.IntN(len(codes))]
			switch rng.IntN(4) {
			case 0:
				p.Silence(i)
			case 1:
				queue = append(queue, item(i+1, code))
				p.SetQueue(queue)
			case 2:
				p.Release(i)
			default:
				p.Play(i, item(0, code))
			}
		}
	})
	all, started := tp.samples(), tp.kinds(playout.Started)
	if len(started) < 50 {
		t.Fatalf("only %d songs started", len(started))
	}
	marks := append(tp.kinds(playout.Started), tp.kinds(playout.Silent)...)
	for _, s := range started {
		end := s.Frame + songs.length[s.Item.Code]
		for _, m := range marks {
			if m.Frame > s.Frame {
				end = min(end, m.Frame)
			}
		}
		// The first frames may have what was heard before fading out under them.
		wantRamp(t, all, min(end, s.Frame+playout.FadeFrames), end, playout.FadeFrames)
	}
}

// renderFunc renders everything as one source.
type renderFunc func() pcm.Source
