package station

import (
	"net/url"
	"strings"
	"testing"

	"bandstand/internal/icecast/icecasttest"
)

// TestIcecastOutput sends two mounts to one Icecast, which is killed and comes back.
func TestIcecastOutput(t *testing.T) {
	server, err := icecasttest.New(icecasttest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	t.Setenv("SITE_PASSWORD", icecasttest.Password)
	r := begin(t, t.TempDir(), nil)
	r.do("output add site icecast://source:" + url.PathEscape(icecasttest.Password) + "@" + server.Address + "/live.mp3?genre=robots&description=all%20day")
	r.do("output add second icecast://source:env:SITE_PASSWORD@" + server.Address + "/second.opus")
	r.untilOut("site", "on")
	r.untilOut("second", "on")
	song := r.do("new").Song
	mount := func(name string) icecasttest.Mount {
		all, _ := server.Mounts(t.Context()) // it may be away
		return all[name]
	}
	r.until("Icecast has the title", func() bool { return strings.Contains(mount("/live.mp3").Title, song.Title) })
	song.Title = r.do("title now Second Name").Song.Title
	r.until("Icecast has the new title", func() bool { return strings.Contains(mount("/live.mp3").Title, "Second Name") })
	if m := mount("/live.mp3"); m.Name != "Bandstand" || m.Genre != "robots" || m.Description != "all day" || m.Bitrate != 128 {
		t.Errorf("Icecast tells of %+v", m)
	}
	if all := r.house.Listeners(); len(all) != 0 {
		t.Errorf("an output is no listener: %+v", all)
	}
	server.Stop()
	r.untilOut("site", "retrying")
	r.until("health says so", func() bool { return strings.Contains(r.body("/health"), "site is retrying") })
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	r.untilOut("site", "on")
	r.untilOut("second", "on")
	r.until("the title is back", func() bool { return strings.Contains(mount("/live.mp3").Title, song.Title) })
	for _, text := range []string{r.body("/api/v1/status"), r.body("/metrics"), r.do("output").Text} {
		if strings.Contains(text, "correct") {
			t.Errorf("a password is shown: %s", text)
		}
	}
	r.do("output remove site")
	r.until("Icecast lets go of it", func() bool { return mount("/live.mp3").Name == "" && mount("/second.opus").Name != "" })
}
