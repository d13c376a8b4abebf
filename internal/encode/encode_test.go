package encode

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

var nan, inf = float32(math.NaN()), float32(math.Inf(1))

func TestQuantize(t *testing.T) {
	for _, c := range []struct {
		in   float32
		want int16
	}{
		{0, 0}, {1, 32767}, {-1, -32768}, {0.5, 16384}, {-0.5, -16384},
		{1.0 / 32768, 1}, {0.5 / 32768, 0}, {1.5 / 32768, 2}, {-0.5 / 32768, 0}, {-1.5 / 32768, -2}, {2.5 / 32768, 2},
		{7, 32767}, {-7, -32768}, {inf, 32767}, {-inf, -32768}, {nan, 0},
	} {
		var got [1]int16
		Quantize(got[:], []float32{c.in})
		if got[0] != c.want {
			t.Errorf("%v became %d, not %d", c.in, got[0], c.want)
		}
	}
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		var got [1]int16
		if Quantize(got[:], []float32{float32(v) / 32768}); int(got[0]) != v {
			t.Fatalf("16-bit %d came back as %d", v, got[0])
		}
	}
}

func TestClip(t *testing.T) {
	got := make([]float32, 7)
	Clip(got, []float32{0.25, 1.5, -3, nan, inf, -inf, -1})
	if want := []float32{0.25, 1, -1, 0, 1, -1, -1}; !slices.Equal(got, want) {
		t.Errorf("got %v, not %v", got, want)
	}
}

func TestCheckFrames(t *testing.T) {
	if err := CheckFrames(make([]float32, 4)); err != nil {
		t.Error(err)
	}
	if err := CheckFrames(make([]float32, 5)); !errors.Is(err, ErrFrames) {
		t.Errorf("five values gave error %v", err)
	}
}

func TestBlocksCutsAnyPieces(t *testing.T) {
	var whole, rest []float32
	b := NewBlocks(5)
	next := float32(0)
	for _, frames := range []int{0, 1, 4, 5, 12, 3, 2, 1, 11, 4} {
		piece := make([]float32, frames*pcm.Channels)
		for i := range piece {
			piece[i], next = next, next+1
		}
		err := b.Add(piece, func(block []float32) error {
			if len(block) != 10 {
				t.Errorf("a block of %d samples", len(block))
			}
			whole = append(whole, block...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rest = b.Rest()
	if len(rest) != 6 {
		t.Errorf("%d samples are left, not 6", len(rest))
	}
	for i, s := range append(whole, rest...) {
		if s != float32(i) {
			t.Fatalf("sample %d is %v", i, s)
		}
	}
	if len(b.Rest()) != 0 {
		t.Error("the rest can be taken twice")
	}
	want := errors.New("full")
	if err := b.Add(make([]float32, 10), func([]float32) error { return want }); !errors.Is(err, want) {
		t.Errorf("an error of put became %v", err)
	}
}

type broken struct{ err error }

func (b broken) Read([]float32) (int, error) { return 0, b.err }

func TestPull(t *testing.T) {
	var got []float32
	var heard []int64
	err := Pull(t.Context(), &pcmtest.Ramp{Length: 2500}, 1000,
		func(n int64) { heard = append(heard, n) },
		func(s []float32) error { got = append(got, s...); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard, []int64{1000, 2000, 2500}) || len(got) != 5000 || got[4998] != pcmtest.RampValue(2499) {
		t.Errorf("heard %v, got %d samples", heard, len(got))
	}

	keep := func([]float32) error { return nil }
	fault := errors.New("string broke")
	if err := Pull(t.Context(), broken{fault}, 10, nil, keep); !errors.Is(err, fault) {
		t.Errorf("a broken source gave %v", err)
	}
	if err := Pull(t.Context(), broken{nil}, 10, nil, keep); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a stuck source gave %v", err)
	}
	if err := Pull(t.Context(), &pcmtest.Ramp{}, 10, nil, func([]float32) error { return fault }); !errors.Is(err, fault) {
		t.Errorf("a full disk gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := Pull(ctx, &pcmtest.Ramp{}, 10, func(int64) { cancel() }, keep); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled pull gave %v", err)
	}
}

func TestPatch(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	write := func(s string) {
		if _, err := f.WriteString(s); err != nil {
			t.Fatal(err)
		}
	}
	write("before ")
	p := NewPatch(f)
	write("0000 rest")
	if err := p.Write(1, []byte("12")); err != nil || !p.Possible() {
		t.Fatal(err)
	}
	write(" more")
	if got, _ := os.ReadFile(f.Name()); string(got) != "before 0120 rest more" {
		t.Errorf("the file reads %q", got)
	}

	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, w := range []io.Writer{w, io.Discard} {
		if p := NewPatch(w); p.Possible() || p.Write(0, []byte("x")) != nil {
			t.Error("a writer without a way back was patched")
		}
	}
}

func TestVorbisComment(t *testing.T) {
	got := string(VorbisComment(Tags{Title: "Ода", Comment: "c"}))
	want := "\x09\x00\x00\x00Bandstand\x02\x00\x00\x00\x0c\x00\x00\x00TITLE=Ода\x09\x00\x00\x00COMMENT=c"
	if got != want {
		t.Errorf("got %q", got)
	}
}
