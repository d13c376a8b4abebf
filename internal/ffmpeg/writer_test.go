package ffmpeg_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
)

func TestNoByteIsLostOrMovedWhenWritesEndHalfway(t *testing.T) {
	ours, theirs, err := ffmpeg.Pair()
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(7, 7))
	want := make([]byte, 200*7680)
	for i := range want {
		want[i] = byte(chance.Uint32())
	}
	var got []byte
	var reader sync.WaitGroup
	reader.Go(func() {
		defer theirs.Close()
		chance := rand.New(rand.NewPCG(8, 8))
		for len(got) < len(want) {
			buf := make([]byte, 1+2*chance.IntN(3000)) // odd, so that samples are split
			n, err := theirs.Read(buf)
			got = append(got, buf[:n]...)
			if err != nil {
				return
			}
			if chance.IntN(50) == 0 {
				time.Sleep(110 * time.Millisecond) // longer than a write waits
			}
		}
	})
	w := ffmpeg.NewWriter(ours)
	cut := 0
	for block := range slices.Chunk(want, 7680) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(chance.IntN(3000))*time.Microsecond)
		err := ffmpeg.Write(w, ctx, block, time.Minute)
		cancel()
		for err != nil { // it ended anywhere; the rest of it comes before all else
			cut++
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err = ffmpeg.Flush(w, ctx, time.Minute)
			cancel()
		}
	}
	ours.Close()
	reader.Wait()
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes were written and %d read, or not the same", len(want), len(got))
	}
	if cut == 0 {
		t.Error("no write ended halfway")
	}
}

func TestAWriteThatMovesNothingIsStuck(t *testing.T) {
	ours, theirs, err := ffmpeg.Pair()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	w := ffmpeg.NewWriter(ours)
	err = ffmpeg.Write(w, t.Context(), make([]byte, 1<<20), 200*time.Millisecond)
	if !ffmpeg.IsStuck(err) {
		t.Errorf("the error is %v", err)
	}
	theirs.Close()
	if err := ffmpeg.Flush(w, t.Context(), time.Minute); err == nil || ffmpeg.IsStuck(err) || errors.Is(err, io.EOF) {
		t.Errorf("to nobody, the error is %v", err)
	}
}
