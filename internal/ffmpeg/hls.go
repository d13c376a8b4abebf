package ffmpeg

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
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
	if err := os.MkdirAll(h.Folder, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the segments: %w", err)
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

// kept is how long segments stay that no playlist names.
func (h HLS) kept() time.Duration {
	return time.Duration((or(h.Window, window)+2)*or(h.Segment, segment)) * time.Second
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
