package command_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/command"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestHelp compares the help of every order with a golden file, so that a change of
// what people are told is seen.
func TestHelp(t *testing.T) {
	d := newDesk(t)
	all := d.ok(t, "help").Text
	var text strings.Builder
	text.WriteString("> help\n" + all + "\n")
	for _, line := range strings.Split(all, "\n")[1:] {
		words := strings.FieldsFunc(strings.Fields(line)[0]+" "+strings.Fields(line)[1], func(r rune) bool { return r == ' ' })
		name := words[0]
		if sub := words[1]; strings.ToLower(sub) == sub && strings.Trim(sub, "abcdefghijklmnopqrstuvwxyz") == "" && (name == "queue" || name == "band") {
			name += " " + sub
		}
		reply := d.ok(t, "help "+name).Text
		if !strings.Contains(reply, "example: ") {
			t.Errorf("the help of %s has no example", name)
		}
		text.WriteString("\n> help " + name + "\n" + reply + "\n")
	}
	golden := filepath.Join("testdata", "help.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("the help has changed (go test -run TestHelp -update writes it anew):\n%s", text.String())
	}
	if d.ok(t, "he").Text != all || d.ok(t, "HELP").Text != all {
		t.Error("help has no short form")
	}
}

// TestExamplesWork gives every example of the help as an order.
func TestExamplesWork(t *testing.T) {
	help, err := os.ReadFile(filepath.Join("testdata", "help.golden"))
	if err != nil {
		t.Fatal(err)
	}
	n, d := 0, newDesk(t)
	d.ok(t, "band new funk")
	d.ok(t, "band new funk") // Copper Choir
	for line := range strings.Lines(string(help)) {
		example, is := strings.CutPrefix(strings.TrimSpace(line), "example: ")
		if !is {
			continue
		}
		n++
		d.ok(t, "new") // something is on the air
		if example == "undo" {
			d.ok(t, "title now x")
		}
		d.ok(t, strings.ReplaceAll(example, "k7m2p", d.queued(t)))
	}
	if n != 36 {
		t.Errorf("%d examples were tried", n)
	}
}

func TestComplete(t *testing.T) {
	d := newDesk(t)
	d.ok(t, "band new funk")
	d.ok(t, "trust ada admin")
	d.house.networks = []command.Network{{Name: "home"}}
	code := d.queued(t)
	for _, c := range []struct {
		line string
		want []string
	}{
		{"qu", []string{"queue"}},
		{"QU", []string{"queue"}},
		{"st", []string{"status", "stop", "styles"}},
		{"zzz", nil},
		{"new f", []string{"folk", "funk"}},
		{"new funk t", []string{"tempo="}},
		{"new funk style=w", []string{"style=waltz"}},
		{"new band=", []string{`band="Iron Llamas"`, `band="House Cats"`, `band="Tin Hearts"`}},
		{"new key=", nil},
		{"queue ", []string{"move", "new", "remove", code}},
		{"queue n", []string{"new"}},
		{"queue new f", []string{"folk", "funk"}},
		{"queue new c", []string{"count="}},
		{"queue remove ", []string{code}},
		{"play " + code[:2], []string{code}},
		{"loop n", []string{"now"}},
		{"loop now f", []string{"from="}},
		{"auto ", []string{"off", "on"}},
		{"help sk", []string{"skip"}},
		{"untrust ", []string{"ada", "channel=", "network="}},
		{"trust ada op", []string{"operator"}},
		{"trust ada admin network=", []string{"network=home"}},
		{"nonsense ", nil},
	} {
		got := d.Complete(c.line)
		if !slices.Contains(c.want, code) { // which may begin with anything
			got = slices.DeleteFunc(got, func(w string) bool { return w == code })
		}
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.line, got, c.want)
		}
	}
	if all := d.Complete(""); len(all) != 27 || !slices.Contains(all, "shutdown") {
		t.Errorf("got %d orders: %v", len(all), all)
	}
}

func TestUniquePrefixes(t *testing.T) {
	d := newDesk(t)
	code := d.ok(t, "new").Song.Code
	for _, line := range []string{"queue " + code, "que n", "q mo " + code + " 1", "q r " + code, "band n funk", "sk", "pl " + code,
		"ti " + code + " x", "und", "nO", "hi", "net", "stat", "li", "sto"} {
		if r := d.Do(t.Context(), me, line); !r.OK {
			t.Errorf("%s: %s", line, r.Text)
		}
	}
	// A quoted word is no keyword: it is a band's name.
	d.bad(t, `band "new"`, "there is no band")
}
