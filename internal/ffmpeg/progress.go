package ffmpeg

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// progress is what a child reports of itself.
type progress struct {
	out   atomic.Int64 // microseconds of the longest stream that went out
	moved atomic.Int64 // when that grew last, Unix nanoseconds; 0 for never
	bytes atomic.Int64 // that went out; 0 where the format does not tell
}

// read follows the reports until they end.
func (p *progress) read(from io.Reader, grown func(bytes int64)) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		key, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		if err != nil {
			continue // N/A, or none that matters
		}
		switch key {
		case "out_time_us":
			if n > p.out.Load() {
				p.out.Store(n)
				p.moved.Store(time.Now().UnixNano())
			}
		case "total_size":
			if more := n - p.bytes.Load(); more > 0 {
				p.bytes.Store(n)
				grown(more)
			}
		}
	}
	_, _ = io.Copy(io.Discard, from) // after a line that is none
}

// still is for how long nothing more went out, 0 before anything did.
func (p *progress) still() time.Duration {
	at := p.moved.Load()
	if at == 0 {
		return 0
	}
	return time.Since(time.Unix(0, at))
}
