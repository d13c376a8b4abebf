package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"bandstand/internal/command"
)

// looped is a status of a loop of bars 9 to 12, half a second a bar, with no pause.
func looped() command.Status {
	return command.Status{
		State: "looping", Loop: &command.Excerpt{From: 9, Bars: 4},
		Song: &command.OnAir{SongInfo: command.SongInfo{Code: "ABC23", Title: "Round", Band: "The Nuts", Style: "jazz", Bars: 48, Seconds: 24}, Position: 4, Section: "verse 1", Bar: 9},
	}
}

func TestStatusTellsTheLoop(t *testing.T) {
	l := serve(t, nil)
	if _, is := l.ask("GET", "/api/v1/status", "").json(t)["loop"]; is {
		t.Error("a loop in silence")
	}
	l.house.set(looped())
	loop, _ := l.ask("GET", "/api/v1/status", "").json(t)["loop"].(map[string]any)
	if len(loop) != 3 || loop["from"] != 9.0 || loop["bars"] != 4.0 || loop["gap"] != 0.0 {
		t.Errorf("the loop is %v", loop)
	}
}

// TestThePageGoesRoundInALoop looks at the bars that the page counts by itself
// between two statuses: a loop's four, each of half a second, again and again.
func TestThePageGoesRoundInALoop(t *testing.T) {
	l := serve(t, nil)
	l.house.set(looped())
	b := openBrowser(t)
	b.do(chromedp.Navigate(l.url("/")))
	b.until("it says which bars", has("state", "BARS 9–12, AGAIN AND AGAIN"))
	watch := `(() => {
		const seen = window.seen ??= [], bar = Number(/bar (\d+)/.exec(document.getElementById("section").textContent)[1]);
		if (seen.at(-1) !== bar) seen.push(bar);
		return seen.filter((n) => n === 12).length >= 2 && seen.at(-1) === 9;
	})()`
	b.until("it has been round twice", watch)
	seen, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]int](`window.seen`))
	if err != nil {
		t.Fatal(err)
	}
	for i, bar := range seen {
		if bar < 9 || bar > 12 || i > 0 && bar != seen[i-1]+1 && bar != 9 {
			t.Errorf("it counted %v in a loop of bars 9 to 12", seen)
			break
		}
	}
}

func TestThePageSaysNothingUntilItKnows(t *testing.T) {
	l := serve(t, nil)
	page := l.ask("GET", "/", "").body
	for _, id := range []string{"queue-empty", "recent-empty"} {
		if !strings.Contains(page, `<p id="`+id+`" class="hint" hidden>`) {
			t.Errorf("%s is to be seen before the list is there", id)
		}
	}
	b := openBrowser(t)
	b.do(chromedp.Navigate(l.url("/")))
	b.until("it shows the empty queue once it knows", `!document.getElementById("queue-empty").hidden`)
	b.until("it has songs, and does not say otherwise", has("recent", "8")+` && document.getElementById("recent-empty").hidden`)
}

func TestSongPageCounts(t *testing.T) {
	for n, want := range map[int]string{1: "once", 2: "twice", 3: "3 times"} {
		if got := times(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	l := serve(t, nil)
	a := l.ask("GET", "/s/ABC23", "")
	for _, want := range []string{"played once", "<li>8 bars</li>", "verse 1 <small>1 bar</small>",
		"Rusty <small>busy, laid back</small>", "More by The Größe/Bots", `<a href="/s/DEF45">Their &lt;Other&gt;</a>`} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%q is missing in the song's page", want)
		}
	}
}

func TestSongPageLinksToOtherSongs(t *testing.T) {
	l := serve(t, nil)
	if body := l.ask("GET", "/s/ABC23", "").body; strings.Contains(body, `href="/s/ABC23"`) {
		t.Error("a song's page names the song itself among the others of its band")
	}
	robots, _ := l.ask("GET", "/api/v1/songs/ABC23", "").json(t)["robots"].([]any)
	if rusty, _ := robots[0].(map[string]any); fmt.Sprint(rusty["traits"]) != "[busy laid back]" {
		t.Errorf("the robots are %v", robots)
	}
}

func TestStyles(t *testing.T) {
	l := serve(t, nil)
	a := l.ask("GET", "/api/v1/styles", "")
	want := `[{"name":"funk","about":"Tight \u003cb\u003ebass\u003c/b\u003e","aliases":["groove"],"tempo":[96,118],"meters":["4/4"],"modes":["dorian"],"own":false},` +
		`{"name":"mine","about":"My own","aliases":[],"tempo":[0,0],"meters":[],"modes":[],"own":true}]` + "\n"
	if a.StatusCode != http.StatusOK || a.body != want {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := l.ask("POST", "/api/v1/styles", "{}"); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", a.StatusCode)
	}
}

func TestThePageHasStylesToClick(t *testing.T) {
	l := serve(t, nil)
	b := openBrowser(t)
	styles := `[...document.querySelectorAll("#styles button")]`
	b.do(chromedp.Navigate(l.url("/")))
	b.until("a stranger sees the styles and cannot order one", styles+`.map((e) => e.innerText).join() == "funk,mine" && `+styles+`.every((e) => e.disabled)`)
	b.do(chromedp.Navigate(l.url("/?token=" + token)))
	b.until("their owner can", styles+`.length == 2 && `+styles+`.every((e) => !e.disabled && e.title)`)
	b.do(chromedp.Click(chromedp.CSS("#styles button")))
	b.until("the reply is there", has("replies", "new funk")+" && "+has("replies", "Here it is."))
	if given := l.house.given(); !slices.Equal(given, []string{"new funk"}) {
		t.Errorf("orders %q", given)
	}
}
