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
// that never reads is beyond our reach. With Linux's usual buffers (at most 6 MB)
// that is 140 KB for one that never read and 500 KB to 600 KB for one that stopped:
// 12 s and half a minute at 128 kbit/s, the last 5 s of them writeTime. A kernel that
// is allowed 32 MB takes more than 50 s.
//
// The right edge of the window that it announces (TCP_INFO: acknowledged bytes and
// window) does not tell: for programs that never read it may move on at the pace of
// the stream, and for one that reads steadily while its kernel takes memory
// back it moves nearly as little as for one that stopped.
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
