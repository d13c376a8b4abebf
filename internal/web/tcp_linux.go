package web

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// tune keeps a listener's connection from hiding that nobody reads at its other
// end: without it the kernel takes in megabytes, minutes of sound, before a write
// is late. Where it cannot be set, the write deadline alone must do.
func tune(c net.Conn) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentBytes)
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(writeTime/time.Millisecond))
	})
}

// unsentBytes is how much may wait in the kernel for a listener that has no room.
const unsentBytes = 16 << 10
