//go:build !linux

package control

import (
	"io/fs"
	"net"
)

// peer cannot tell here who is at the other end: the modes of the socket and its
// folder keep others out.
func peer(*net.UnixConn) (who string, ok bool) { return "", true }

func ownedByMe(fs.FileInfo) bool { return true }
