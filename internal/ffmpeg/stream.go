package ffmpeg

import "strconv"

// Stream is video and sound to an RTMP server, as video sites want it: H.264 and AAC.
type Stream struct {
	URL       func() (string, error) // with its key
	FPS       int                    // of the picture
	VideoKbps int                    // 0 is 2500
	Kbps      int                    // of the sound, 0 is 160
	Insecure  bool                   // rtmps: takes any certificate
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
	args := []string{"-map", "1:v", "-map", "0:a",
		"-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "high", "-pix_fmt", "yuv420p",
		"-r", strconv.Itoa(fps), "-g", keys, "-keyint_min", keys, "-sc_threshold", "0",
		"-b:v", video, "-maxrate", video, "-bufsize", kbps(2*s.VideoKbps, 5000),
		"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-c:a", "aac", "-b:a", kbps(s.Kbps, 160), "-ar", "48000",
		"-rw_timeout", "8000000"}
	return append(append(args, trust(url, s.Insecure)...), "-f", "flv", "-flvflags", "no_duration_filesize", url), nil
}

func or(n, usual int) int {
	if n == 0 {
		return usual
	}
	return n
}

func number(n, usual int) string { return strconv.Itoa(or(n, usual)) }

func kbps(n, usual int) string { return number(n, usual) + "k" }
