package style

import (
	"os"
	"strings"
	"testing"
)

// TestWrongFiles changes one thing in a good file and wants the error to say it in
// one sentence with the file, the line and the field.
func TestWrongFiles(t *testing.T) {
	data, err := os.ReadFile("testdata/mine.toml")
	if err != nil {
		t.Fatal(err)
	}
	mine := string(data)
	for _, test := range []struct{ old, changed, want string }{
		{`about = "bright`, `abuot = "bright`, `mine.toml line 2: there is no field abuot; did you mean about?`},
		{`about = "bright four-chord songs with a chorus that lifts"`, `about = ""`, `mine.toml line 2: about: must say in a line what the style is`},
		{`tempo = [98, 126]`, `tempo = [126, 98]`, `mine.toml line 5: tempo: 126 to 98 is upside down: the lower number comes first`},
		{`tempo = [98, 126]`, `tempo = [98, 500]`, `mine.toml line 5: tempo: 98 to 500 is not within 20 to 400`},
		{`tempo = [98, 126]`, `tempo = "fast"`, `mine.toml line 5: tempo: must be two numbers such as [90, 120], not a text`},
		{`tempo = [98, 126]`, `tempo = [98]`, `mine.toml line 5: tempo: must be two numbers, the lower one first, such as [60, 72]`},
		{`tempo = [98, 126]`, `tempo = [98, 110, 126]`, `mine.toml line 5: tempo: must be two numbers, the lower one first, such as [60, 72]`},
		{`tempo = [98, 126]`, `# no tempo`, `mine.toml line 1: tempo: is missing: write for example tempo = [96, 120]`},
		{`meter = "4/4"`, `meter = "4/5"`, `mine.toml line 4: meter: "4/5" is not a time signature such as 4/4, 3/4 or 6/8: 2 to 12 quarters or eighths`},
		{`meter = "4/4"`, `meter = 4`, `mine.toml line 4: meter: must be a text in quotes, not a whole number`},
		{`modes = { major = 3, minor = 1 }`, `modes = { major = 0 }`, `mine.toml line 6: modes: no mode has a weight: write for example major = 2, minor = 1`},
		{`modes = { major = 3, minor = 1 }`, `modes = { major = -1, minor = 1 }`, `mine.toml line 6: modes.major: a weight of -1: must be 0 or more`},
		{`modes = { major = 3, minor = 1 }`, `modes = { lydian = 1 }`, `mine.toml line 6: there is no field lydian`},
		{`modes = { major = 3, minor = 1 }`, `modes = "major"`, `mine.toml line 6: modes: must be a table, not a text`},
		{`starts_struck = true`, `starts_struck = 1`, `mine.toml line 3: starts_struck: must be true or false, not a whole number`},
		{`reverb = 0.45`, `reverb = 7`, `mine.toml line 7: reverb: 7 is outside 0 to 1`},
		{`reverb = 0.45`, `reverb = "wet"`, `mine.toml line 7: reverb: must be a number, not a text`},
		{`feel = { bass = 3`, `feel = { trumpet = 3`, `mine.toml line 9: feel.trumpet: there is no role "trumpet"; there are lead, bass, drums, chords, pad, arp, counter, solo`},
		{`feel = { bass = 3`, `feel = { bass = 300`, `mine.toml line 9: feel.bass: 300 ms is outside -60 to 60`},
		{`"intro verse pre chorus verse pre chorus bridge chorus chorus outro"`, `"intro vrese chorus outro"`, `mine.toml line 14: form.plans #1: there is no section "vrese"; did you mean verse?`},
		{`cycle = "verse pre chorus"`, `cycle = "verse solo"`, `mine.toml line 19: form.cycle: there is no section "solo"; there are intro, verse, pre, chorus, post, bridge, outro`},
		{`peak = "chorus"`, `peak = "chrous"`, `mine.toml line 20: form.peak: there is no section "chrous"; did you mean chorus?`},
		{`lift = 0.12`, `lift = 12`, `mine.toml line 21: form.lift: 12 is no chance from 0 to 1`},
		{`"x---x---", "x-x-x---"`, `"x---x--", "x-x-x---"`, `mine.toml line 29: melody.cells #1: has 7 sixteenths, must have 16 (a bar) or 8 (half of one)`},
		{`"x---x---", "x-x-x---"`, `"x---q---", "x-x-x---"`, `mine.toml line 29: melody.cells: pattern "x---q---": 'q' means nothing`},
		{`unit = 2`, `unit = 3`, `mine.toml line 33: melody.unit: 3 bars: must be 1, 2 or 4`},
		{`unit = 2`, `unit = 2.5`, `mine.toml line 33: melody.unit: must be a whole number, not a number with a fraction`},
		{`scale = "pentatonic"`, `scale = "klingon"`, `mine.toml line 35: melody.scale: "klingon": must be full, pentatonic or blues`},
		{`climb = 4`, `climb = 40`, `mine.toml line 40: melody.climb: 40 is outside 0 to 12`},
		{`bars = [4, 8]`, `bars = []`, `mine.toml line 44: section "intro", bars: intro has no lengths: write for example bars = [8, 16]`},
		{`bars = [4, 8]`, `bars = [0]`, `mine.toml line 44: section "intro", bars: 0 bars is outside 1 to 64`},
		{`bars = [4, 8]`, `bars = "four"`, `mine.toml line 44: section.bars: must be a list of whole numbers such as [8, 16], not a text`},
		{`energy = 0.4`, `energy = 4`, `mine.toml line 45: section "intro", energy: 4 is outside 0 to 1`},
		{`tune = "none"`, `tune = "hum"`, `mine.toml line 46: section "intro", tune: "hum": must be sing, solo, hook or none`},
		{`like = "verse"`, `like = "nothing"`, `mine.toml line 47: section "intro", like: there is no section "nothing"; there are intro, verse, pre, chorus, post, bridge, outro`},
		{`groove = "light"`, `groove = "heavy"`, `mine.toml line 48: section "intro", groove: there is no groove family "heavy"; there are light, verse, pre, chorus, bridge`},
		{`layers = ["drums", "chords", "arp", "pad"]`, `layers = ["kazoo"]`, `mine.toml line 49: section "intro", layers: there is no part "kazoo"; there are lead, drums, bass, chords, pad, arp, counter`},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = []`, `mine.toml line 59: section "verse", phrases: verse has a tune but no phrases: write for example phrases = ["a a' b c"]`},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = ["a z"]`, `mine.toml line 59: section "verse", phrases #1: phrases "a z": "z" is not a letter from a to h, with ' for a variant`},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = { "a a' b c" = 0.5, "a b a c" = 0.2 }`, `mine.toml line 59: section "verse", phrases: the chances sum to 0.7: they must sum to 1`},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = { "a a' b c" = 1.5, "a b a c" = -0.5 }`, `mine.toml line 59: section "verse", phrases."a a' b c": 1.5 is no chance from 0 to 1`},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = { "a a' b c" = "often" }`, `mine.toml line 59: section "verse", phrases."a a' b c": often is no chance: write a number from 0 to 1`},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = 3`, `mine.toml line 59: section "verse", phrases: wants a list of texts, such as ["…", "…"]`},
		{`"I | V | vi | IV"`, `"I | V | ix | IV"`, `mine.toml line 64: section "verse", loops.major #1: chords "I | V | ix | IV": "ix" ends in "x", which is no kind of chord`},
		{`"I | V | vi | IV"`, `"I | | vi | IV"`, `mine.toml line 64: section "verse", loops.major #1: chords "I | | vi | IV": a bar has 0 chords, must have 1 to 4`},
		{`"I | V | vi | IV"`, `""`, `mine.toml line 64: section "verse", loops.major #1: chords "": a bar has 0 chords, must have 1 to 4`},
		{`"I | V | vi | IV"`, `17`, `mine.toml line 64: section "verse", loops.major #1: 17 is no text: put it in quotes`},
		{`turn.major = ["V", "IV", "IV V"]`, `turn.major = { "V" = 0.6, "IV" = 0.6 }`, `mine.toml line 70: section "verse", turn.major: the chances sum to 1.2: they must sum to 1`},
		{`kick = "X..............."`, `kick = "X......"`, `mine.toml line 157: groove 1 (light), drums.kick: has 7 sixteenths: a bar has 16, and a pattern 1 to 16 bars`},
		{`kick = "X..............."`, `kcik = "X..............."`, `mine.toml line 157: groove 1 (light), drums.kcik: there is no drum "kcik"; did you mean kick?`},
		{`bass = ["R---------------"]`, `bass = ["Q---------------"]`, `mine.toml line 158: groove.bass: pattern "Q---------------": 'Q' means nothing`},
		{`bass = ["R---------------"]`, "bass = []\nchance = 0.4", `mine.toml line 159: groove 1 (light), chance: the chances of the family light sum to 0.4 over 1 of its 2 grooves: give all of them one, summing to 1, or none`},
		{`chords = ["X-----x-----x---", "X---x---x---x---"]`, `chords = ["walk"]`, `mine.toml line 159: groove 1 (light), chords #1: "walk" stands for a bass part only`},
		{`snare = "....x.xxx.xxX.X."`, `snare = "....x.xxx.xxX.X.x"`, `mine.toml line 247: fill 1, snare: has 17 sixteenths: a fill is a bar, 16, at most`},
		{`program = 80`, `program = 200`, `mine.toml line 268: part "lead", instrument 1, program: 200 is outside 0 to 127`},
		{`program = 80`, `program = "flute"`, `mine.toml line 268: part.instruments.program: must be a whole number, not a text`},
		{`{ name = "square lead", program = 80`, `{ name = "sqare lead"`, `mine.toml line 268: part "lead", instrument 1: there is no instrument "sqare lead"; did you mean square lead?`},
		{`{ name = "square lead", program = 80`, `{ name = "zither"`, `mine.toml line 268: part "lead", instrument 1: there is no instrument "zither": write a name of General MIDI, such as tenor sax, or a program from 0 to 127`},
		{`range = [57, 84]`, `range = [84, 57]`, `mine.toml line 263: part "lead", range: 84 to 57: must be an octave or more within 0 to 127`},
		{`range = [57, 84]`, `range = [57]`, `mine.toml line 263: part "lead", range: must be two numbers, the lower one first, such as [60, 72]`},
		{`role = "lead"`, `role = "singer"`, `mine.toml line 262: part "singer", role: there is no role "singer"; there are lead, bass, drums, chords, pad, arp, counter, solo`},
		{`role = "pad"`, `role = "bass"`, `mine.toml line 310: part "bass", role: bass is there twice`},
		{`pan = -0.25`, `pan = -25`, `mine.toml line 298: part "chords", pan: -25 is outside -1 to 1`},
		{`"{adjective} {noun}"`, `"{adjective} {noun} {colour}"`, `mine.toml line 345: words.titles #1: only {noun}, {adjective}, {verb} and {place} stand for words`},
		{`[words]`, `[wrods]`, `mine.toml line 343: there is no field wrods; did you mean words?`},
		{`[form]`, `[form`, `mine.toml line 11: expected ']' to close table name`},
		{`[words]`, "[[also]]\nmeter = \"3/4\"\n\n[words]", `mine.toml line 343: also 1, cells: there are no rhythms`},
		{`[words]`, "[[also]]\nmeter = \"3/4\"\ncells = [\"x---x---x---\"]\n[[also.groove]]\nfamily = \"verse\"\nbass = [\"R-----------\"]\n\n[words]", `mine.toml line 343: also 1, groove: there is no groove family "light"; there are verse`},
		{`[words]`, "[[also]]\nmeter = \"4/4\"\n\n[words]", `mine.toml line 344: also 1, meter: 4/4 is there twice`},
		{`about = "bright`, `about = "two\nlines, bright`, `mine.toml line 2: about: "two\nlines, bright four-chord songs with a chorus that lifts" must be one line without control characters`},
		{`name = "intro"`, `name = "the intro"`, `mine.toml line 43: section "the intro", name: "the intro" must be one word, such as verse`},
		{`name = "intro"`, `name = "verse"`, `mine.toml line 52: section "verse", name: verse is there twice`},
		{`"I | V | vi | IV"`, `"` + strings.Repeat("I | ", 64) + `I"`, `mine.toml line 64: section "verse", loops.major #1: 65 bars: no more than 64 are possible`},
		{`cycle = "verse pre chorus"`, `cycle = "` + strings.Repeat("verse ", 41) + `"`, `mine.toml line 19: form.cycle: 41 sections: no more than 40 are possible`},
		{`"{adjective} {noun}"`, `""`, `mine.toml line 345: words.titles #1: is empty`},
	} {
		_, err := Parse("/somewhere/mine.toml", []byte(change(t, mine, test.old, test.changed)))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s:\n got %v\nwant %s", test.changed, err, test.want)
		}
	}
}

// change puts something else in the place of old, which must be there.
func change(t *testing.T, text, old, changed string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("there is no %q", old)
	}
	return strings.Replace(text, old, changed, 1)
}
