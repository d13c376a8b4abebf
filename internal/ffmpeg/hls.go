package ffmpeg

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"bandstand/internal/output"
)

// HLS is a folder of segments that a web server gives to players: fragmented MP4, and
// live.m3u8 to begin with.
type HLS struct {
	Folder  string
	Codec   string // "aac" or "opus"; "" is aac
	Kbps    int    // 0 is 160
	Segment int    // seconds, 0 is 4
	Window  int    // segments in the playlist, 0 is 6
}

const (
	playlist = "live.m3u8"
	segment  = 4
	window   = 6
)

// ours are the files that HLS makes.
var ours = regexp.MustCompile(`^(?:live-(\d+)\.m4s|init-(\d+)\.mp4)(?:\.tmp)?$`)

var initName = regexp.MustCompile(`#EXT-X-MAP:URI="init-(\d+)\.mp4"`)

// Args makes the folder and gives the arguments of a new run.
func (h HLS) Args() ([]string, error) {
	if err := h.writable(); err != nil {
		return nil, err
	}
	first, err := h.fresh(time.Now())
	if err != nil {
		return nil, err
	}
	codec := []string{"-c:a", "aac"}
	if h.Codec == "opus" {
		codec = []string{"-c:a", "libopus"}
	}
	return append(codec, "-b:a", kbps(h.Kbps, 160), "-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", number(h.Segment, segment), "-hls_list_size", number(h.Window, window),
		"-start_number", strconv.FormatInt(first, 10),
		"-hls_flags", "delete_segments+temp_file+program_date_time+discont_start+omit_endlist+independent_segments",
		"-hls_fmp4_init_filename", fmt.Sprintf("init-%d.mp4", first),
		"-hls_segment_filename", filepath.Join(h.Folder, "live-%d.m4s"),
		filepath.Join(h.Folder, playlist)), nil
}

// Tidy removes what earlier runs have left in the folder, once the playlist names it no
// more and whoever still had the old one has had time to get it. It is for Config.Tidy.
func (h HLS) Tidy() {
	list, err := os.ReadFile(filepath.Join(h.Folder, playlist))
	if err != nil {
		return // not there yet
	}
	m := initName.FindSubmatch(list)
	entries, err := os.ReadDir(h.Folder)
	if err != nil || m == nil {
		return
	}
	run, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		return
	}
	for _, e := range entries {
		m := ours.FindStringSubmatch(e.Name())
		if m == nil || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if n, bad := strconv.ParseInt(m[1]+m[2], 10, 64); err == nil && bad == nil && n < run && time.Since(info.ModTime()) > h.kept() {
			_ = os.Remove(filepath.Join(h.Folder, e.Name())) // else the next time
		}
	}
}

// Check looks whether the folder grows by whole segments: ffmpeg itself goes on as if
// nothing were wrong where the disk is full or the folder is gone. It is for Config.Check.
func (h HLS) Check(on time.Duration) error {
	patience := 2*h.length() + 3*time.Second
	if on < patience {
		return nil
	}
	list := filepath.Join(h.Folder, playlist)
	text, err := os.ReadFile(list)
	if err == nil && written(list, patience) && written(filepath.Join(h.Folder, lastSegment(string(text))), patience) {
		return nil
	}
	if err := h.writable(); err != nil {
		return err
	}
	return fmt.Errorf("for %.0f s nothing more came to %s", patience.Seconds(), h.Folder)
}

// written says whether a file has something in it and is not old.
func written(path string, old time.Duration) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0 && time.Since(info.ModTime()) < old
}

// lastSegment is the newest one that a playlist names, "" for none.
func lastSegment(list string) string {
	lines := strings.Split(strings.TrimSpace(list), "\n")
	if last := lines[len(lines)-1]; ours.MatchString(last) {
		return last
	}
	return ""
}

// writable makes the folder and sees whether a few segments have room in it.
func (h HLS) writable() error {
	err := os.MkdirAll(h.Folder, 0o755)
	if err == nil {
		err = h.try()
	}
	if err == nil {
		return nil
	}
	wait := unmended
	text := fmt.Sprintf("segments cannot be written to %s: %v", h.Folder, errors.Unwrap(err))
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		wait = unmended / 2
		text = fmt.Sprintf("the disk of %s is full: make room there", h.Folder)
	case errors.Is(err, fs.ErrPermission):
		text = fmt.Sprintf("%s may not be written: give the station's user the right to, or take another folder", h.Folder)
	case errors.Is(err, syscall.EROFS):
		text = fmt.Sprintf("%s is on a disk that cannot be written: take another folder", h.Folder)
	case errors.Is(err, syscall.ENOTDIR):
		text = fmt.Sprintf("%s cannot be a folder, since a file is in its way: take another", h.Folder)
	}
	return output.Patience(errors.New(text), wait)
}

// try writes what three segments need, and takes it away again.
func (h HLS) try() error {
	f, err := os.CreateTemp(h.Folder, ".room-")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 3*or(h.Segment, segment)*or(h.Kbps, 160)*1000/8))
	closed := f.Close()
	return cmp.Or(err, closed, os.Remove(f.Name()))
}

func (h HLS) length() time.Duration { return time.Duration(or(h.Segment, segment)) * time.Second }

// kept is how long segments stay that no playlist names.
func (h HLS) kept() time.Duration {
	return time.Duration(or(h.Window, window)+2) * h.length()
}

// fresh is a number for the next segment that none before it had: seconds since 1970,
// of which there are more than segments.
func (h HLS) fresh(now time.Time) (int64, error) {
	entries, err := os.ReadDir(h.Folder)
	if err != nil {
		return 0, fmt.Errorf("looking at the folder of the segments: %w", err)
	}
	first := now.Unix()
	for _, e := range entries {
		if m := ours.FindStringSubmatch(e.Name()); m != nil {
			if n, err := strconv.ParseInt(m[1]+m[2], 10, 64); err == nil {
				first = max(first, n+1)
			}
		}
	}
	return first, nil
}
