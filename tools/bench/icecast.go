package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"bandstand/internal/icecast/icecasttest"
)

// onIcecast is a station that sends /live.mp3 and /live.opus to a real Icecast.
type onIcecast struct {
	*program
	server *icecasttest.Server
}

func (b *bench) openIcecast(ctx context.Context, flags ...string) (o *onIcecast, err error) {
	server, err := icecasttest.New(icecasttest.Options{})
	if err != nil {
		return nil, err
	}
	o = &onIcecast{server: server}
	defer func() {
		if err != nil {
			o.close()
		}
	}()
	dir, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "icecast.toml")
	var text strings.Builder
	for _, format := range []string{"mp3", "opus"} {
		fmt.Fprintf(&text, "[[output]]\nname = %q\nurl = %q\nstart = true\n", format,
			"icecast://source:"+url.PathEscape(icecasttest.Password)+"@"+server.Address+"/live."+format)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	if o.program, err = b.start(ctx, append([]string{"--config", file}, flags...)...); err != nil {
		return nil, err
	}
	if err := o.up(ctx); err != nil {
		return nil, err
	}
	_, err = o.back(ctx)
	return o, err
}

func (o *onIcecast) close() {
	if o.program != nil {
		o.stop()
	}
	_ = o.server.Close() // only its temporary files
}

// back waits until Icecast has sound from both mounts and says when it had.
func (o *onIcecast) back(ctx context.Context) (time.Time, error) {
	for range 3000 {
		if o.server.Heard(ctx, "/live.mp3") && o.server.Heard(ctx, "/live.opus") {
			return time.Now(), nil
		}
		pause(ctx, 10*time.Millisecond)
	}
	return time.Time{}, fmt.Errorf("the station was not heard at Icecast within 30 s, whose log is: %s", o.server.Log())
}

// measureIcecastRestarts kills Icecast and starts it again while our own listeners
// listen on.
func measureIcecastRestarts(ctx context.Context, b *bench) ([]row, error) {
	o, err := b.openIcecast(ctx, "--play", "--auto")
	if err != nil {
		return nil, err
	}
	defer o.close()
	const times = 20
	own, err := o.watchMounts(ctx)
	if err != nil {
		return nil, err
	}
	defer own.close()
	pause(ctx, 2*time.Second)
	before, err := o.held()
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for range times {
		o.server.Stop()
		pause(ctx, 100*time.Millisecond+rand.N(2*time.Second))
		if err := o.server.Start(); err != nil {
			return nil, err
		}
		open := time.Now()
		at, err := o.back(ctx)
		if err != nil {
			return nil, err
		}
		took = append(took, at.Sub(open))
	}
	pause(ctx, 2*time.Second)
	after, err := o.held()
	if err != nil {
		return nil, err
	}
	missing, complaints, err := own.gaps(ctx, o.program)
	if err != nil {
		return nil, err
	}
	worst := percentile(took, 1)
	whole := complaints == ""
	for _, n := range missing {
		whole = whole && n == 0
	}
	return []row{
		{what: "Icecast killed and started again → both mounts heard there again", median: ms(percentile(took, .5)), p99: ms(worst), target: "≤ 5 s each time", met: worst <= 5*time.Second,
			how: fmt.Sprintf("icecast2 2.4.4, MP3 and Opus, away for 0.1 to 2.1 s, %d times, from its first answer; p99 is the longest", times)},
		{what: "meanwhile: frames that our own listeners miss", median: fmt.Sprint(missing), target: "0", met: whole, how: "decoded by ffmpeg, against listeners who came at the end " + complaints},
		{what: "descriptors that were left", median: fmt.Sprint(after - before), target: "0", met: after <= before, how: fmt.Sprintf("in /proc/PID/fd after %d restarts: %d", times, after)},
	}, nil
}

// measureIcecastLatency measures `new` → the first audible sample at a listener of
// Icecast, and beside it, in turns, Liquidsoap with a ready file.
func measureIcecastLatency(ctx context.Context, b *bench) ([]row, error) {
	o, err := b.openIcecast(ctx)
	if err != nil {
		return nil, err
	}
	defer o.close()
	soap, err := b.openLiquidsoap(ctx, o.server)
	if err != nil {
		return nil, err
	}
	defer soap.close()
	racers := []*racer{
		{name: "mp3", mount: "/live.mp3", play: func() error {
			return o.do(ctx, fmt.Sprintf("new %s seed=%d", struckStyles[rand.N(len(struckStyles))], rand.Uint32()))
		}, end: func() error { return o.do(ctx, "stop") }},
		{name: "opus", mount: "/live.opus", play: func() error {
			return o.do(ctx, fmt.Sprintf("new %s seed=%d", struckStyles[rand.N(len(struckStyles))], rand.Uint32()))
		}, end: func() error { return o.do(ctx, "stop") }},
		{name: "Liquidsoap", mount: "/soap.mp3", play: func() error { return soap.say(ctx, "q.push "+soap.song) }, end: func() error { return soap.say(ctx, "q.skip") }},
	}
	for _, r := range racers {
		if r.ear, err = listen(ctx, o.server.URL(r.mount)); err != nil {
			return nil, err
		}
		defer r.ear.stop()
	}
	for range max(20, b.times/2) {
		for _, r := range racers {
			if err := r.run(ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	var rows []row
	theirs := percentile(racers[2].took, .5)
	for _, r := range racers {
		median := percentile(r.took, .5)
		line := row{what: "Icecast: `new` → first audible sample at its listener, " + r.name, median: ms(median), p99: ms(percentile(r.took, .99)), target: "median ≤ 150 ms", met: median <= 150*time.Millisecond,
			how: fmt.Sprintf("icecast2 2.4.4, burst 0, ffmpeg, nothing taken off; %d times; %.2f of Liquidsoap's", len(r.took), median.Seconds()/theirs.Seconds())}
		if r == racers[2] {
			line.what, line.target = "Icecast: Liquidsoap given a ready file → the same", ""
			line.how = fmt.Sprintf("request.queue by telnet, WAV, output.icecast(%%mp3); the same Icecast and run; %d times", len(r.took))
		}
		rows = append(rows, line)
	}
	return rows, nil
}

// racer is one way to a listener.
type racer struct {
	name, mount string
	play, end   func() error
	ear         *ear
	took        []time.Duration
}

// run measures once, after a silence, at a random moment.
func (r *racer) run(ctx context.Context) error {
	if err := r.ear.fresh(); err != nil {
		return err
	}
	pause(ctx, rand.N(100*time.Millisecond))
	begin := time.Now()
	if err := r.play(); err != nil {
		return err
	}
	for at := begin; ; { // what is heard before the order is the rest of the silence
		var err error
		if at, err = r.ear.first(); err != nil {
			return err
		}
		if at.After(begin) {
			r.took = append(r.took, at.Sub(begin))
			return r.end()
		}
	}
}

// fresh forgets what came while nobody listened, and waits for silence.
func (e *ear) fresh() error {
	for {
		select {
		case _, ok := <-e.heard:
			if ok {
				continue
			}
		default:
		}
		return e.quiet(400 * time.Millisecond)
	}
}

// liquidsoap is Debian's, with a queue and an Icecast to send it to.
type liquidsoap struct {
	cmd  *exec.Cmd
	dir  string
	port int
	song string
}

func (b *bench) openLiquidsoap(ctx context.Context, server *icecasttest.Server) (l *liquidsoap, err error) {
	if _, err := exec.LookPath("liquidsoap"); err != nil {
		return nil, errors.New("liquidsoap is missing: run scripts/peers liquidsoap (make bench does)")
	}
	l = &liquidsoap{}
	if l.port, err = icecasttest.FreePort(); err != nil {
		return nil, err
	}
	if l.dir, err = os.MkdirTemp("", "bandstand-bench"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	l.song = filepath.Join(l.dir, "song.wav")
	if out, err := exec.CommandContext(ctx, b.bin, "compose", "--style", "pop", "--seed", "7", "--bars", "16", "-o", l.song).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("composing a file: %w: %s", err, out)
	}
	host, port, err := net.SplitHostPort(server.Address)
	if err != nil {
		return nil, err
	}
	script := filepath.Join(l.dir, "radio.liq")
	text := fmt.Sprintf(`settings.init.allow_root.set(true)
settings.server.telnet.set(true)
settings.server.telnet.bind_addr.set("127.0.0.1")
settings.server.telnet.port.set(%d)
q = request.queue(id="q")
output.icecast(%%mp3(bitrate=128), host=%q, port=%s, password=%q, mount="soap.mp3", mksafe(q))
`, l.port, host, port, icecasttest.Password)
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		return nil, err
	}
	l.cmd = exec.CommandContext(ctx, "liquidsoap", script)
	if err := l.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting liquidsoap: %w", err)
	}
	for range 3000 {
		if all, err := server.Mounts(ctx); err == nil && all["/soap.mp3"].URL != "" {
			return l, nil
		}
		pause(ctx, 10*time.Millisecond)
	}
	return nil, errors.New("liquidsoap did not come to Icecast within 30 s")
}

// say gives an order and waits until it is answered.
func (l *liquidsoap) say(ctx context.Context, order string) error {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", l.port))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if _, err := fmt.Fprintf(c, "%s\nquit\n", order); err != nil {
		return err
	}
	for lines := bufio.NewScanner(c); lines.Scan(); {
		if lines.Text() == "END" {
			return nil
		}
	}
	return fmt.Errorf("liquidsoap did not answer %q", order)
}

func (l *liquidsoap) close() {
	if l.cmd != nil && l.cmd.Process != nil {
		_ = l.cmd.Process.Signal(syscall.SIGTERM)
		_ = l.cmd.Wait()
	}
	_ = os.RemoveAll(l.dir)
}
