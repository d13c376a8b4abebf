package ffmpeg

import (
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// process is a child with a process group of its own, and the goroutine that waits
// for it.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it is reaped
	err  error         // how it ended, once done

	mu   sync.Mutex
	gone bool // its number may be another's soon
}

// spawn starts a child. exited is called once it is reaped, before done is closed.
func spawn(cmd *exec.Cmd, exited func()) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go p.live(started, exited)
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// live is the child's life. The system ends the child when the thread that started
// it ends (see attributes), so this goroutine keeps its thread until the child is gone.
func (p *process) live(started chan<- error, exited func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p.cmd.SysProcAttr = attributes()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	p.err = reap(p.cmd, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.gone = true
		endGroup(p.cmd.Process)
	})
	exited()
	close(p.done)
}

// signal sends a signal to the child's group, if there is one still.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		signalGroup(p.cmd.Process, s)
	}
}

// ended waits for the end, at most for a while, and says whether it came.
func (p *process) ended(within time.Duration) bool {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}

// end ends the child: kindly, for as long as it may take, then not.
func (p *process) end(term time.Duration) {
	if term > 0 {
		p.signal(syscall.SIGTERM)
		wake(p) // one that is stopped hears nothing before it goes on
		if p.ended(term) {
			return
		}
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

// how says how it ended, such as "exit status 1".
func (p *process) how() string {
	if p.cmd.ProcessState == nil {
		return fmt.Sprint(p.err)
	}
	return p.cmd.ProcessState.String()
}
