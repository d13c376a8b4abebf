package command_test

import (
	"strings"
	"testing"

	"bandstand/internal/command"
)

func TestBadOrders(t *testing.T) {
	d := newDesk(t)
	d.ok(t, "band new jazz")
	playing := d.ok(t, "new").Song.Code
	waiting := d.queued(t)
	d.air.since()
	for _, c := range []struct {
		line string
		want []string
	}{
		{"", []string{"say an order", "help"}},
		{"nev", []string{`there is no order "nev"`, "did you mean new"}},
		{"xyzzy", []string{`"xyzzy"`, "help lists them all"}},
		{`""`, []string{`there is no order ""`}},
		{"tempo=100", []string{`there is no order "tempo=100"`}},
		{"s", []string{`"s" could be shutdown, skip, song, songs, status, stop, styles`}},
		{"son", []string{`"son" could be song, songs`}},
		{"new fnk", []string{`there is no style "fnk"`, "did you mean funk?"}},
		{"new f", []string{`"f" could be folk, funk`}},
		{"new meter=4/5", []string{`"4/5" is not a time signature such as 4/4, 3/4 or 6/8`}},
		{"new calypso", []string{`there is no style "calypso"; styles lists them`}},
		{"new funk style=folk", []string{"style is given twice"}},
		{"new funk folk", []string{`no style "funk folk"`}},
		{"new a b c d", []string{`no more than 3 words`, `"d"`}},
		{"new style=", []string{"style= needs a value"}},
		{"new tempo=100 TEMPO=90", []string{"tempo is given twice"}},
		{"new tmpo=100", []string{"did you mean tempo="}},
		{"new zzz=1", []string{"it knows style=, key=, tempo="}},
		{"new count=2", []string{"no count="}},
		{"new tempo=0", []string{"tempo 0 is out of range", "from 20 to 400"}},
		{"new tempo=19.9", []string{"from 20 to 400"}},
		{"new tempo=9999", []string{"from 20 to 400"}},
		{"new tempo=1e999", []string{"from 20 to 400"}},
		{"new tempo=-Inf", []string{"from 20 to 400"}},
		{"new tempo=NaN", []string{`tempo "NaN" is not a number`}},
		{"new tempo=fast", []string{`tempo "fast" is not a number`, "from 20 to 400"}},
		{"new tempo=0x20", []string{"is not a number"}},
		{"new bars=-1", []string{"bars -1 is out of range", "from 4 to 1000"}},
		{"new bars=3", []string{"from 4 to 1000"}},
		{"new bars=1001", []string{"from 4 to 1000"}},
		{"new bars=99999999999999999999", []string{"from 4 to 1000"}},
		{"new bars=8.5", []string{"not a whole number"}},
		{"new seed=abc", []string{`seed "abc" is not a seed`, "whole number"}},
		{"new seed=-1", []string{"is not a seed"}},
		{"new seed=18446744073709551616", []string{"is not a seed"}},
		{"new key=H#", []string{`"H#" is not a key`, "C, F#, Bb, Am"}},
		{"new band=llama", []string{`there is no band "llama"`}},
		{`new "funk`, []string{"never closed"}},
		{"new \x00", []string{"NUL"}},
		{"new \xff", []string{"UTF-8"}},
		{"new " + strings.Repeat("x", 1<<20), []string{"too long"}},
		{"queue new count=0", []string{"from 1 to 100"}},
		{"queue new count=101", []string{"from 1 to 100"}},
		{"queue mov", []string{"needs more words: queue move CODE N"}},
		{"queue nonsense", []string{`no song "nonsense"`}},
		{"queue movr", []string{"did you mean move"}},
		{"queue a b", []string{"no more than 1 word"}},
		{"queue move " + waiting + " 0", []string{"place 0 is out of range", "from 1 to 1"}},
		{"queue move " + waiting + " 2", []string{"from 1 to 1"}},
		{"queue move " + playing + " 1", []string{"is not in the queue"}},
		{"queue remove " + playing, []string{"is not in the queue"}},
		{"queue remove", []string{"needs more words"}},
		{"play 22222", []string{`there is no song "22222"`}},
		{"play " + waiting[:4], []string{"did you mean " + waiting}},
		{"play", []string{"on the air already"}},
		{"skip now", []string{"error: skip takes no words: say skip alone"}},
		{"skip hard=1", []string{"skip takes no hard="}},
		{"auto maybe", []string{`error: auto takes on or off, not "maybe"`}},
		{"auto o", []string{`auto takes on or off, not "o"`}},
		{"loop", []string{"needs more words: loop CODE|now"}},
		{"loop now from=0", []string{"from 0 is out of range", "from 1 to 32"}},
		{"loop now from=33", []string{"from 1 to 32"}},
		{"loop now bars=0", []string{"bars 0 is out of range"}},
		{"loop now gap=61", []string{"gap 61 is out of range", "from 0 to 60"}},
		{"loop now gap=-1", []string{"from 0 to 60"}},
		{"loop now gap=x", []string{"is not a number"}},
		{"loop zzzzz", []string{"there is no song"}},
		{"rate now 0", []string{"rating 0 is out of range", "from 1 to 5"}},
		{"rate now 6", []string{"from 1 to 5"}},
		{"rate now good", []string{`rating "good" is not a whole number`}},
		{"rate now", []string{"needs more words: rate CODE|now 1..5"}},
		{"rate zzzzz 3", []string{"there is no song"}},
		{"songs 0", []string{"from 1 to 1000"}},
		{"songs all", []string{"is not a whole number"}},
		{"songs style=polka", []string{`there is no style "polka"`}},
		{"songs band=polka", []string{`there is no band "polka"`}},
		{"song zzzzz", []string{"there is no song", "songs lists them"}},
		{"title " + waiting, []string{"needs a code and words"}},
		{"title " + waiting + ` "  "`, []string{"needs a code and words"}},
		{"title " + waiting + " " + strings.Repeat("x", 101), []string{"that title is too long", "100"}},
		{"title zzzzz x", []string{"there is no song"}},
		{"delete " + playing, []string{"is on the air: skip it first"}},
		{"delete now", []string{"is on the air: skip it first"}},
		{"delete zzzzz", []string{"there is no song"}},
		{"undo", []string{"there is nothing to undo"}},
		{"export now", []string{"needs more words: export CODE|now FILE"}},
		{"export zzzzz a.mid", []string{"there is no song"}},
		{"export now a.mid force=perhaps", []string{"neither yes nor no"}},
		{"export now a.mid --forc", []string{"did you mean force="}},
		{"styles x", []string{`there is no style "x"; styles lists them`}},
		{"now now", []string{"error: now takes no words: say now alone"}},
		{"band", []string{"needs more words"}},
		{"band zzz", []string{`there is no band "zzz"`, "bands lists them"}},
		{"band new polka", []string{`there is no style "polka"`}},
		{"band new waltz", []string{"nobody dances"}},
		{"history -3", []string{"from 1 to 1000"}},
		{"help nev", []string{"did you mean new"}},
		{"help queue zzz", []string{`queue has no "zzz"`, "queue new, queue move, queue remove"}},
		{"help now zzz", []string{`now has no "zzz"`}},
	} {
		d.bad(t, c.line, c.want...)
	}
	if got := d.queue(t); got != waiting {
		t.Errorf("the queue is %q, not %q", got, waiting)
	}
}

// TestWordsOfOtherPrograms offers our order for what others call it.
func TestWordsOfOtherPrograms(t *testing.T) {
	table := command.New(command.Deps{})
	for word, want := range map[string]string{"quit": "shutdown", "EXIT": "shutdown", "next": "skip", "?": "help"} {
		if reply := table.Do(t.Context(), command.Caller{}, word); reply.OK || !strings.HasSuffix(reply.Text, "did you mean "+want+"?") {
			t.Errorf("%s: %s", word, reply.Text)
		}
	}
}
