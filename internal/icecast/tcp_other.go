//go:build !linux

package icecast

import "net"

// tune makes the kernel's buffer for a server small, so that a write to one who takes
// nothing is late soon.
func tune(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer)
	}
}
