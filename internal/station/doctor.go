package station

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"bandstand/internal/config"
	"bandstand/internal/control"
	"bandstand/internal/speaker"
	"bandstand/internal/sqlite"
	"bandstand/internal/style"
)

// check is one thing that a station needs. Optional ones do not make it ill.
type check struct {
	what     string
	optional bool
	look     func(ctx context.Context, cfg *config.Config) (found string, err error)
}

var checks = []check{
	{"data folder", false, checkFolder},
	{"SoundFont", false, checkFont},
	{"styles", false, checkStyles},
	{"database", false, checkDatabase},
	{"port", false, checkPort},
	{"ffmpeg", true, checkFFmpeg},
	{"speaker", true, checkSpeaker},
	{"outputs", true, checkOutputs},
}

// Doctor looks whether everything that a station with this configuration needs is
// there, prints a line for each, and says whether the station can run.
func Doctor(ctx context.Context, cfg *config.Config, out io.Writer) bool {
	well := true
	for _, c := range checks {
		found, err := c.look(ctx, cfg)
		switch {
		case err == nil:
			fmt.Fprintf(out, "ok    %-12s %s\n", c.what, found)
		case c.optional:
			fmt.Fprintf(out, "none  %-12s %v\n", c.what, err)
		default:
			well = false
			fmt.Fprintf(out, "ill   %-12s %v\n", c.what, err)
		}
	}
	return well
}

// runningAt is where the station that runs on the data folder listens, and whether one
// runs. Then it holds the port and the database, and that is well.
func runningAt(ctx context.Context, cfg *config.Config) (host string, runs bool) {
	reply, err := control.Send(ctx, control.SocketPath(cfg.Data), "status")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(reply.Text) {
		if link, is := strings.CutPrefix(strings.TrimSpace(line), "page: "); is {
			if at, err := url.Parse(link); err == nil { // its token is not shown
				host = at.Host
			}
		}
	}
	return host, true
}

// checkFolder leaves nothing behind: of a folder that is not there it looks whether it
// could be made.
func checkFolder(_ context.Context, cfg *config.Config) (string, error) {
	there, found := cfg.Data, cfg.Data
	for {
		if _, err := os.Stat(there); !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			break
		}
		there, found = filepath.Dir(there), cfg.Data+", which the station will make"
	}
	f, err := os.CreateTemp(there, "doctor")
	switch {
	case err != nil && there != cfg.Data:
		return "", fmt.Errorf("%s cannot be made (%w): choose another with --data", cfg.Data, cause(err))
	case err != nil:
		return "", fmt.Errorf("%s cannot be written (%w): choose another with --data or mend its rights", cfg.Data, cause(err))
	}
	return found, errors.Join(f.Close(), os.Remove(f.Name()))
}

func checkFont(_ context.Context, cfg *config.Config) (string, error) {
	if _, err := loadFont(cfg.SoundFont); err != nil {
		return "", err
	}
	if cfg.SoundFont == "" {
		return "built in", nil
	}
	return cfg.SoundFont, nil
}

// checkStyles says what is wrong with the user's styles, too: the station runs
// without them.
func checkStyles(_ context.Context, cfg *config.Config) (string, error) {
	set, err := style.Load(filepath.Join(cfg.Data, "styles"))
	if err != nil {
		return "", err
	}
	found := strings.Join(set.Names(), ", ")
	for _, b := range set.Broken() {
		found += fmt.Sprintf("\nill   %-12s %v (the station runs without it)", "a style", b.Err)
	}
	for _, c := range set.Clashes() {
		found += fmt.Sprintf("\nill   %-12s %s", "a style", c.Text)
	}
	return found, nil
}

func checkDatabase(ctx context.Context, cfg *config.Config) (string, error) {
	path := filepath.Join(cfg.Data, "station.db")
	if _, runs := runningAt(ctx, cfg); runs {
		return path + ", in use by the running station", nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return path + ", which the station will make", nil
	}
	db, err := sqlite.Open(ctx, path, nil)
	if err != nil {
		return "", err
	}
	return path, db.Close()
}

func checkPort(ctx context.Context, cfg *config.Config) (string, error) {
	host, runs := runningAt(ctx, cfg)
	if _, port, err := net.SplitHostPort(cfg.Listen); runs && err == nil && strings.HasSuffix(host, ":"+port) {
		return cfg.Listen + ", in use by the running station", nil
	}
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return "", err
	}
	if runs {
		return fmt.Sprintf("%s is free; the running station listens on %s", cfg.Listen, host), l.Close()
	}
	return cfg.Listen + " is free", l.Close()
}

func checkFFmpeg(ctx context.Context, _ *config.Config) (string, error) {
	out, err := exec.CommandContext(ctx, "ffmpeg", "-version").Output()
	if err != nil {
		return "", errors.New("not found; the station runs without it (Debian: apt install ffmpeg)")
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return first, nil
}

func checkSpeaker(context.Context, *config.Config) (string, error) {
	if _, err := speaker.Open(speaker.Options{}); err != nil {
		return "", err
	}
	return "a sound server answers", nil
}
