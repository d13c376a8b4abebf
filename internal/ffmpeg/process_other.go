//go:build !linux

package ffmpeg

import (
	"io/fs"
	"os"
	"os/exec"
	"syscall"
)

// Elsewhere a child has no group and does not know when the station is killed: it
// ends when it next reads, since the other end of its socket is gone.
func attributes() *syscall.SysProcAttr { return nil }

func reap(cmd *exec.Cmd, over func()) error {
	err := cmd.Wait()
	over()
	return err
}

func signalGroup(p *os.Process, s syscall.Signal) { _ = p.Signal(s) }

func endGroup(*os.Process) {}

func (p *process) yield() {}

func (p *process) doing() doing { return unknown }

func wake(*process) {}

func ownedByMe(fs.FileInfo) bool { return true }
