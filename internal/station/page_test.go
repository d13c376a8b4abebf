package station

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
)

// get reads JSON from the station's web server.
func (r *running) get(path string, v any) {
	r.t.Helper()
	res, err := http.Get("http://" + r.place() + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s %s, %v", path, res.Status, data, err)
	}
}

// TestWhatThePageAsksFor looks, over HTTP, at what a newcomer's page is made of: the
// loop that is heard, the styles there are, and what a house band's robots are like.
func TestWhatThePageAsksFor(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	code := r.do("new funk seed=1").Song.Code
	r.do("loop now from=9 bars=4 gap=1")
	var status struct {
		State string
		Loop  *struct{ From, Bars, Gap float64 }
	}
	r.get("/api/v1/status", &status)
	if l := status.Loop; status.State != "looping" || l == nil || l.From != 9 || l.Bars != 4 || l.Gap != 1 {
		t.Errorf("the status is %+v with the loop %+v", status, status.Loop)
	}
	r.do("stop")
	status.Loop = nil
	if r.get("/api/v1/status", &status); status.Loop != nil {
		t.Errorf("in silence the loop is %+v", *status.Loop)
	}
	var styles []struct {
		Name, About string
		Tempo       []float64
	}
	r.get("/api/v1/styles", &styles)
	i := slices.IndexFunc(styles, func(s struct {
		Name, About string
		Tempo       []float64
	}) bool {
		return s.Name == "funk"
	})
	if len(styles) < 10 || i < 0 || styles[i].About == "" || styles[i].Tempo[1] <= styles[i].Tempo[0] {
		t.Errorf("the styles are %+v", styles)
	}
	var song struct {
		Robots []struct {
			Name   string
			Traits []string
		}
	}
	r.get("/api/v1/songs/"+code, &song)
	traits := 0
	for _, robot := range song.Robots {
		traits += len(robot.Traits)
	}
	if len(song.Robots) < 3 || traits == 0 {
		t.Errorf("the robots are %+v", song.Robots)
	}
}
