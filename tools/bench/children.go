package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/control"
)

// tick is a unit of processor time in /proc: USER_HZ is 100 on Linux.
const tick = 10 * time.Millisecond

// child is a process that the station started.
type child struct {
	pid   int
	state byte // as in /proc/PID/stat: S, R, T (stopped), Z (zombie) …
	cpu   time.Duration
}

// children are the station's, by what /proc says now.
func (p *program) children() ([]child, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var all []child
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 13 || fields[1] != strconv.Itoa(p.cmd.Process.Pid) {
			continue
		}
		var utime, stime int64
		if _, err := fmt.Sscan(fields[11]+" "+fields[12], &utime, &stime); err != nil {
			return nil, err
		}
		all = append(all, child{pid: pid, state: fields[0][0], cpu: time.Duration(utime+stime) * tick})
	}
	return all, nil
}

// bornAt is when a process began, to some 20 ms.
func bornAt(pid int) (time.Time, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return time.Time{}, err
	}
	uptime, err := os.ReadFile("/proc/uptime")
	now := time.Now()
	if err != nil {
		return time.Time{}, err
	}
	var up float64 // seconds
	var ticks int64
	if _, err := fmt.Sscan(string(uptime), &up); err != nil {
		return time.Time{}, err
	}
	if _, err := fmt.Sscan(strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))[19], &ticks); err != nil {
		return time.Time{}, err
	}
	return now.Add(time.Duration(ticks)*tick - time.Duration(up*float64(time.Second))), nil
}

// belongings are what a leak would add to.
type belongings struct{ children, zombies, descriptors, goroutines int }

func (b belongings) String() string {
	return fmt.Sprintf("%d children, %d zombies, %d descriptors, %d goroutines", b.children, b.zombies, b.descriptors, b.goroutines)
}

// others are goroutines that come and go beside outputs: the next song's, a reader's.
// What leaks leaks by the hundred here.
const others = 3

// within says whether nothing is more than before.
func (b belongings) within(before belongings) bool {
	return b.children <= before.children && b.zombies <= before.zombies && b.descriptors <= before.descriptors && b.goroutines <= before.goroutines+others
}

// belongings counts the station's.
func (p *program) belongings(ctx context.Context) (b belongings, err error) {
	children, err := p.children()
	if err != nil {
		return b, err
	}
	for _, c := range children {
		b.children++
		if c.state == 'Z' {
			b.zombies++
		}
	}
	if b.goroutines, err = p.goroutines(ctx); err != nil {
		return b, err
	}
	b.descriptors, err = p.held()
	return b, err
}

// goroutines are the station's. Its connection ends with the question, so that it is
// none of what is counted next time.
func (p *program) goroutines(ctx context.Context) (int, error) {
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	res, err := once.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	n := -1
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "go_goroutines "); ok {
			if n, err = strconv.Atoi(rest); err != nil {
				return 0, err
			}
		}
	}
	if n < 0 {
		return 0, fmt.Errorf("%s/metrics does not tell go_goroutines", p.url)
	}
	return n, nil
}

// least is the fewest belongings of a few looks within 5 s, so that what comes and goes
// is not counted; it ends early once all are within enough.
func (p *program) least(ctx context.Context, enough belongings) (belongings, error) {
	least, err := p.belongings(ctx)
	for range 20 {
		if err != nil || least.within(enough) {
			break
		}
		pause(ctx, 250*time.Millisecond)
		var b belongings
		b, err = p.belongings(ctx)
		least = belongings{min(least.children, b.children), min(least.zombies, b.zombies), min(least.descriptors, b.descriptors), min(least.goroutines, b.goroutines)}
	}
	return least, err
}

// order gives an order at the control socket and says how long the reply took.
func (p *program) order(ctx context.Context, line string) (time.Duration, error) {
	begin := time.Now()
	reply, err := control.Send(ctx, control.SocketPath(p.data), line)
	took := time.Since(begin)
	if err != nil {
		return 0, fmt.Errorf("order %q: %w", line, err)
	}
	if !reply.OK {
		return 0, fmt.Errorf("order %q: %s", line, reply.Text)
	}
	return took, nil
}

// output is how an output is.
func (p *program) output(ctx context.Context, name string) (command.Output, error) {
	res, err := p.get(ctx, "/api/v1/status")
	if err != nil {
		return command.Output{}, err
	}
	defer func() { _ = res.Body.Close() }()
	var status struct{ Outputs []command.Output }
	if err := json.NewDecoder(res.Body).Decode(&status); err != nil {
		return command.Output{}, fmt.Errorf("reading the status: %w", err)
	}
	for _, o := range status.Outputs {
		if o.Name == name {
			return o, nil
		}
	}
	return command.Output{}, fmt.Errorf("the station has no output %s", name)
}

// untilOutput waits for an output to be in a state.
func (p *program) untilOutput(ctx context.Context, name, state string) error {
	var o command.Output
	for range 600 {
		var err error
		if o, err = p.output(ctx, name); err != nil {
			return err
		}
		if o.State == state {
			return nil
		}
		pause(ctx, 50*time.Millisecond)
	}
	return fmt.Errorf("the output %s is not %s after 30 s, but %s: %s", name, state, o.State, o.Error)
}

// send sends a child a signal; one that is gone needs none.
func send(pid int, s syscall.Signal) { _ = syscall.Kill(pid, s) }
