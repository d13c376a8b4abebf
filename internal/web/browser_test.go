package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
)

// tone is ten seconds of a tone as ffmpeg encodes it, cut into pieces by cut.
func tone(t *testing.T, cut func([]byte) [][]byte, args ...string) [][]byte {
	t.Helper()
	args = append([]string{"-v", "error", "-f", "lavfi", "-i", "sine=440:r=48000:d=10", "-ac", "2", "-b:a", "128k"}, append(args, "pipe:1")...)
	out, err := exec.Command("ffmpeg", args...).Output()
	if err != nil {
		t.Fatalf("ffmpeg: %v", err)
	}
	return cut(out)
}

// mp3Frames cuts a constant 128 kbit/s at 48 kHz.
func mp3Frames(data []byte) (frames [][]byte) {
	for f := range slices.Chunk(data, 384) {
		frames = append(frames, f)
	}
	return frames
}

func oggPages(data []byte) (pages [][]byte) {
	for _, p := range bytes.Split(data, []byte("OggS"))[1:] {
		pages = append(pages, append([]byte("OggS"), p...))
	}
	return pages
}

// onAir plays pieces of a stream, each long frames, in real time from now on.
func onAir(t *testing.T, m *broadcast.Mount, header []byte, pieces [][]byte, long int) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := m.Wait(ctx); err != nil {
			return
		}
		m.Begin(header, 0)
		defer m.End()
		each := time.NewTicker(time.Duration(long) * time.Second / 48000)
		defer each.Stop()
		for n, p := range pieces {
			m.Publish(broadcast.Packet{Data: p, Frame: int64(n * long), Frames: long})
			if n < 150 {
				continue // three seconds at once: what a station has behind it
			}
			select {
			case <-each.C:
			case <-ctx.Done():
				return
			}
		}
		<-ctx.Done()
	})
	t.Cleanup(func() { cancel(); all.Wait() })
}

// browser is a page in Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string // exceptions and what the browser logged
}

func openBrowser(t *testing.T) *browser {
	b := &browser{t: t}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(options...), chromedp.WithListener(b.listen))
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("closing the browser: %v", err)
		}
		cancel()
	})
	b.ctx = ctx
	// The first action starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits until a JavaScript expression is true.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		b.t.Fatalf("waiting until %s: %v\nthe page says:\n%s", what, err, text)
	}
}

func has(id, text string) string {
	quoted, _ := json.Marshal(text)
	return fmt.Sprintf(`document.getElementById(%q).innerText.includes(%s)`, id, quoted)
}

func TestThePage(t *testing.T) {
	l := serve(t, nil)
	mp3 := tone(t, mp3Frames, "-f", "mp3", "-write_xing", "0", "-id3v2_version", "0", "-reservoir", "0")
	onAir(t, l.mp3, nil, mp3, 1152)
	opus := tone(t, oggPages, "-f", "opus", "-vbr", "off", "-page_duration", "20000")
	onAir(t, l.opus, slices.Concat(opus[:2]...), opus[2:], 960)
	l.house.set(command.Status{
		State: "playing", Auto: true,
		Song:  &command.OnAir{SongInfo: command.SongInfo{Code: "ABC23", Title: "Rust & <b>Roll</b>", Band: "The Bolts", Style: "funk", Key: "Am", Tempo: 112, Bars: 96, Seconds: 200}, Position: 50, Section: "verse 1", Bar: 25},
		Queue: []command.SongInfo{{Code: "NEXT2", Title: "Then This", Band: "The Nuts", Style: "jazz", Seconds: 100}},
	})

	l.house.render = func(w io.Writer, _ string) error { return pixel(w) }

	b := openBrowser(t)
	b.do(chromedp.Navigate(l.url("/")))
	b.until("it is live", has("link", "live"))
	b.until("it shows the song", has("now-title", "Rust & <b>Roll</b>"))
	b.until("it shows the band", has("now-band", "The Bolts"))
	b.until("it shows the rest", has("facts", "funk")+" && "+has("facts", "Am")+" && "+has("facts", "112 bpm")+" && "+has("facts", "auto"))
	b.until("it shows where", has("section", "verse 1 · bar 2")+` && document.getElementById("bar").value > 0.25`)
	b.until("it shows the queue", has("queue", "Then This"))
	b.until("it shows new songs", has("recent", "8"))
	b.until("a stranger cannot order", `document.getElementById("order").disabled && !document.getElementById("may").hidden`)

	b.do(chromedp.Navigate(l.url("/?token=" + token)))
	b.until("the token is gone from the address", `location.pathname + location.search == "/"`)
	b.until("its owner can order", `!document.getElementById("order").disabled`)
	b.do(chromedp.SendKeys(chromedp.ID("order"), "new funk\r"))
	b.until("the reply is there", has("replies", "new funk")+" && "+has("replies", "Here it is."))
	if given := l.house.given(); !slices.Equal(given, []string{"new funk"}) {
		t.Errorf("orders %q", given)
	}

	for _, path := range []string{"/live.mp3", "/live.opus"} {
		b.do(chromedp.SetValue(chromedp.ID("format"), path), chromedp.Click(chromedp.ID("listen")))
		b.until("one hears "+path, `document.getElementById("audio").currentTime > 1 && !document.getElementById("audio").error`)
		b.do(chromedp.Click(chromedp.ID("listen")))
		waitFor(t, 5*time.Second, "the listener to leave", func() bool { return l.mp3.Stats().Listeners+l.opus.Stats().Listeners == 0 })
	}

	// Whatever happens, with whatever data, the page goes on; the status after it counts.
	loop := &command.OnAir{SongInfo: command.SongInfo{Code: "NEXT2", Title: "Then This", Band: "The Nuts", Style: "jazz", Bars: 48, Seconds: 100}, Position: 20, Bar: 9}
	l.house.set(command.Status{State: "looping", Song: loop})
	for _, e := range []Event{
		{Name: "queue", Data: struct{}{}}, {Name: "auto", Data: struct{}{}}, {Name: "song", Data: map[string]any{"code": "NEXT2", "loop": true}},
		{Name: "failed", Data: nil}, {Name: "silence", Data: []int{}},
	} {
		l.house.emit(e)
	}
	b.until("it shows the loop", has("state", "IN A LOOP")+" && "+has("section", "of 48")+` && !document.getElementById("queue-empty").hidden`)
	again := *loop
	again.Position = 0 // it begins again
	l.house.set(command.Status{State: "looping", Song: &again})
	l.house.emit(Event{Name: "song", Data: struct{}{}})
	b.until("the loop begins again", has("section", "bar 1 of 48"))
	b.until("it is still live", has("link", "live"))

	l.house.set(command.Status{State: "silent"})
	l.house.emit(Event{Name: "silence"})
	b.until("it shows the silence", has("now-title", "Nothing plays"))

	b.do(chromedp.Navigate(l.url("/s/ABC23")))
	b.until("a song has a page", `document.querySelector("h1").innerText == "Don't <Panic>" && document.body.innerText.includes("Rusty")`)
	b.until("with its picture", `document.querySelector(".roll img").naturalWidth > 0`)
	b.do(chromedp.Click(chromedp.ID("play")))
	b.until("one can ask for it", has("reply", "error: there is no such order"))
	if given := l.house.given(); given[len(given)-1] != "play ABC23" {
		t.Errorf("orders %q", given)
	}

	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		if !strings.Contains(c, "400 (Bad Request)") { // the order that failed
			t.Errorf("the browser complains: %s", c)
		}
	}
}

// pixel is a picture.
func pixel(w io.Writer) error {
	_, err := io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>`)
	return err
}
