package broadcast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// batch is how many bytes Next returns at most, unless one packet is larger:
// little enough that a write deadline for each batch is fair to a slow line.
const batch = 64 << 10

// Listener is one reader of one run. It is used by one goroutine at a time.
type Listener struct {
	mount   *Mount
	burst   time.Duration
	address string
	agent   string
	since   time.Time
	group   *wake
	sent    atomic.Int64

	tap    bool // no person: see Tap
	run    uint64
	header []byte
	pos    uint64 // sequence number of the next packet
	first  int64
	allow  int64 // frames it may lag; more until it has caught up with its burst
	fresh  bool  // nothing was read yet
	gone   bool
	ready  []Packet
}

// Join adds a listener that starts burst in the past, as far as history goes;
// with none it starts with the next packet. On an idle mount it wakes the writer
// and waits for it. It returns when the first packet is there.
// Errors: ErrNotReady, the context's.
func (m *Mount) Join(ctx context.Context, burst time.Duration, address, agent string) (*Listener, error) {
	return m.join(ctx, &Listener{
		mount: m, address: address, agent: agent, since: time.Now(),
		burst: min(max(burst, 0), m.config.History), fresh: true,
	})
}

// Tap is Join, from the next packet on, for what sends the stream on to somewhere
// else. The encoder runs for it as for anyone, but it is no listener: it is in no
// count or list, it is flushed every packet however many listen, and if it is too
// slow that is its own affair.
func (m *Mount) Tap(ctx context.Context) (*Listener, error) {
	return m.join(ctx, &Listener{mount: m, since: time.Now(), fresh: true, tap: true})
}

func (m *Mount) join(ctx context.Context, l *Listener) (*Listener, error) {
	m.register(l)
	timeout := time.NewTimer(m.config.JoinWait)
	defer timeout.Stop()
	for {
		wait := m.admit(l)
		if wait == nil {
			return l, nil
		}
		select {
		case <-wait:
		case <-timeout.C:
			l.Leave()
			return nil, fmt.Errorf("joining %s: %w", m.config.Name, ErrNotReady)
		case <-ctx.Done():
			l.Leave()
			return nil, fmt.Errorf("joining %s: %w", m.config.Name, ctx.Err())
		}
	}
}

func (m *Mount) register(l *Listener) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending[l] = struct{}{}
	if l.tap {
		l.group = &m.pace.taps
	} else {
		l.group = &m.pace.group[m.joined%groups]
		m.joined++
	}
	select {
	case m.wanted <- struct{}{}:
	default:
	}
}

// admit makes a pending listener one of this run as soon as its first packet is
// there; until then it returns what to wait for.
func (m *Mount) admit(l *Listener) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running || m.leaving {
		l.run = 0
		return m.joins.wait()
	}
	burst := m.config.frames(l.burst)
	if l.run != m.run {
		l.run, l.pos = m.run, m.ring.back(burst)
	}
	for l.pos < m.ring.tail {
		l.pos++
	}
	for ; l.pos < m.ring.head; l.pos++ {
		p := m.ring.at(l.pos)
		if p.Frame+int64(p.Frames) > m.begin-burst {
			break
		}
	}
	if l.pos >= m.ring.head {
		return m.joins.wait()
	}
	l.header, l.first = m.header, m.ring.at(l.pos).Frame
	l.allow = m.ring.lag(l.pos) + m.config.frames(m.config.Ring)
	delete(m.pending, l)
	if l.tap {
		m.taps[l] = struct{}{}
		return nil
	}
	m.listeners[l] = struct{}{}
	m.peak = max(m.peak, len(m.listeners))
	return nil
}

// Header is what to send before the first packet. It may be nil.
func (l *Listener) Header() []byte { return l.header }

// First is the station's frame number of the first packet's first frame.
func (l *Listener) First() int64 { return l.first }

// Next waits for packets and returns those that are ready, in order, at most
// about 64 KB of them. With few listeners that is each packet as it comes; with
// thousands several at once. The slice is good until the next call. Errors: io.EOF at the end
// of the run, ErrSlow when the listener was too slow (it has left then), the
// context's.
func (l *Listener) Next(ctx context.Context) ([]Packet, error) {
	for {
		packets, wait, err := l.take()
		if errors.Is(err, ErrSlow) {
			l.Drop()
		}
		if wait == nil {
			return packets, err
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take returns what is ready, or what to wait for.
func (l *Listener) take() ([]Packet, <-chan struct{}, error) {
	m := l.mount
	m.mu.RLock()
	defer m.mu.RUnlock()
	if l.gone || l.run != m.run {
		return nil, nil, io.EOF
	}
	if l.pos < m.ring.tail || m.ring.lag(l.pos) > l.allow {
		return nil, nil, ErrSlow
	}
	ready, enough := m.ring.head-l.pos, max(1, m.pace.stride.Load())
	if l.tap {
		enough = 1
	}
	if m.running && !l.fresh && ready < enough {
		return nil, l.group.wait(), nil
	}
	if ready == 0 {
		return nil, nil, io.EOF
	}
	l.fresh = false
	clear(l.ready)
	l.ready = l.ready[:0]
	for size := 0; l.pos < m.ring.head; l.pos++ {
		p := m.ring.at(l.pos)
		if size += len(p.Data); size > batch && len(l.ready) > 0 {
			return l.ready, nil, nil
		}
		l.ready = append(l.ready, p.Packet)
	}
	l.allow = m.config.frames(m.config.Ring)
	return l.ready, nil, nil
}

// Lag is how much sound is there that Next has not returned yet.
func (l *Listener) Lag() time.Duration {
	m := l.mount
	m.mu.RLock()
	defer m.mu.RUnlock()
	if l.gone || l.run != m.run {
		return 0
	}
	return time.Duration(m.ring.lag(max(l.pos, m.ring.tail)) * int64(time.Second) / int64(m.config.Rate))
}

// Sent counts bytes that went out to the listener.
func (l *Listener) Sent(bytes int) {
	l.sent.Add(int64(bytes))
	if l.tap {
		return
	}
	l.mount.sent.Add(int64(bytes))
}

// Leave removes the listener. Leaving twice is harmless.
func (l *Listener) Leave() { l.leave() }

// Drop removes the listener and counts it as one that was too slow.
func (l *Listener) Drop() {
	if l.leave() && !l.tap {
		l.mount.dropped.Add(1)
		l.mount.slowLog.note()
	}
}

func (l *Listener) leave() bool {
	m := l.mount
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.gone {
		return false
	}
	l.gone = true
	delete(m.listeners, l)
	delete(m.taps, l)
	delete(m.pending, l)
	if !m.demanded() {
		m.left = time.Now()
	}
	m.forget()
	return true
}
