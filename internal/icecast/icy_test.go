package icecast

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// icy is a listener that keeps what it hears, and where titles stand in it.
type icy struct {
	mu     sync.Mutex
	sound  bytes.Buffer
	titles map[string]int // title block -> bytes of sound before it
}

func listenICY(t *testing.T, url string) *icy {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Icy-MetaData", "1")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	interval, err := strconv.Atoi(res.Header.Get("icy-metaint"))
	if err != nil {
		t.Fatal(err)
	}
	h := &icy{titles: map[string]int{}}
	var done sync.WaitGroup
	done.Go(func() {
		in := bufio.NewReader(res.Body)
		for h.block(in, interval) == nil { // until the test ends
		}
	})
	t.Cleanup(func() {
		cancel()
		_ = res.Body.Close()
		done.Wait()
	})
	return h
}

func (h *icy) block(in *bufio.Reader, interval int) error {
	data := make([]byte, interval)
	if _, err := io.ReadFull(in, data); err != nil {
		return err
	}
	size, err := in.ReadByte()
	if err != nil {
		return err
	}
	text := make([]byte, int(size)*16)
	if _, err := io.ReadFull(in, text); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sound.Write(data)
	var latin strings.Builder // what Icecast makes of UTF-8 unless its mount has a charset
	for _, b := range text {
		latin.WriteRune(rune(b))
	}
	if _, known := h.titles[latin.String()]; !known && size > 0 {
		h.titles[latin.String()] = h.sound.Len()
	}
	return nil
}

func (h *icy) bytes() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sound.Len()
}

// at is where the title with part in it stands, 0 for nowhere yet.
func (h *icy) at(part string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	for text, at := range h.titles {
		if strings.Contains(text, part) {
			return at
		}
	}
	return 0
}

// loud is the byte of the sound at which the first tone begins.
func (h *icy) loud(t *testing.T) int {
	t.Helper()
	h.mu.Lock()
	sound := bytes.Clone(h.sound.Bytes())
	h.mu.Unlock()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-loglevel", "fatal", "-f", "mp3", "-i", "pipe:0", "-f", "f32le", "-ac", "1", "-ar", "48000", "pipe:1")
	cmd.Stdin = bytes.NewReader(sound)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	samples := make([]float32, len(out)/4)
	if err := binary.Read(bytes.NewReader(out), binary.LittleEndian, samples); err != nil {
		t.Fatal(err)
	}
	for i, v := range samples {
		if v > 0.1 {
			return i / 3 // 48,000 frames are 16,000 bytes
		}
	}
	t.Fatal("no tone was heard")
	return 0
}
