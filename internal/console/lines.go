package console

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
)

// maxLine is the longest line that is handed on; longer ones are read off.
const maxLine = 64 << 10

// readLines reads plain lines until the input or ctx ends.
func readLines(ctx context.Context, in io.Reader, lines chan<- line, log *slog.Logger) {
	r := bufio.NewReaderSize(in, maxLine)
	for {
		l, err := readLine(r)
		if (err == nil || l.text != "" || l.tooLong) && !send(ctx, lines, l) {
			return
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrClosed) {
				log.Warn("the console reads no more orders", "error", err)
			}
			return
		}
	}
}

// readLine reads one line. It holds no more than r's buffer.
func readLine(r *bufio.Reader) (line, error) {
	text, err := r.ReadSlice('\n')
	l := line{text: stray.ReplaceAllString(string(text), "")}
	for errors.Is(err, bufio.ErrBufferFull) {
		l = line{tooLong: true}
		_, err = r.ReadSlice('\n')
	}
	return l, err
}
