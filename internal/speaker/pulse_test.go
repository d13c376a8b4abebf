package speaker

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/pcm"
)

// sound is a private PulseAudio whose only sink goes nowhere.
type sound struct {
	dir    string
	daemon *exec.Cmd
	said   bytes.Buffer
}

func (s *sound) server() string { return "unix:" + filepath.Join(s.dir, "native") }

func (s *sound) env() []string {
	return append(os.Environ(), "HOME="+s.dir, "XDG_RUNTIME_DIR="+s.dir, "XDG_CONFIG_HOME="+s.dir, "PULSE_SERVER="+s.server())
}

// startSound starts one and waits until it answers.
func startSound(t *testing.T) *sound {
	t.Helper()
	for _, program := range []string{"pulseaudio", "parec"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("this test needs a sound server: apt-get install pulseaudio pulseaudio-utils (%v)", err)
		}
	}
	dir, err := os.MkdirTemp("", "sound") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &sound{dir: dir}
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

func (s *sound) start(t *testing.T) {
	t.Helper()
	s.said.Reset()
	s.daemon = exec.Command("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit", "--log-target=stderr",
		"--load=module-null-sink sink_name=nowhere rate=48000 format=float32le channels=2",
		"--load=module-native-protocol-unix auth-anonymous=1 socket="+filepath.Join(s.dir, "native"))
	s.daemon.Env = s.env()
	s.daemon.Stderr = &s.said
	if err := s.daemon.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		<-tick.C
		c, err := dial(t.Context(), s.server())
		if err == nil {
			c.close()
			return
		}
		if time.Now().After(deadline) {
			s.stop()
			t.Fatalf("PulseAudio does not answer: %v\n%s", err, s.said.String())
		}
	}
}

func (s *sound) stop() {
	if s.daemon == nil {
		return
	}
	_ = s.daemon.Process.Kill()
	_ = s.daemon.Wait()
	s.daemon = nil
}

// recording is what the sink plays, as it plays.
type recording struct {
	mu    sync.Mutex
	data  []float32
	heard map[int]time.Time // when the reader had so many frames
	stop  func() []float32
}

// record begins to record and waits until sound, be it silence, arrives.
func (s *sound) record(t *testing.T) *recording {
	t.Helper()
	cmd := exec.Command("parec", "--device=nowhere.monitor", "--raw", "--format=float32le", "--rate=48000", "--channels=2", "--latency-msec=10")
	cmd.Env = s.env()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &recording{heard: map[int]time.Time{}}
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		var once sync.Once
		buf := make([]byte, 480*frameBytes)
		for {
			if _, err := io.ReadFull(out, buf); err != nil {
				return
			}
			r.mu.Lock()
			for i := 0; i < len(buf); i += 4 {
				r.data = append(r.data, math.Float32frombits(binary.LittleEndian.Uint32(buf[i:])))
			}
			r.heard[len(r.data)/pcm.Channels] = time.Now()
			r.mu.Unlock()
			once.Do(func() { close(first) })
		}
	}()
	r.stop = sync.OnceValue(func() []float32 {
		_ = cmd.Process.Kill()
		<-done
		_ = cmd.Wait()
		return r.data
	})
	t.Cleanup(func() { r.stop() })
	select {
	case <-first:
	case <-time.After(20 * time.Second):
		t.Fatal("parec records nothing")
	}
	return r
}

// sweep is frames of a sine that goes from 100 to 2,000 Hz and back, without end, its
// loudness swelling: a stretch of 100 ms is like no other near it.
func sweep(frames int) []float32 {
	out := make([]float32, 0, frames*pcm.Channels)
	phase := 0.0
	for i := range frames {
		second := float64(i) / float64(pcm.StationRate)
		phase += 2 * math.Pi * (1050 - 950*math.Cos(2*math.Pi*second/3.7)) / float64(pcm.StationRate)
		v := (.4 + .2*math.Sin(2*math.Pi*second*1.3)) * math.Sin(phase)
		out = append(out, float32(v), float32(-.5*v))
	}
	return out
}

// feed sends sound as blocks in real time, every one when its first frame is due.
func feed(blocks chan<- pcm.Block, sound []float32) (began time.Time) {
	began = time.Now()
	for n := 0; (n+1)*pcm.BlockSamples <= len(sound); n++ {
		timer := time.NewTimer(time.Until(began.Add(time.Duration(n) * pcm.BlockDuration)))
		<-timer.C
		blocks <- pcm.Block{Frame: int64(n * pcm.BlockFrames), Samples: sound[n*pcm.BlockSamples : (n+1)*pcm.BlockSamples]}
	}
	return began
}

// run starts a speaker; the returned function closes its blocks and waits for it.
func run(t *testing.T, s *Speaker) (blocks chan pcm.Block, finish func()) {
	t.Helper()
	blocks = make(chan pcm.Block, 50)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(context.Background(), blocks) }()
	finish = sync.OnceFunc(func() {
		close(blocks)
		if err := <-ended; err != nil {
			t.Errorf("the speaker ended with %v", err)
		}
	})
	t.Cleanup(finish)
	return blocks, finish
}

// likeness is the normalised correlation of two stretches' left channels.
func likeness(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := 0; i < len(a); i += pcm.Channels {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// find is where in heard, between two frames, a stretch of what was sent is most
// like it. It does not look on beyond a place that is very like it.
func find(stretch, heard []float32, from, to int) (at int, alike float64) {
	at = from
	for i := max(0, from); i <= to && (i*pcm.Channels)+len(stretch) <= len(heard); i++ {
		if c := likeness(stretch, heard[i*pcm.Channels:]); c > alike {
			at, alike = i, c
		}
		if alike > .99 && i > at+20 {
			break
		}
	}
	return at, alike
}

// follow looks for one stretch of what was sent after the other in what is heard,
// and counts those that are there and the breaks between.
func follow(t *testing.T, start int, heard []float32, stretches, window int, stretch func(n int) []float32) (good, breaks int) {
	t.Helper()
	at, lost := start, false
	for n := 1; n < stretches; n++ {
		reach := 20 // time may be bent by 0.2 %, which is 10 frames in 100 ms
		if lost {
			reach = int(pcm.StationRate) / 3
		}
		next, alike := find(stretch(n), heard, at+window-reach, at+window+reach)
		if alike < .98 {
			if !lost {
				breaks++
				t.Logf("at %.1f s what is heard is only %.3f like what was sent", float64(n)/10, alike)
			}
			lost, at = true, at+window
			continue
		}
		if !lost && n > 1 && (next-at < window-11 || next-at > window+11) {
			t.Errorf("at %.1f s there are %d frames where %d were sent", float64(n)/10, next-at, window)
		}
		good, lost, at = good+1, false, next
	}
	return good, breaks
}

func TestWhatIsSentIsHeardWithoutGaps(t *testing.T) {
	server := startSound(t)
	rec := server.record(t)
	log := &logged{line: make(chan struct{}, 100)}
	s, err := Open(Options{Server: server.server(), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	const seconds = 8
	sent := sweep(seconds * int(pcm.StationRate))
	blocks, finish := run(t, s)
	began := feed(blocks, sent)
	finish()
	heard := rec.stop()

	// The first stretches are faded in; find the next one anywhere.
	const window = 4800
	stretch := func(n int) []float32 { return sent[n*window*pcm.Channels : (n+1)*window*pcm.Channels] }
	start, alike := find(stretch(1), heard, 0, len(heard)/pcm.Channels)
	if alike < .98 {
		t.Fatalf("what was sent is not heard: at best %.3f alike", alike)
	}
	start -= window
	good, breaks := follow(t, start, heard, seconds*10, window, stretch)
	// On a busy machine the server may truly run dry. It then says so; there may
	// be no other break.
	if told := log.count("ran dry") + log.count("jumped"); breaks > told || good < seconds*10/2 {
		t.Errorf("%d of %d stretches are heard as sent, with %d breaks, of which the speaker knows %d", good, seconds*10-1, breaks, told)
	}
	peak, _ := pcm.Level(heard)
	if peak < .55 || peak > .65 {
		t.Errorf("the loudest sample is %.3f, sent was .6", peak)
	}
	// How late it is: when the reader had a frame, against when it was sent. The
	// recorder itself adds its own 10 to 30 ms.
	rec.mu.Lock()
	defer rec.mu.Unlock()
	frame := (start/480 + 101) * 480
	due := began.Add(pcm.StationRate.Duration(int64(frame - start)))
	late := rec.heard[frame].Sub(due)
	t.Logf("heard %v after it was due (with the recorder's own delay)", late.Round(time.Millisecond))
	if late < 0 || late > time.Second {
		t.Errorf("it is heard %v after it was due", late)
	}
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
	line chan struct{}
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.line <- struct{}{}:
	default:
	}
	return l.text.Write(p)
}

func (l *logged) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

// await waits until the log holds a text so many times.
func (l *logged) await(t *testing.T, what string, times int) {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for l.count(what) < times {
		select {
		case <-l.line:
		case <-timeout:
			t.Fatalf("the log does not say %q %d times:\n%s", what, times, l.text.String())
		}
	}
}

func TestTheServerMayGoAndComeBack(t *testing.T) {
	server := startSound(t)
	log := &logged{line: make(chan struct{}, 100)}
	s, err := Open(Options{Server: server.server(), Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	s.firstWait = 50 * time.Millisecond
	blocks, finish := run(t, s)
	sent := sweep(int(pcm.StationRate))
	feed(blocks, sent)
	server.stop()
	feed(blocks, sent) // one second with nobody there: must not block
	log.await(t, "the sound server is away", 1)
	server.start(t)
	feed(blocks, sent)
	log.await(t, "the sound server is back", 1)
	rec := server.record(t)
	feed(blocks, sent)
	finish()
	if peak, _ := pcm.Level(rec.stop()); peak < .5 {
		t.Errorf("after it came back the loudest sample is %.3f", peak)
	}
	if n := log.count("is away"); n != 1 {
		t.Errorf("the loss was logged %d times", n)
	}
}

func TestTheEndOfTheContextEndsTheSpeaker(t *testing.T) {
	server := startSound(t)
	s, err := Open(Options{Server: server.server()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	blocks, ended := make(chan pcm.Block), make(chan error, 1)
	go func() { ended <- s.Run(ctx, blocks) }()
	feed(blocks, sweep(int(pcm.StationRate)/5))
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
}

func TestAServerThatHangsHoldsNothingUp(t *testing.T) {
	server := startSound(t)
	log := &logged{line: make(chan struct{}, 100)}
	s, err := Open(Options{Server: server.server(), Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	blocks, finish := run(t, s)
	sent := sweep(int(pcm.StationRate))
	feed(blocks, sent)
	if err := suspend(server.daemon.Process); err != nil {
		t.Fatal(err)
	}
	feed(blocks, append(sent, append(sent, sent...)...)) // the channel holds one second: more would block
	log.await(t, "the sound server is away", 1)
	finish()
}
