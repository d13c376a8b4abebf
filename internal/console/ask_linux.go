package console

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// ask asks a terminal where its cursor is and says whether it answers, with what was
// typed meanwhile. The terminal is left as it was.
func ask(in *os.File, out io.Writer) (typed []byte, answers bool) {
	fd := int(in.Fd())
	was, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, false
	}
	mode := *was
	mode.Lflag &^= unix.ICANON | unix.ECHO // the answer has no end of line, and is not for the eye
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &mode); err != nil {
		return nil, false
	}
	defer func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, was) }() // it was possible a moment ago
	if _, err := io.WriteString(out, question); err != nil {
		return nil, false
	}
	buf := make([]byte, 256)
	for end := time.Now().Add(patience); len(typed) < maxLine; {
		n, err := readWithin(fd, buf, time.Until(end))
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN) {
			continue
		}
		if err != nil || n == 0 {
			break
		}
		if typed, answers = answered(append(typed, buf[:n]...)); answers {
			return typed, true
		}
	}
	return typed, false
}

// readWithin reads what there is within a time; nothing after that, or at the end.
func readWithin(fd int, buf []byte, limit time.Duration) (int, error) {
	ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(ready, int(max(0, limit).Milliseconds()))
	if err != nil || n == 0 {
		return 0, err
	}
	return unix.Read(fd, buf)
}
