package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// program is a running station.
type program struct {
	cmd  *exec.Cmd
	data string
	url  string // http://127.0.0.1:PORT
	auth string
	http *http.Client
}

// start runs a station in a fresh data folder and waits until it answers.
func (b *bench) start(ctx context.Context, flags ...string) (*program, error) {
	data, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	args := append([]string{"--data", data, "--listen", address, "--no-console"}, flags...)
	p := &program{data: data, url: "http://" + address, http: &http.Client{}}
	p.cmd = exec.CommandContext(ctx, b.bin, args...)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s (make build makes it): %w", b.bin, err)
	}
	return p, nil
}

func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// up waits until the station answers.
func (p *program) up(ctx context.Context) error {
	for range 500 {
		if res, err := p.get(ctx, "/api/v1/status"); err == nil {
			_ = res.Body.Close()
			token, err := os.ReadFile(filepath.Join(p.data, "token"))
			p.auth = "Bearer " + strings.TrimSpace(string(token))
			return err
		}
		pause(ctx, 10*time.Millisecond)
	}
	return fmt.Errorf("the station at %s did not answer within 5 s", p.url)
}

func (p *program) get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		return nil, err
	}
	return p.http.Do(req)
}

// do gives an order over HTTP and waits for its reply.
func (p *program) do(ctx context.Context, order string) error {
	body, err := json.Marshal(map[string]string{"order": order})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/api/v1/orders", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", p.auth)
	req.Header.Set("Content-Type", "application/json")
	res, err := p.http.Do(req)
	if err != nil {
		return fmt.Errorf("order %q: %w", order, err)
	}
	defer func() { _ = res.Body.Close() }()
	var reply struct {
		OK    bool   `json:"ok"`
		Reply string `json:"reply"`
	}
	if err := json.NewDecoder(res.Body).Decode(&reply); err != nil {
		return fmt.Errorf("order %q: %w", order, err)
	}
	if !reply.OK {
		return fmt.Errorf("order %q: %s", order, reply.Reply)
	}
	return nil
}

func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	_ = os.RemoveAll(p.data)
}

// usage is what the process has used: processor time and resident memory.
func (p *program) usage() (cpu time.Duration, rssMiB float64, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var utime, stime int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &utime, &stime); err != nil {
		return 0, 0, err
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = status.Close() }()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			var kib float64
			_, err := fmt.Sscan(rest, &kib)
			return time.Duration(utime+stime) * tick, kib / 1024, err
		}
	}
	return 0, 0, io.ErrUnexpectedEOF
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
