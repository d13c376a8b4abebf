//go:build !linux

package web

import "net"

// tune makes the kernel's buffer for a listener small, so that a write to one who
// never reads is late soon.
func tune(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(16 << 10)
	}
}
