package control

import (
	"io/fs"
	"net"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// peer is the user at the other end, and whether that is one who may give orders:
// the station's own user, or root.
func peer(conn *net.UnixConn) (who string, ok bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return "", false
	}
	var cred *syscall.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err != nil || credErr != nil {
		return "", false
	}
	who = strconv.Itoa(int(cred.Uid))
	if u, err := user.LookupId(who); err == nil {
		who = u.Username
	}
	return who, cred.Uid == 0 || int(cred.Uid) == os.Getuid()
}

func ownedByMe(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
