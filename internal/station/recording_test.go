package station

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/pcm"
)

// TestASongIsRecorded adds an output of songs while nothing plays, and holds the file
// against what was on the air.
func TestASongIsRecorded(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made", "tapes")
	r := begin(t, t.TempDir(), nil)
	r.do("output add tapes file:" + folder + "?every=song&limit=1G")
	r.untilOut("tapes", "on")
	code := r.do("new").Song.Code
	r.until("two seconds of the song were heard", func() bool {
		b, _ := r.last()
		return b.Code == code && b.Frame-r.since(code) > 2*int64(pcm.StationRate)
	})
	from := r.since(code)
	r.do("stop")
	var files []string
	r.until("the file is closed", func() bool {
		files, _ = filepath.Glob(filepath.Join(folder, "*"))
		return len(files) == 1 && strings.HasSuffix(files[0], "["+code+"].flac")
	})
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	got, complaints := decode(t, data)
	if complaints != "" {
		t.Errorf("ffmpeg complains: %s", complaints)
	}
	want := r.emitted(from)
	if len(got) < 2*2*int(pcm.StationRate) || len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
		t.Errorf("%d samples were recorded, and they are not the %d of the song", len(got), len(want))
	}
	info, _, err := r.db.Song(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-show_entries", "format_tags=title,artist,comment", "-of", "default=nw=1:nk=1", files[0]).Output()
	if err != nil || !strings.HasPrefix(string(tags), info.Title+"\n"+info.Band+"\n"+info.Style) {
		t.Errorf("the tags are %q: %v", tags, err)
	}
	if !strings.Contains(files[0], info.Band+" - ") {
		t.Errorf("the file is named %s", files[0])
	}
}
