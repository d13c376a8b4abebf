package ffmpeg_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// state is the letter of a process in /proc, and its parent; 0 when it is not there.
func state(pid int) (letter byte, parent int) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, 0
	}
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	parent, _ = strconv.Atoi(f[1])
	return f[0][0], parent
}

// pids are the processes whose command line holds mark.
func pids(mark string) (found []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range all {
		pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
		line, err := os.ReadFile(path)
		if letter, _ := state(pid); err == nil && pid != os.Getpid() && letter != 'Z' && bytes.Contains(line, []byte(mark)) {
			found = append(found, pid)
		}
	}
	return found
}

// group are the processes of a process group that have not ended.
func group(of int) (found []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
		if letter, _ := state(pid); letter == 0 || letter == 'Z' {
			continue
		}
		if id, err := syscall.Getpgid(pid); err == nil && id == of {
			found = append(found, pid)
		}
	}
	return found
}

// zombies are our children that nobody waited for.
func zombies() (found []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
		if letter, parent := state(pid); letter == 'Z' && parent == os.Getpid() {
			found = append(found, pid)
		}
	}
	return found
}

// descriptors is how many files this process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// child is the process whose command line holds mark.
func child(t *testing.T, mark string) int {
	t.Helper()
	var pid int
	eventually(t, "a child with "+mark, func() bool {
		if found := pids(mark); len(found) == 1 {
			pid = found[0]
		}
		return pid != 0
	})
	return pid
}

func signal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatalf("sending %v to %d: %v", s, pid, err)
	}
}

// eventually waits; the deadline only ends a test that fails.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s took too long", what)
		}
	}
}
