package station

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bandstand/internal/pcm"
)

// icyTitles reads /live.mp3 with its titles until the test ends; newest is the last of
// them, and the station's frame at which it stands in the sound.
func (r *running) icyTitles() (newest func() (title string, frame int64)) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "http://"+r.place()+"/live.mp3?burst=0", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Icy-MetaData", "1")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	interval, err := strconv.ParseInt(res.Header.Get("icy-metaint"), 10, 64)
	if err != nil {
		r.t.Fatal(err)
	}
	from, err := strconv.ParseInt(res.Header.Get("X-Bandstand-Frame"), 10, 64)
	if err != nil {
		r.t.Fatal(err)
	}
	const bytesPerSecond = 128_000 / 8
	var mu sync.Mutex
	var title string
	var frame int64
	var reading sync.WaitGroup
	reading.Go(func() {
		in := bufio.NewReader(res.Body)
		for at := interval; ; at += interval {
			if _, err := io.CopyN(io.Discard, in, interval); err != nil {
				return
			}
			size, err := in.ReadByte()
			if err != nil {
				return
			}
			text := make([]byte, 16*int(size))
			if _, err := io.ReadFull(in, text); err != nil {
				return
			}
			if size > 0 {
				mu.Lock()
				title = strings.TrimSuffix(strings.TrimPrefix(strings.TrimRight(string(text), "\x00"), "StreamTitle='"), "';")
				frame = from + at*int64(pcm.StationRate)/bytesPerSecond
				mu.Unlock()
			}
		}
	})
	r.t.Cleanup(func() { _ = res.Body.Close(); reading.Wait() })
	return func() (string, int64) { mu.Lock(); defer mu.Unlock(); return title, frame }
}

// TestANewTitleTravelsWithTheSound renames the song on the air and takes that back: the
// stream, the picture and what is told of now have it, and the song goes on.
func TestANewTitleTravelsWithTheSound(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	newest := r.icyTitles()
	s := r.do("new").Song
	has := func(title string) func() bool {
		return func() bool { got, _ := newest(); return got == s.Band+" - "+title }
	}
	r.until("the stream has the first title", has(s.Title))
	r.until("it is on tape", func() bool { return r.since(s.Code) > 0 })
	from := r.since(s.Code)
	for _, step := range []struct{ order, title string }{{"title now Second Name", "Second Name"}, {"undo", s.Title}} {
		r.do(step.order)
		given := r.playout.Now().Frame
		r.until("the stream has the title "+step.title, has(step.title))
		// Where in the sound it stands: a machine that is busy does not move that.
		_, frame := newest()
		t.Logf("%s: in the stream %v after the order", step.order, pcm.StationRate.Duration(frame-given))
		if frame-given > int64(pcm.StationRate) {
			t.Errorf("%s: the title stands %v after the order", step.order, pcm.StationRate.Duration(frame-given))
		}
		if m := r.moment(given); m.Song.Title != step.title || m.Code != s.Code {
			t.Errorf("the picture is of %q", m.Song.Title)
		}
	}
	if r.since(s.Code) != from {
		t.Error("the song began anew")
	}
}
