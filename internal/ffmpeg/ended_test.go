package ffmpeg

import "testing"

func TestWhyAChildEnded(t *testing.T) {
	const (
		alsa     = "ALSA lib conf.c:5180:(_snd_config_evaluate) function snd_func_card_inum returned error: No such file or directory"
		pipewire = "[E][18889.998574] pw.conf      | [          conf.c:  963 pw_conf_load_conf_for_context()] can't load default config client.conf: No such file or directory"
		nothing  = " found no sound device: is PulseAudio or PipeWire running?"
	)
	for _, c := range []struct {
		name   string
		player bool
		how    string
		said   []string
		wants  string
	}{
		{"mpv", true, "exit status 2", []string{pipewire, alsa, "Cannot connect to server request channel"}, "mpv" + nothing},
		{"mpv", true, "exit status 2", nil, "mpv" + nothing},
		{"mpv", true, "exit status 1", []string{"[ao] Failed to initialize audio driver 'pulse'", "Exiting... (Errors when loading file)"}, "mpv" + nothing},
		{"mpv", true, "exit status 1", []string{"Could not open/initialize audio device -> no sound."}, "mpv" + nothing},
		{"mpv", true, "exit status 1", nil, "mpv ended (exit status 1) without a word"},
		{"mpv", true, "exit status 1", []string{"cannot load font: No such file or directory"}, "mpv ended (exit status 1): cannot load font: No such file or directory"},
		{"mpv", true, "signal: killed", []string{alsa}, "mpv ended (signal: killed)"},
		{"ffplay", true, "exit status 0", []string{alsa, "[warning] SDL_OpenAudio (1 channels, 44100 Hz): ALSA: Couldn't open audio device: No such file or directory",
			"[error] No more combinations to try, audio open failed", "[fatal] Failed to open file 'pipe:0' or configure filtergraph"}, "ffplay" + nothing},
		{"ffplay", true, "exit status 1", []string{"[fatal] Could not initialize SDL - Could not setup connection to PulseAudio", "[fatal] (Did you set the DISPLAY variable?)"}, "ffplay" + nothing},
		{"ffplay", true, "exit status 2", nil, "ffplay ended (exit status 2) without a word"},
		{"ffplay", true, "exit status 0", nil, "ffplay ended by itself: its arguments let it"},
		{"ffmpeg", false, "signal: killed", []string{"[error] Connection refused"}, "ffmpeg ended (signal: killed)"},
		{"ffmpeg", false, "signal: segmentation fault (core dumped)", nil, "ffmpeg ended (signal: segmentation fault (core dumped))"},
		{"ffmpeg", false, "exit status 1", []string{"[error] /no/out.wav: No such file or directory"},
			"ffmpeg ended (exit status 1): the folder is not there: make it; it said: /no/out.wav: No such file or directory"},
	} {
		l := &lines{name: c.name, player: c.player, masks: func(s string) string { return s }, kept: c.said}
		if got := l.trouble(c.how).Error(); got != c.wants {
			t.Errorf("%s, %s, after %q: %q, not %q", c.name, c.how, c.said, got, c.wants)
		}
	}
}
