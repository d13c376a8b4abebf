package command_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func TestNewIsKeptAndHeard(t *testing.T) {
	d := newDesk(t)
	r := d.ok(t, "new funk key=Em tempo=104 bars=32 seed=123456")
	code := r.Song.Code
	want := fmt.Sprintf(`on the air: "Song 123456" by House Cats — funk, Em, 104 BPM, 1:14, code %s (seed 123456)`, code)
	if r.Text != want {
		t.Errorf("got %s\nwant %s", r.Text, want)
	}
	if got := d.air.since(); got != "play("+code+")" {
		t.Errorf("the air was told %q", got)
	}
	b := d.composer.last()
	if b.Style != "funk" || b.Key != (theory.Key{Tonic: 4, Mode: theory.Minor}) || b.Tempo != 104 || b.Bars != 32 || b.Seed != 123456 || b.Band != nil {
		t.Errorf("the composer was asked for %+v", b)
	}
	info, kept, err := d.db.Song(t.Context(), strings.ToUpper(code))
	if err != nil || info.Seed != 123456 || info.Plays != 1 || info.Bars != 32 || info.Created.IsZero() {
		t.Errorf("kept is %+v, %v", info, err)
	}
	if heard := d.air.Now().Song; fmt.Sprint(kept) != fmt.Sprint(heard) {
		t.Errorf("kept is\n%v, heard was\n%v", kept, heard)
	}
	st := d.state(t)
	if st.State != command.Playing || st.Code != code || st.Held || st.Turn == 0 {
		t.Errorf("the air is %+v", st)
	}
}

func TestBriefs(t *testing.T) {
	d := newDesk(t)
	band := d.ok(t, "band new jazz").Text
	if !strings.Contains(band, "a new band: Iron Llamas — jazz, 2 robots; loud\nlead: Gizmo, lead horn — loud; ") {
		t.Fatalf("got %s", band)
	}
	for line, want := range map[string]func(b command.Brief) bool{
		"new":            func(b command.Brief) bool { return b.Style == "" && b.Key.Mode == "" && b.Tempo == 0 && b.Bars == 0 },
		"NEW FUNK":       func(b command.Brief) bool { return b.Style == "funk" },
		"new wal":        func(b command.Brief) bool { return b.Style == "waltz" },
		"new style=folk": func(b command.Brief) bool { return b.Style == "folk" },
		"new STYLE=Folk KEY=bb": func(b command.Brief) bool {
			return b.Style == "folk" && b.Key == theory.Key{Tonic: 10, Mode: theory.AnyMode}
		},
		"new key=Bbmaj":                 func(b command.Brief) bool { return b.Key == theory.Key{Tonic: 10, Mode: theory.Major} },
		"new waltz meter=6/8":           func(b command.Brief) bool { return b.Meter == song.Meter{Beats: 6, Unit: 8} },
		`new key="D dorian"`:            func(b command.Brief) bool { return b.Key == theory.Key{Tonic: 2, Mode: theory.Dorian} },
		"new tempo=20":                  func(b command.Brief) bool { return b.Tempo == 20 },
		"new tempo=104.5":               func(b command.Brief) bool { return b.Tempo == 104.5 },
		"new bars=4":                    func(b command.Brief) bool { return b.Bars == 4 },
		"new bars=1000":                 func(b command.Brief) bool { return b.Bars == 1000 },
		"new seed=0":                    func(b command.Brief) bool { return b.Seed == 0 },
		"new seed=18446744073709551615": func(b command.Brief) bool { return b.Seed == 1<<64-1 },
		`new band="iron llamas"`:        func(b command.Brief) bool { return b.Band.Name == "Iron Llamas" && b.Style == "jazz" },
		"new funk band=ir":              func(b command.Brief) bool { return b.Band.Name == "Iron Llamas" && b.Style == "funk" },
		"new band=house":                func(b command.Brief) bool { return b.Band.Name == "House Cats" && b.Style == "funk" },
		"new --tempo=100 --style=folk":  func(b command.Brief) bool { return b.Tempo == 100 && b.Style == "folk" },
	} {
		r := d.ok(t, line)
		if b := d.composer.last(); !want(b) {
			t.Errorf("%s: the composer was asked for %+v", line, b)
		}
		if b := d.composer.last(); r.Song.Seed != b.Seed {
			t.Errorf("%s: the seed is %d, not %d", line, r.Song.Seed, b.Seed)
		}
	}
	if r := d.ok(t, "new tempo=390"); !strings.HasSuffix(r.Text, "\nfunk is never faster than 300: took that") {
		t.Errorf("the remark is missing: %s", r.Text)
	}
}

func TestRate(t *testing.T) {
	d := newDesk(t)
	a := d.ok(t, "new").Song.Code
	for _, c := range []struct {
		who   command.Caller
		stars int
		want  float64
	}{
		{me, 5, 5},
		{me, 3, 3}, // replaced
		{command.Caller{Door: "control", Who: "ann", Local: true}, 4, 4}, // the same person
		{command.Caller{Door: "irc", Who: "ann"}, 1, 2.5},                // another one
		{command.Caller{Door: "http", Who: "10.0.0.7"}, 1, 2},
	} {
		r := d.Do(t.Context(), c.who, fmt.Sprintf("rate now %d", c.stars))
		if !r.OK || r.Song.Rating != c.want || r.Song.Code != a {
			t.Errorf("%+v: got %+v, want %g", c, r, c.want)
		}
	}
	d.ok(t, "stop")
	d.bad(t, "rate now 3", "nothing is on the air; the last song was \"Song 1\" by House Cats, code "+a)
}

func TestTitleDeleteUndo(t *testing.T) {
	d := newDesk(t)
	playing := d.ok(t, "new").Song.Code
	a, b := d.queued(t), d.queued(t)
	d.ok(t, "queue "+a)
	for _, c := range []struct{ line, reply string }{
		{"title " + a + " Don't  =stop= key=C", `"Song 2" is now called "Don't =stop= key=C" by House Cats`},
		{`title now "  Quoted 'title' "`, `"Song 1" is now called "Quoted 'title'"`},
		{"delete " + b, `is deleted and out of the queue; undo brings it back`},
		{"delete " + a, `"Don't =stop= key=C" by House Cats is deleted and out of the queue`},
	} {
		if r := d.ok(t, c.line); !strings.Contains(r.Text, c.reply) {
			t.Errorf("%s: got %s, want %s", c.line, r.Text, c.reply)
		}
	}
	if s, err := d.db.Notes(t.Context(), playing); err != nil || s.Title != "Quoted 'title'" {
		t.Errorf("the song itself is called %q, %v", s.Title, err)
	}
	d.bad(t, "play "+a, "was deleted; undo brings back")
	d.bad(t, "song "+a, "was deleted")
	if r := d.ok(t, "songs"); strings.Contains(r.Text, a) || strings.Contains(r.Text, b) || !strings.Contains(r.Text, playing) {
		t.Errorf("got %s", r.Text)
	}
	if _, _, err := d.db.Song(t.Context(), a); !errors.Is(err, command.ErrNone) {
		t.Errorf("got %v", err)
	}
	for _, step := range []struct{ reply, queue string }{
		{"is back in the queue", a + " " + a},
		{"is back in the queue", a + " " + b + " " + a},
		{`"Quoted 'title'" is called "Song 1" by House Cats again`, a + " " + b + " " + a},
		{`is called "Song 2" by House Cats again`, a + " " + b + " " + a},
	} {
		if r := d.ok(t, "undo"); !strings.Contains(r.Text, step.reply) || d.queue(t) != step.queue {
			t.Errorf("got %s, queue %s; want %s, queue %s", r.Text, d.queue(t), step.reply, step.queue)
		}
	}
	d.bad(t, "undo", "nothing to undo")
}

// TestATitleReachesTheAir once it is kept, and not where it cannot be.
func TestATitleReachesTheAir(t *testing.T) {
	d, s := brokenDesk(t)
	code := d.ok(t, "new").Song.Code
	d.air.since()
	kept := func(title string) {
		t.Helper()
		if s, err := d.db.Notes(t.Context(), code); err != nil || s.Title != title {
			t.Errorf("the song is called %q, not %q: %v", s.Title, title, err)
		}
	}
	for _, step := range []struct{ line, heard, title string }{
		{"title now Second Name", "title(" + code + " Second Name)", "Second Name"},
		{"title " + strings.ToUpper(code) + " Third", "title(" + code + " Third)", "Third"},
		{"undo", "title(" + code + " Second Name)", "Second Name"},
		{"undo", "title(" + code + " Song 1)", "Song 1"},
	} {
		s.failCommit = &command.Sentence{Text: "the disk is full"}
		d.bad(t, step.line, "the disk is full")
		s.failCommit = nil
		d.ok(t, step.line)
		if got := d.air.since(); got != step.heard {
			t.Errorf("%s: the air was told %q, want %q", step.line, got, step.heard)
		}
		kept(step.title)
	}
}

// TestPlayHasTheNewestTitle renames a song between the reading of its notes and its play.
func TestPlayHasTheNewestTitle(t *testing.T) {
	for _, order := range []string{"play", "loop"} {
		d, s := brokenDesk(t)
		code := d.ok(t, "new").Song.Code
		s.looked = func() { s.looked = nil; d.ok(t, "title "+code+" Newest") }
		d.ok(t, order+" "+code)
		if now := d.air.Now(); now.Code != code || now.Song.Title != "Newest" {
			t.Errorf("%s: %q is on the air", order, now.Song.Title)
		}
	}
}

func TestStyles(t *testing.T) {
	d := newDesk(t)
	fault := "tango.toml line 3: tempo: 90 to 60 is upside down: the lower number comes first"
	d.composer.own = []command.StyleInfo{
		{Name: "polka", About: "two and jolly", Aliases: []string{"hop", "oompah"}, Tempo: [2]float64{100, 132.5}, Meters: []string{"2/4", "6/8"}, Modes: []string{"major"}, Own: true},
		{Name: "ska", About: "up and off", Own: true, Fault: "ska.toml line 1: about: is empty", Clashes: []string{"ska.toml: a word of two"}},
		{Name: "tango", Own: true, Fault: fault, Lost: true},
	}
	want := "funk         tight and low\nfolk         wood and wire\njazz         blue and late\nwaltz        three and round\nyour own:\n" +
		"polka        two and jolly (also hop, oompah; 100–132.5 BPM)\nska          up and off\n" +
		"broken: ska.toml line 1: about: is empty (until it is mended, the file's last good version plays)\nska.toml: a word of two\nbroken: " + fault
	if got := d.ok(t, "styles").Text; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	d.Deps.Styles = "/data/styles"
	if got := d.ok(t, "styles").Text; got != want+"\nyour own go into /data/styles" {
		t.Errorf("got\n%s", got)
	}
	if got := d.Do(t.Context(), command.Caller{Door: "http", Who: "ann"}, "styles").Text; got != want {
		t.Errorf("from afar: got\n%s", got)
	}
	want = "polka: two and jolly\nalso called hop, oompah\n100–132.5 BPM\nmetre 2/4, or 6/8\nmodes major\nyour own, from the file polka.toml"
	if got := d.ok(t, "styles oom").Text; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for order, style := range map[string]string{"new HOP": "polka", "new pol": "polka", "new f": "", "new ska": "ska"} {
		if r := d.Do(t.Context(), me, order); (r.Song != nil) != (style != "") || r.Song != nil && r.Song.Style != style {
			t.Errorf("%s: %s", order, r.Text)
		}
	}
	d.bad(t, "new tango", "the style tango is broken: "+fault)
	if all := d.Complete("new t"); len(all) != 1 || all[0] != "tempo=" {
		t.Errorf("offered for t: %q", all)
	}
}

func TestLooking(t *testing.T) {
	d := newDesk(t)
	for line, want := range map[string]string{
		"now":        "silence; new composes a song",
		"songs":      "there are no songs yet; new composes one",
		"history":    "nothing was played yet; new composes a song",
		"bands":      "2 house bands still to be heard: bands STYLE lists those of a style",
		"styles":     "funk         tight and low\nfolk         wood and wire\njazz         blue and late\nwaltz        three and round",
		"listeners":  "nobody listens at the moment",
		"rate now 3": "",
	} {
		if r := d.Do(t.Context(), me, line); want != "" && r.Text != want {
			t.Errorf("%s: got %s, want %s", line, r.Text, want)
		}
	}
	d.bad(t, "rate now 3", "nothing is on the air; new composes a song")
	code := d.ok(t, "new jazz").Song.Code
	d.ok(t, "rate now 4")
	n := d.air.Now()
	n.Position = bars(9) + time.Millisecond
	d.air.hear(n)
	for line, want := range map[string]string{
		"now":              `"Song 1" by House Cats — jazz, verse 1, bar 10 of 32, 0:18 of 1:04, code ` + code,
		"songs 1":          code + `  "Song 1" by House Cats — jazz, Em, 120 BPM, 1:04, ★4`,
		"songs style=f":    `error: "f" could be folk, funk`,
		"songs style=fu":   "there are no such songs yet; new composes one",
		"songs band=house": code + `  "Song 1" by House Cats — jazz, Em, 120 BPM, 1:04, ★4`,
		"song now": `"Song 1" by House Cats — jazz, Em, 120 BPM, 1:04, code ` + code + " (seed 1)\n32 bars in 4/4, composed just now, played 1 time, ★4\n" +
			"sections: intro (8), verse 1 (8), chorus 1 (8), outro (8)\nlead: Gizmo, Rhodes piano",
		"bands":      "House Cats — jazz, 1 song: Whisker (bass horn)\n1 house band still to be heard: bands STYLE lists those of a style",
		"bands jazz": "House Cats — jazz, 1 song: Whisker (bass horn)\nstill to be heard: Tin Hearts",
		"bands fun":  "House Cats — jazz, 1 song: Whisker (bass horn)",
		"bands folk": "there are no bands; band new forms one",

		`songs band="Tin Hearts"`: "Tin Hearts have no songs yet",
		"band house":              "House Cats — funk, 1 robot\nbass: Whisker, bass horn\nbest songs:\n" + code + `  "Song 1" by House Cats — jazz, Em, 120 BPM, 1:04, ★4`,
	} {
		if r := d.Do(t.Context(), me, line); r.Text != want {
			t.Errorf("%s: got\n%s, want\n%s", line, r.Text, want)
		}
	}
	if r := d.ok(t, "history"); !strings.HasSuffix(r.Text, "  "+code+`  "Song 1" by House Cats, ★4`) {
		t.Errorf("got %s", r.Text)
	}
}

// TestManyBands: a word that begins many names does not list them all, and the The of
// a name may be left out, or written where there is none.
func TestManyBands(t *testing.T) {
	d := newDesk(t)
	for i := range 9 {
		d.composer.house = append(d.composer.house, band.Band{Name: fmt.Sprint("The Tubas ", i), Style: "jazz"})
	}
	d.composer.house = append(d.composer.house, band.Band{Name: "The Coin-Operated Clocks", Style: "jazz"}, band.Band{Name: "Brass Parade", Style: "funk"})
	d.bad(t, "band The", `"The" could be 10 bands, such as The Coin-Operated Clocks, The Tubas 0 and The Tubas 1; write more of the name`)
	for line, want := range map[string]string{"band coin": "The Coin-Operated Clocks — ", "band the brass": "Brass Parade — ", "band tubas 3": "The Tubas 3 — "} {
		if r := d.ok(t, line); !strings.HasPrefix(r.Text, want) {
			t.Errorf("%s: %s", line, r.Text)
		}
	}
	d.ok(t, "new band=coin")
	if b := d.composer.last().Band; b == nil || b.Name != "The Coin-Operated Clocks" {
		t.Errorf("it was played by %v", b)
	}
	d.ok(t, "songs band=coin")
}

func TestBands(t *testing.T) {
	d := newDesk(t)
	for _, want := range []string{"Iron Llamas", "Copper Choir", "Band 10"} { // Tin Hearts is the name of a house band

		if r := d.ok(t, "band new funk"); !strings.Contains(r.Text, "a new band: "+want+" — funk") || !strings.Contains(r.Text, `new band="`+want+`" plays with it`) {
			t.Errorf("got %s, want %s", r.Text, want)
		}
	}
	d.ok(t, "band new folk")
	d.bad(t, "band new folk", "no new name for a band was found")
	d.ok(t, "new band=copper")
	who := "; loud: Gizmo (lead horn), Thump (bass horn and gong)"
	if r := d.ok(t, "bands"); r.Text != "Band 10 — funk, 0 songs"+who+"\nCopper Choir — funk, 1 song"+who+"\nIron Llamas — funk, 0 songs"+who+"\nThe Only Folks — folk, 0 songs"+who+"\n2 house bands still to be heard: bands STYLE lists those of a style" {
		t.Errorf("got %s", r.Text)
	}
	if r := d.ok(t, "band Copper Choir"); !strings.HasPrefix(r.Text, "Copper Choir — funk, 2 robots; loud\nlead: Gizmo, lead horn — loud; "+strings.Join(gizmo().Habits(2), ", ")+"\nbass and pad: Thump, bass horn and gong\nbest songs:\n") {
		t.Errorf("got %s", r.Text)
	}
	if r := d.ok(t, `band "tin hearts"`); r.Text != "Tin Hearts — jazz, 0 robots\nno songs yet" {
		t.Errorf("got %s", r.Text)
	}
	b := d.composer.last().Band
	if b == nil || b.Name != "Copper Choir" || len(b.Robots) != 2 || len(b.Robots[0].Genes) != 3 || b.Version != 2 || b.Robots[0].Net.IsZero() {
		t.Errorf("the composer was given %+v", b)
	}
}

func TestExport(t *testing.T) {
	d := newDesk(t)
	code := d.ok(t, "new").Song.Code
	if r := d.ok(t, "export now tune.mid"); !strings.HasPrefix(r.Text, `"Song 1" by House Cats is in /`) || !strings.HasSuffix(r.Text, "/tune.mid") {
		t.Errorf("got %s", r.Text)
	}
	d.ok(t, "export "+code+` "my tune.wav" --force`)
	d.ok(t, "export "+code+" x.wav force=yes")
	if got := fmt.Sprint(d.exporter.files); got != "[tune.mid false my tune.wav true x.wav true]" {
		t.Errorf("exported %s", got)
	}
	d.exporter.fail = os.ErrExist
	d.bad(t, "export now tune.mid", "file already exists")
	stranger := command.Caller{Door: "http", Who: "10.0.0.7"}
	for _, line := range []string{"export now tune.mid", "shutdown"} {
		if r := d.Do(t.Context(), stranger, line); r.OK || !strings.Contains(r.Text, "is only for the console and the control socket") {
			t.Errorf("%s: got %+v", line, r)
		}
	}
	if d.house.ended != 0 || len(d.exporter.files) != 4 {
		t.Error("a stranger was obeyed")
	}
	if d.ok(t, "shutdown"); d.house.ended != 1 {
		t.Error("the station did not end")
	}
}

func TestStatusAndListeners(t *testing.T) {
	d := newDesk(t)
	now := time.Now()
	d.house.status = command.Status{State: "playing", Song: &command.OnAir{SongInfo: command.SongInfo{Code: "k7m2p", Title: "T", Band: "B", Bars: 72, Seconds: 192},
		Position: 34, Section: "verse 1", Bar: 9}, Queue: make([]command.SongInfo, 3), Auto: true, Listeners: map[string]int{"/live.opus": 2, "/live.mp3": 1, "/live.flac": 0},
		Uptime: 7380, Version: "1.0", Faults: map[string]int{"late": 2, "jumps": 0}, Link: "http://x/?token=secret"}
	want := "playing: \"T\" by B, code k7m2p, verse 1, bar 9 of 72, 0:34 of 3:12\nqueue: 3 songs, auto on\nlisteners: /live.mp3 1, /live.opus 2\nup 2 h 3 min, version 1.0\nfaults: late 2"
	if r := d.ok(t, "status"); r.Text != want+"\npage: http://x/?token=secret" {
		t.Errorf("got %s", r.Text)
	}
	if r := d.Do(t.Context(), command.Caller{Door: "irc", Who: "eve"}, "status"); r.Text != want {
		t.Errorf("a stranger got %s", r.Text)
	}
	d.house.listeners = []command.Listener{{Mount: "/live.opus", Address: "10.0.0.7", Agent: "mpv\x1b[31m", Since: now.Add(-90 * time.Second)}}
	if r := d.ok(t, "listeners"); r.Text != "1 listener:\n/live.opus  10.0.0.7  1 minute  mpv[31m" {
		t.Errorf("got %q", r.Text)
	}
	d.house.listeners = make([]command.Listener, 60)
	if r := d.ok(t, "listeners"); !strings.HasSuffix(r.Text, "… and 10 more") {
		t.Errorf("got %q", r.Text)
	}
}

func TestNetworks(t *testing.T) {
	d := newDesk(t)
	if r := d.ok(t, "networks"); r.Text != "the station is on no IRC network: an [[irc]] table in its configuration brings it to one" {
		t.Errorf("got %s", r.Text)
	}
	d.house.networks = []command.Network{
		{Name: "home", Address: "irc.example.org:6697", State: "connected", Nick: "bandstand", Lag: 41 * time.Millisecond, Since: time.Now().Add(-3*time.Minute - time.Second),
			Channels: []string{"#band", "#attic"}},
		{Name: "lab", Address: "[::1]:7000", State: "waiting to try again", Error: "refused\x02\r\nQUIT"},
	}
	want := "home  irc.example.org:6697  connected for 3 minutes as bandstand, lag 41 ms, in #band, #attic\n" +
		"lab  [::1]:7000  waiting to try again; last error: refusedQUIT"
	if r := d.ok(t, "networks"); r.Text != want {
		t.Errorf("got %q", r.Text)
	}
}
