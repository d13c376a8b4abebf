package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// notes are what a program says while it runs.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.TrimSpace(n.text.String())
}

func (n *notes) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.text.Reset()
}

// complaints is what ffmpeg complains of when it decodes a file.
func complaints(ctx context.Context, file string) (string, error) {
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-i", file, "-f", "null", "-")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("decoding %s: %w: %s", filepath.Base(file), err, &said)
	}
	return strings.TrimSpace(said.String()), nil
}

// fileTaker looks at recordings when they are done.
type fileTaker struct {
	folder string
	tape   *stretch
}

func takeFile() (*fileTaker, error) {
	dir, err := os.MkdirTemp("", "bandstand-bench")
	return &fileTaker{folder: dir}, err
}

func (t *fileTaker) kind() string  { return "file" }
func (t *fileTaker) url() string   { return "file:" + t.folder + "?every=day&format=flac" }
func (t *fileTaker) there() string { return t.folder }

// lives is the recording, once it is done; while it grows it is a stretch without sound.
func (t *fileTaker) lives() []*stretch {
	if t.tape != nil {
		return []*stretch{t.tape}
	}
	entries, err := os.ReadDir(t.folder)
	if err != nil || len(entries) == 0 {
		return nil
	}
	s := &stretch{began: time.Now()}
	if info, err := entries[0].Info(); err == nil && info.Size() > 0 {
		s.marks = []mark{{at: info.ModTime()}}
	}
	return []*stretch{s}
}

// end decodes the one recording there should be.
func (t *fileTaker) end(ctx context.Context) (string, error) {
	now := time.Now()
	files, err := filepath.Glob(filepath.Join(t.folder, "*.flac"))
	if err != nil {
		return "", err
	}
	if len(files) != 1 {
		return "", fmt.Errorf("there are %d recordings, not one (a day may have ended)", len(files))
	}
	said, err := complaints(ctx, files[0])
	if err != nil {
		return "", err
	}
	file, err := os.Open(files[0])
	if err != nil {
		return "", err
	}
	sound, err := decodeThin(ctx, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	t.tape = &stretch{marks: []mark{{now, int64(len(sound) * thin)}}, sound: thinned{samples: sound}}
	return said, nil
}

func (t *fileTaker) close() { _ = os.RemoveAll(t.folder) }
