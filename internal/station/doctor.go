package station

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// isRunning says whether a station runs on the data folder. Then it holds the port
// and the database, and that is well.
func isRunning(ctx context.Context, cfg *config.Config) bool {
	_, err := control.Send(ctx, control.SocketPath(cfg.Data), "now")
	return err == nil
}

func checkFolder(_ context.Context, cfg *config.Config) (string, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return "", fmt.Errorf("%s cannot be made (%w): choose another with --data", cfg.Data, cause(err))
	}
	f, err := os.CreateTemp(cfg.Data, "doctor")
	if err != nil {
		return "", fmt.Errorf("%s cannot be written (%w): choose another with --data or mend its rights", cfg.Data, cause(err))
	}
	return cfg.Data, errors.Join(f.Close(), os.Remove(f.Name()))
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
	return found, nil
}

func checkDatabase(ctx context.Context, cfg *config.Config) (string, error) {
	path := filepath.Join(cfg.Data, "station.db")
	if isRunning(ctx, cfg) {
		return path + ", in use by the running station", nil
	}
	db, err := sqlite.Open(ctx, path, nil)
	if err != nil {
		return "", err
	}
	return path, db.Close()
}

func checkPort(ctx context.Context, cfg *config.Config) (string, error) {
	if isRunning(ctx, cfg) {
		return cfg.Listen + ", in use by the running station", nil
	}
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return "", err
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
