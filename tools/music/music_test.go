package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bandstand/internal/measure"
	"bandstand/internal/song"
)

func TestQuantiles(t *testing.T) {
	xs := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, .5: 3, .8: 5, 1: 5} {
		if got := quantile(xs, q); got != want {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
	if !math.IsNaN(median(nil)) {
		t.Error("nothing has a median")
	}
}

func TestBeyond(t *testing.T) {
	v := measure.Value{Low: 2, High: 4}
	open := measure.Value{Low: 2, High: math.Inf(1)}
	for _, test := range []struct {
		v       measure.Value
		x, want float64
	}{{v, 3, 0}, {v, 1, .5}, {v, 8, 2}, {v, math.NaN(), 0}, {open, 99, 0}, {open, 1, .5}} {
		if got := beyond(test.v, test.x); got != test.want {
			t.Errorf("%g is %g beyond %g to %g, want %g", test.x, got, test.v.Low, test.v.High, test.want)
		}
	}
}

func TestNearestOfStandardisedFeatures(t *testing.T) {
	// The first feature is large and says nothing, the second small and tells all,
	// the third is the same in all.
	all := [][]float64{{1000, .1, 7}, {3000, .9, 7}, {2900, .11, 7}, {1100, .91, 7}}
	standardise(all)
	for k, want := range []float64{0, 0, 0} {
		sum := 0.0
		for _, f := range all {
			sum += f[k]
		}
		if math.Abs(sum/4-want) > 1e-9 {
			t.Errorf("feature %d has mean %g", k, sum/4)
		}
	}
	if math.Abs(all[0][1]*all[0][1]+all[1][1]*all[1][1]+all[2][1]*all[2][1]+all[3][1]*all[3][1]-4) > 1e-9 {
		t.Error("the deviation is not 1")
	}
	same := [][]float64{{0, 0}, {0, 5}, {0, 1}, {9, 9}}
	for i, want := range []int{2, 2, 0, 1} {
		if got := nearest(same, i); got != want {
			t.Errorf("nearest to %d is %d, want %d", i, got, want)
		}
	}
}

func TestOnTempo(t *testing.T) {
	four, six := song.Meter{Beats: 4, Unit: 4}, song.Meter{Beats: 6, Unit: 8}
	for _, test := range []struct {
		meter      song.Meter
		is, tracks float64
		want       bool
	}{
		{four, 120, 121, true}, {four, 120, 60, true}, {four, 120, 243, true}, {four, 120, 90, false}, {four, 120, 0, false},
		{four, 120, 130, false}, {six, 120, 80, true}, {six, 120, 160, true}, {six, 120, 110, false},
	} {
		h := heard{tempo: test.tracks, piece: &piece{Subject: measure.Subject{Song: &song.Song{Tempo: test.is, Meter: test.meter}}}}
		if h.onTempo() != test.want {
			t.Errorf("%g found for %g in %d/%d: %v", test.tracks, test.is, test.meter.Beats, test.meter.Unit, !test.want)
		}
	}
}

func TestReadingWhatPeersSay(t *testing.T) {
	const said = "  Integrated loudness:\n    I:         -14.3 LUFS\n    Threshold: -24.5 LUFS\n  True peak:\n    Peak:       -1.2 dBFS\n"
	if x, err := said1(said, `I:\s+(-?[\d.]+) LUFS`); err != nil || x != -14.3 {
		t.Errorf("the loudness is %g, %v", x, err)
	}
	if x, err := said1(said, `Peak:\s+(-?[\d.]+) dBFS`); err != nil || x != -1.2 {
		t.Errorf("the peak is %g, %v", x, err)
	}
	if _, err := said1("nothing", `I: ([\d.]+)`); err == nil {
		t.Error("nothing has a loudness")
	}
	if x := tracked("0.1\n0.6\n1.1\n1.6\n2.1\n2.6\n3.1\n9.0\n"); math.Abs(x-120) > 1e-9 {
		t.Errorf("beats every half second are %g a minute", x)
	}
	if x := tracked("0.5\n1.0\n"); x != 0 {
		t.Errorf("two beats are %g a minute", x)
	}
}

// TestReport makes a small report whole and looks into it.
func TestReport(t *testing.T) {
	o := options{songs: 3, seed: 7, styles: []string{"pop", "ambient"}, rolls: 2, times: 2}
	b, err := composeBatch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	figures := b.figures()
	file := filepath.Join(t.TempDir(), "deep", "report.html")
	if err := b.report(t.Context(), o, file, figures); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"pop 7", "ambient 9", "8-note overlap", "--style pop --seed 8", "<svg", "scale consistency"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("%q is not in the report", want)
		}
	}
	if n := bytes.Count(page, []byte("<svg")); n != 2+1+6 {
		t.Errorf("%d rolls, not the two worst, the best and all six by style", n)
	}
	for _, outside := range []string{"src=\"http", "href=\"http", "@import"} {
		if bytes.Contains(page, []byte(outside)) {
			t.Errorf("the report needs the network: %s", outside)
		}
	}
	var table bytes.Buffer
	printFigures(&table, figures)
	if got := strings.Count(table.String(), "\n"); got != len(figures) || got < 14 {
		t.Errorf("%d figures are printed:\n%s", got, table.String())
	}
	again, err := composeBatch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range again.figures() {
		if f != figures[i] {
			t.Errorf("the same seeds gave %+v and %+v", figures[i], f)
		}
	}
}
