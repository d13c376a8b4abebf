package web

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// unsentBytes is how much may wait in our kernel for a listener that has no room.
	unsentBytes = 16 << 10
	// lostTime is how long a listener's computer may not answer at all: a little
	// more than writeTime, for a telephone in a tunnel.
	lostTime = 8 * time.Second
)

// tune keeps our end of a listener's connection from hiding that nobody reads at
// the other: without it our kernel alone takes in megabytes, minutes of sound,
// before a write is late. What the listener's own kernel takes in for a program
// that never reads is beyond our reach (the window that it announces grows and
// shrinks for reasons of its own, and tells nothing reliable).
func tune(c net.Conn) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	// Where these are refused the write deadline alone must do.
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentBytes)
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(lostTime/time.Millisecond))
	})
}
