package broadcast

import (
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Info is one listener.
type Info struct {
	Address string
	Agent   string
	Since   time.Time
	Bytes   int64 // sent to it
}

// Listeners are all who listen, the longest first.
func (m *Mount) Listeners() []Info {
	m.mu.RLock()
	all := make([]Info, 0, len(m.listeners))
	for l := range m.listeners {
		all = append(all, Info{Address: l.address, Agent: l.agent, Since: l.since, Bytes: l.sent.Load()})
	}
	m.mu.RUnlock()
	slices.SortFunc(all, func(a, b Info) int { return a.Since.Compare(b.Since) })
	return all
}

// Stats are a mount's counts. Those of bytes and of dropped listeners only grow.
type Stats struct {
	Running   bool  // an encoder is at work
	Listeners int   // now
	Peak      int   // the most there ever were
	Dropped   int64 // listeners that were too slow
	Encoded   int64 // bytes that the encoder published
	Sent      int64 // bytes that went out to all listeners
}

// Stats are the mount's counts now.
func (m *Mount) Stats() Stats {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return Stats{
		Running: m.running, Listeners: len(m.listeners), Peak: m.peak,
		Dropped: m.dropped.Load(), Encoded: m.encoded.Load(), Sent: m.sent.Load(),
	}
}

// slowLog says at most once a second how many slow listeners were dropped.
// It writes from the goroutine of a dropped listener, never from the encoder's.
type slowLog struct {
	log   *slog.Logger
	mount string

	mu    sync.Mutex
	last  time.Time
	count int // since last
}

func (s *slowLog) note() {
	s.mu.Lock()
	s.count++
	count := s.count
	if time.Since(s.last) < time.Second {
		s.mu.Unlock()
		return
	}
	s.last, s.count = time.Now(), 0
	s.mu.Unlock()
	s.log.Warn("dropped slow listeners", "mount", s.mount, "count", count)
}
