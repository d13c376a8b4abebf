package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// formats are the station's own mounts.
var formats = []string{"mp3", "opus", "flac"}

// counted is a listener of a mount who counts what ffmpeg decodes of it.
type counted struct {
	format     string
	first      int64 // the station's frame that it begins at
	res        *http.Response
	cmd        *exec.Cmd
	file       string
	complaints bytes.Buffer
}

// countMount listens until the mount ends.
func (p *program) countMount(ctx context.Context, format, dir string) (*counted, error) {
	res, err := p.get(ctx, "/live."+format+"?burst=0")
	if err != nil {
		return nil, err
	}
	c := &counted{format: format, res: res, file: filepath.Join(dir, fmt.Sprintf("%s-%s.raw", format, res.Header.Get("X-Bandstand-Frame")))}
	if c.first, err = strconv.ParseInt(res.Header.Get("X-Bandstand-Frame"), 10, 64); err != nil {
		return nil, errors.Join(fmt.Errorf("the mount does not say where it begins: %w", err), res.Body.Close())
	}
	demuxer := map[string]string{"mp3": "mp3", "opus": "ogg", "flac": "flac"}[format]
	c.cmd = exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-f", demuxer, "-i", "pipe:0", "-ac", "1", "-ar", "48000", "-f", "s16le", "-y", c.file)
	c.cmd.Stdin, c.cmd.Stderr = res.Body, &c.complaints
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting ffmpeg: %w", err), res.Body.Close())
	}
	return c, nil
}

// end waits for the end of the mount, and gives the station's frame after the last
// that was decoded.
func (c *counted) end() (int64, error) {
	err := c.cmd.Wait()
	_ = c.res.Body.Close()
	if err != nil {
		return 0, fmt.Errorf("decoding %s: %w: %s", c.format, err, &c.complaints)
	}
	info, err := os.Stat(c.file)
	if err != nil {
		return 0, err
	}
	return c.first + info.Size()/2, os.Remove(c.file)
}

// witness is three listeners that hear out a station's mounts, one of each format.
type witness struct {
	dir   string
	began []*counted
}

// watchMounts begins with listeners of all three.
func (p *program) watchMounts(ctx context.Context) (*witness, error) {
	dir, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	w := &witness{dir: dir}
	return w, w.join(ctx, p)
}

// join has three more listen.
func (w *witness) join(ctx context.Context, p *program) error {
	for _, f := range formats {
		c, err := p.countMount(ctx, f, w.dir)
		if err != nil {
			return err
		}
		w.began = append(w.began, c)
	}
	return nil
}

// gaps ends the station and gives how many frames the listeners lack that were there
// from the first: those who come late begin at the frame that the station's clock
// says, so both must end at the same one. complaints is what ffmpeg said.
func (w *witness) gaps(ctx context.Context, p *program) (missing map[string]int64, complaints string, err error) {
	if err := w.join(ctx, p); err != nil {
		return nil, "", err
	}
	pause(ctx, 3e9)
	if _, err := p.order(ctx, "shutdown"); err != nil {
		return nil, "", err
	}
	missing = map[string]int64{}
	var said []string
	for i, c := range w.began {
		end, err := c.end()
		if err != nil {
			return nil, "", err
		}
		if text := strings.TrimSpace(c.complaints.String()); text != "" {
			said = append(said, c.format+": "+text)
		}
		if i < len(formats) {
			missing[c.format] -= end
		} else {
			missing[c.format] += end
		}
	}
	return missing, strings.Join(said, "; "), nil
}

// close forgets what was heard.
func (w *witness) close() { _ = os.RemoveAll(w.dir) }
