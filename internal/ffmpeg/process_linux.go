package ffmpeg

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes give a child a group of its own, and its end with the thread that starts it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// reap waits for a child. over is called when it has ended, but still has its number,
// and with it its group's: what it started and left behind can be ended then.
func reap(cmd *exec.Cmd, over func()) error {
	for errors.Is(unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
		continue
	}
	over()
	return cmd.Wait()
}

func signalGroup(p *os.Process, s syscall.Signal) { _ = syscall.Kill(-p.Pid, s) }

func endGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }

// yield has what encodes pictures give way to the station and its clock.
func (p *process) yield() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		_ = syscall.Setpriority(syscall.PRIO_PGRP, p.cmd.Process.Pid, 5)
	}
}

// doing is what the child's threads do together.
func (p *process) doing() doing {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return unknown
	}
	stats, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid)) // the pattern is a good one
	does := unknown
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // that thread has ended
		}
		switch stateOf(stat) {
		case 'R':
			return working
		case 'T', 't':
			if does == unknown {
				does = halted
			}
		default:
			does = waiting
		}
	}
	return does
}

// stateOf is the letter of a thread's state. What stands before it, in parentheses, is
// its name, which may hold anything.
func stateOf(stat []byte) byte {
	after := stat[bytes.LastIndexByte(stat, ')')+1:]
	if len(after) < 2 {
		return 0
	}
	return after[1]
}

func wake(p *process) { p.signal(syscall.SIGCONT) }

func ownedByMe(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid()
}
