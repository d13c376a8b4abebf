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

// ours are the files that HLS makes.
var ours = regexp.MustCompile(`^(?:live-(\d+)\.m4s|init-(\d+)\.mp4)(?:\.tmp)?$`)

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
	return append(codec, "-b:a", kbps(h.Kbps, 160), "-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", number(h.Segment, 4), "-hls_list_size", number(h.Window, 6),
		"-start_number", strconv.FormatInt(first, 10),
		"-hls_flags", "delete_segments+temp_file+program_date_time+discont_start+omit_endlist+independent_segments",
		"-hls_fmp4_init_filename", fmt.Sprintf("init-%d.mp4", first),
		"-hls_segment_filename", filepath.Join(h.Folder, "live-%d.m4s"),
		filepath.Join(h.Folder, "live.m3u8")), nil
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

// Stream is video and sound to an RTMP server, as video sites want it: H.264 and AAC.
type Stream struct {
	URL       func() (string, error) // with its key
	FPS       int                    // of the picture
	VideoKbps int                    // 0 is 2500
	Kbps      int                    // of the sound, 0 is 160
}

// Args gives the arguments of a new run.
func (s Stream) Args() ([]string, error) {
	url, err := s.URL()
	if err != nil {
		return nil, err
	}
	fps := max(s.FPS, 1)
	keys := strconv.Itoa(2 * fps) // a key frame every 2 s
	video := kbps(s.VideoKbps, 2500)
	return []string{"-map", "1:v", "-map", "0:a",
		"-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "high", "-pix_fmt", "yuv420p",
		"-r", strconv.Itoa(fps), "-g", keys, "-keyint_min", keys, "-sc_threshold", "0",
		"-b:v", video, "-maxrate", video, "-bufsize", kbps(2*s.VideoKbps, 5000),
		"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-c:a", "aac", "-b:a", kbps(s.Kbps, 160), "-ar", "48000",
		"-rw_timeout", "8000000", "-f", "flv", "-flvflags", "no_duration_filesize", url}, nil
}

func number(n, usual int) string {
	if n == 0 {
		n = usual
	}
	return strconv.Itoa(n)
}

func kbps(n, usual int) string { return number(n, usual) + "k" }
