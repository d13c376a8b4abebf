package icecast

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// lostTime is how long a server's computer may not answer at all: longer than
// takeTime, so that a write that is late is known for what it is.
const lostTime = takeTime + 2*time.Second

// tune keeps our kernel from hiding that a server takes nothing: it holds little, and
// gives up a server whose computer is away. What that computer's kernel takes in for
// an Icecast that hangs is beyond our reach: see pulse.
func tune(c net.Conn) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	_ = tcp.SetWriteBuffer(sendBuffer)
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	// Where this is refused the write deadline alone must do.
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(lostTime/time.Millisecond))
	})
}
