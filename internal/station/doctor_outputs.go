package station

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"bandstand/internal/config"
	"bandstand/internal/target"
)

// checkOutputs says what the outputs of the configuration lack on this computer.
// Whether those elsewhere answer is only found out by going there.
func checkOutputs(_ context.Context, cfg *config.Config) (string, error) {
	var well, ill []string
	for _, o := range cfg.Output {
		to, err := target.Parse(string(o.URL))
		if err == nil {
			err = lacks(to)
		}
		if err != nil {
			ill = append(ill, fmt.Sprintf("%s: %v", o.Name, err))
			continue
		}
		well = append(well, o.Name)
	}
	switch {
	case len(ill) > 0:
		return "", errors.New(strings.Join(ill, "; "))
	case len(well) == 0:
		return "none in the configuration", nil
	}
	return strings.Join(well, ", "), nil
}

// lacks is what a target needs and this computer has not.
func lacks(to target.Target) error {
	var words secrets
	for _, text := range append([]string{to.Path}, to.Args...) {
		if to.Kind == target.RTMP || to.Kind == target.Command {
			if _, err := words.reveal(text); err != nil {
				return err
			}
		}
	}
	if _, err := config.Secret(to.Password).Reveal(); err != nil {
		return err
	}
	switch to.Kind {
	case target.RTMP, target.HLS, target.Command:
		if _, err := exec.LookPath("ffmpeg"); err != nil {
			return errors.New("it needs ffmpeg (Debian: apt install ffmpeg)")
		}
	case target.File:
		if info, err := os.Stat(to.Path); err != nil || !info.IsDir() {
			return fmt.Errorf("there is no folder %s: make it", to.Path)
		}
	}
	return nil
}
