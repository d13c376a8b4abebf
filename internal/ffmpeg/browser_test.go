package ffmpeg_test

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

//go:embed testdata/hls.html
var hlsPage []byte

// TestABrowserPlaysHLS has a real browser play folders of segments from a web server, and
// listens to what comes out of it.
func TestABrowserPlaysHLS(t *testing.T) {
	t.Parallel()
	outputs := map[string]*output.Output{}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(hlsPage) })
	for _, codec := range []string{"aac", "opus"} {
		dir := t.TempDir()
		o := keep(t, ffmpeg.New(ffmpeg.Config{Args: ffmpeg.HLS{Folder: dir, Codec: codec, Segment: 1, Window: 20}.Args, Tap: ownAir(tone), Folder: folder(t)}))
		o.Start()
		outputs[codec] = o
		until(t, o, "on", isOn)
		eventually(t, "a playlist", func() bool { _, err := os.Stat(filepath.Join(dir, "live.m3u8")); return err == nil })
		mux.Handle("/"+codec+"/", http.StripPrefix("/"+codec+"/", http.FileServer(http.Dir(dir))))
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b := openBrowser(t, server.URL)
	for _, codec := range []string{"aac", "opus"} {
		b.until(codec+" plays on", `heard.`+codec+`.seconds > 2`)
		b.until(codec+" is heard", fmt.Sprintf(`heard.%[1]s.peak > .3 && Math.abs(heard.%[1]s.pitch - 2000) < 100`, codec))
	}
	for _, o := range outputs {
		o.Stop()
		until(t, o, "off", isOff)
		o.Start()
	}
	for codec := range outputs { // what is buffered is not enough to go on with
		b.until(codec+" plays on after a new start", fmt.Sprintf(`heard.%[1]s.seconds > (window.%[1]sThen ??= heard.%[1]s.seconds) + 6`, codec))
	}
}

// browser is a page in Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func openBrowser(t *testing.T, url string) *browser {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(options...))
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("closing the browser: %v", err)
		}
		cancel()
	})
	// The first action starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	return &browser{t, ctx}
}

// until waits until a JavaScript expression is true.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(50*time.Millisecond))); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText + JSON.stringify(heard)`))
		b.t.Fatalf("waiting until %s: %v\nthe page says:\n%s", what, err, text)
	}
}
