package command_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/target"
)

// fakeOutputs writes down what it is told.
type fakeOutputs struct {
	mu    sync.Mutex
	calls []string
	all   []command.Output
}

func (o *fakeOutputs) List() []command.Output {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all
}

func (o *fakeOutputs) Set(s command.OutputSpec) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, fmt.Sprintf("set %s %s %t", s.Name, s.URL, s.Run))
}

func (o *fakeOutputs) Remove(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, "remove "+name)
}

func (o *fakeOutputs) since() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	calls := strings.Join(o.calls, "; ")
	o.calls = nil
	return calls
}

func TestOutputs(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct{ line, reply, calls string }{
		{"output add here speaker:", "here goes to speaker:", "set here speaker: true"},
		{"output add rec file:tapes?format=mp3", "rec goes to file:/srv/data/tapes?format=mp3", "set rec file:/srv/data/tapes?format=mp3 true"},
		{`output add own command:-c:a aac -metadata "title=A  B" -f adts /tmp/x.aac`, "own goes to command:-c:a aac", `set own command:-c:a aac -metadata "title=A  B" -f adts /tmp/x.aac true`},
		{`output add quoted "hls:/srv/a b"`, "quoted goes to hls:/srv/a b", "set quoted hls:/srv/a b true"},
		{"out add tube rtmp://video.example.org/live2/sesame", "tube goes to rtmp://video.example.org/live2/***", "set tube rtmp://video.example.org/live2/sesame true"},
		{"output stop he", "here stops", "set here speaker: false"},
		{"output start HERE", "here starts", "set here speaker: true"},
		{"output remove here", "here is removed", "remove here"},
		{"output stop site", "Site stops", "set Site icecast://source:secret@radio.example.org/live.mp3 false"},
	} {
		if got := d.ok(t, c.line).Text; !strings.HasPrefix(got, c.reply) {
			t.Errorf("%s: %q, want %q", c.line, got, c.reply)
		}
		if got := d.outputs.since(); got != c.calls {
			t.Errorf("%s told %q, want %q", c.line, got, c.calls)
		}
	}
	for _, o := range ordersIn(t, d.path) {
		if strings.Contains(o, "sesame") {
			t.Errorf("the record holds the key: %q", o)
		}
	}
	var specs []command.OutputSpec
	if err := d.db.View(t.Context(), func(rd command.Reader) (err error) { specs, err = rd.Outputs(); return err }); err != nil {
		t.Fatal(err)
	}
	merged := command.MergeOutputs(d.Configured, specs)
	if got, want := fmt.Sprint(merged[3]), "{Site icecast://source:secret@radio.example.org/live.mp3 false false true}"; got != want {
		t.Errorf("what an order stopped is %s after a restart, want %s", got, want)
	}
}

func TestBadOutputs(t *testing.T) {
	d := newDesk(t)
	d.ok(t, "output add one speaker:")
	d.ok(t, "output add web hls:/srv/www?codec=aac")
	d.outputs.since()
	for line, want := range map[string]string{
		"output add":                                 "needs a name and a place",
		"output add x":                               "needs a name and a place",
		"output add One speaker:":                    "there is an output one already",
		"output add site speaker:":                   "there is an output Site already",
		"output add a=b speaker:":                    "cannot be the name",
		"output add x gopher://host/":                "is no kind of output",
		"output add x icecast://source:ho%zz@host/m": "cannot be read as a URL",
		"output add x icecast://source:sesame@host":  "names no mount",
		"output add x icecast://host:8000/live.mp3":  "has no password",
		"output add x rtmp://host/sesame":            "names no stream",
		"output add x hls:":                          "names no folder",
		"output add x hls:/srv/www?codec=mp3":        "codec=\"mp3\" cannot be: it is aac, opus",
		"output add x file:/srv/rec?limit=lots":      "a size of at least 10M",
		"output add x file:/srv/rec?evry=hour":       "has no option \"evry\"",
		"output add x command:":                      "needs the arguments",
		"output add x player:vlc":                    "mpv or player:ffplay",
		"output add x hls:/srv//www/":                "the output web writes into that folder already",
		"output start nobody":                        "output",
		"output remove site":                         "stands in the configuration",
		"output remove":                              "needs more words",
	} {
		d.bad(t, line, want)
		if r := d.Do(t.Context(), me, line); strings.Contains(r.Text, "sesame") {
			t.Errorf("%s: the reply holds the secret: %s", line, r.Text)
		}
	}
	if calls := d.outputs.since(); calls != "" {
		t.Errorf("what failed was done: %s", calls)
	}
}

// TestOutputsFromAfar: nobody from another computer writes files here, or gets secrets out.
func TestOutputsFromAfar(t *testing.T) {
	d := newDesk(t)
	web := command.Caller{Door: "http", Who: "10.0.0.1"}
	for _, url := range []string{"speaker:", "player:", "file:/srv/rec", "hls:/srv/www", "command:-f null -"} {
		if r := d.Do(t.Context(), web, "output add x "+url); r.OK || !strings.Contains(r.Text, "console or the control socket") {
			t.Errorf("%s from afar: %s", url, r.Text)
		}
	}
	for _, url := range []string{"icecast://source:env:TOKEN@host/live.mp3", "icecast://source:file:%2Fetc%2Fshadow@host/live.mp3", "rtmp://host/app/env:TOKEN"} {
		if r := d.Do(t.Context(), web, "output add x "+url); r.OK || !strings.Contains(r.Text, "console or control socket") {
			t.Errorf("a secret of this computer is sent from afar by %s: %s", url, r.Text)
		}
	}
	if r := d.Do(t.Context(), web, "output add x icecast://source:pw@host/live.mp3"); !r.OK {
		t.Errorf("an Icecast from afar: %s", r.Text)
	}
	irc := command.Caller{Door: "irc", Who: "ann", Network: "home", Host: "ann!a@b"}
	if r := d.Do(t.Context(), irc, "output stop x"); r.OK {
		t.Errorf("a player stops an output: %s", r.Text)
	}
}

func TestOutputList(t *testing.T) {
	d := newDesk(t)
	to, err := target.Parse("rtmp://host/app/sesame")
	if err != nil {
		t.Fatal(err)
	}
	d.outputs.all = []command.Output{{Name: "tube", Kind: "rtmp", URL: to.String(), State: "retrying", Wanted: true, Since: time.Now().Add(-3 * time.Minute),
		Dropped: 96000, Restarts: 2, Error: "nobody answers"}}
	want := "tube  retrying for 3 minutes  rtmp://host/app/***, 2.0 s lost, 2 restarts; last error: nobody answers"
	for _, line := range []string{"output", "output list", "output tu"} {
		if got := d.ok(t, line).Text; got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	d.bad(t, "output nobody", "no output")
	d.outputs.all[0].State = "on"
	if got := d.ok(t, "output").Text; !strings.Contains(got, "; before that: nobody answers") {
		t.Errorf("what is well again is told as %q", got)
	}
	if got := d.Complete("output stop t"); len(got) != 1 || got[0] != "tube" {
		t.Errorf("completes to %q", got)
	}
}
