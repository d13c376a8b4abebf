package station

import (
	"fmt"
	"strings"

	"bandstand/internal/config"
	"bandstand/internal/icecast"
	"bandstand/internal/output"
	"bandstand/internal/target"
)

// icecast sends one of our mounts to an Icecast server.
func (s *station) icecast(name string, to target.Target) (output.Sink, error) {
	format := to.Options["format"]
	for _, st := range s.house.streams {
		mount := st.mount.Config()
		if !strings.HasSuffix(mount.Name, "."+format) {
			continue
		}
		c := icecast.Config{Host: to.Host, TLS: to.TLS, Insecure: to.Options["insecure"] == "yes", Mount: to.Path, User: to.User, Password: config.Secret(to.Password).Reveal,
			About:  icecast.About{Name: "Bandstand", Description: to.Options["description"], Genre: to.Options["genre"], URL: s.cfg.URL, Public: to.Options["public"] == "yes"},
			Titles: true, Source: st.mount, UserAgent: "Bandstand/" + s.opts.Version, Log: s.log.With("output", name)}
		if name := to.Options["name"]; name != "" {
			c.Name = name
		}
		if url := to.Options["url"]; url != "" {
			c.URL = url
		}
		if format != "flac" { // its rate is a guess
			c.Kbps = mount.BytesPerSecond * 8 / 1000
		}
		return icecast.New(c), nil
	}
	return nil, fmt.Errorf("there is no mount of format %s to send", format)
}
