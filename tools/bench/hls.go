package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// hlsTaker watches a folder.
type hlsTaker struct {
	lifelist
	folder string
	length int // seconds of a segment
	cancel context.CancelFunc
	life   sync.WaitGroup
	init   string // of the newest stretch
	seen   map[string]bool
	files  []string // of the newest stretch, oldest first
	frames int64    // in all of them
	player *player  // nil for none
	played *stretch // what it played
}

func takeHLS(ctx context.Context, length int) (*hlsTaker, error) {
	dir, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	t := &hlsTaker{folder: dir, length: length, seen: map[string]bool{}}
	ctx, t.cancel = context.WithCancel(ctx)
	t.life.Go(func() {
		for ctx.Err() == nil {
			t.look()
			pause(ctx, 20*time.Millisecond)
		}
	})
	return t, nil
}

func (t *hlsTaker) kind() string { return "hls" }
func (t *hlsTaker) url() string {
	return fmt.Sprintf("hls:%s?segment=%d&window=20", t.folder, t.length)
}

func (t *hlsTaker) there() string { return t.folder }

// look reads the playlist.
func (t *hlsTaker) look() {
	list, err := os.ReadFile(filepath.Join(t.folder, "live.m3u8"))
	if err != nil {
		return // not yet
	}
	init, length := "", 0.0
	for line := range strings.Lines(string(list)) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "#EXT-X-MAP:URI="); ok {
			init = strings.Trim(rest, `"`)
		}
		if rest, ok := strings.CutPrefix(line, "#EXTINF:"); ok {
			_, _ = fmt.Sscanf(rest, "%g", &length)
		}
		if line == "" || line[0] == '#' || t.seen[line] {
			continue
		}
		t.seen[line] = true
		t.segment(init, line, int64(length*48000+.5))
	}
}

func (t *hlsTaker) segment(init, name string, frames int64) {
	info, err := os.Stat(filepath.Join(t.folder, name))
	if err != nil {
		return // gone already
	}
	if init != t.init {
		t.begin().whole = t.decode
		t.mu.Lock()
		t.init, t.files, t.frames = init, nil, 0
		t.mu.Unlock()
	}
	t.mu.Lock()
	t.files = append(t.files, filepath.Join(t.folder, name))
	t.frames += frames
	total := t.frames
	s := t.all[len(t.all)-1]
	t.mu.Unlock()
	s.come(total, info.ModTime())
}

// decode decodes the last segments of the newest stretch.
func (t *hlsTaker) decode(ctx context.Context) ([]float32, int64, error) {
	t.mu.Lock()
	files := append([]string{filepath.Join(t.folder, t.init)}, t.files[max(0, len(t.files)-4):]...)
	end := t.frames
	t.mu.Unlock()
	var data bytes.Buffer
	for _, f := range files {
		part, err := os.ReadFile(f)
		if err != nil {
			return nil, 0, err
		}
		data.Write(part)
	}
	sound, err := decodeThin(ctx, &data)
	return sound, end - int64(len(sound)*thin), err
}

func (t *hlsTaker) close() {
	t.cancel()
	t.life.Wait()
	if t.player != nil {
		_ = t.player.cmd.Process.Kill()
		<-t.player.done
		_ = t.player.cmd.Wait()
	}
	_ = os.RemoveAll(t.folder)
}

// player is an ffmpeg that plays the folder as it grows.
type player struct {
	stretch
	said bytes.Buffer
	cmd  *exec.Cmd
	done chan struct{}
}

// play begins at the newest segment.
func (t *hlsTaker) play(ctx context.Context) error {
	p := &player{done: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-live_start_index", "-1", "-i", filepath.Join(t.folder, "live.m3u8"), "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1")
	p.cmd.Stderr = &p.said
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("starting ffmpeg: %w", err)
	}
	t.player = p
	go func() { defer close(p.done); p.read(out) }()
	return nil
}

// end ends the player, if there is one: it would wait for more for ever.
func (t *hlsTaker) end(ctx context.Context) (string, error) {
	p := t.player
	if p == nil {
		return "", nil
	}
	pause(ctx, 2*time.Second) // it plays what there is
	_ = p.cmd.Process.Kill()
	<-p.done
	_ = p.cmd.Wait()
	t.player = nil
	if len(p.since(time.Time{})) == 0 {
		return "", fmt.Errorf("ffmpeg played nothing of the folder: %s", &p.said)
	}
	t.played = &p.stretch
	return strings.TrimSpace(p.said.String()), nil
}
