package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// mark says that so many frames of a stretch had come at a moment.
type mark struct {
	at     time.Time
	frames int64
}

// stretch is what came of one life of what sends: sound without a break, and when it came.
type stretch struct {
	began time.Time // when it connected, or its first sound came

	mu    sync.Mutex
	marks []mark
	sound thinned
	whole func(context.Context) ([]float32, int64, error) // where the sound must be decoded first: thinned, and the frame of the stretch it begins at
}

func (s *stretch) come(frames int64, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks = append(s.marks, mark{at, frames})
}

// since are the marks from a moment on.
func (s *stretch) since(at time.Time) []mark { return s.between(at, time.Now()) }

// between are the marks of a time.
func (s *stretch) between(from, to time.Time) []mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in []mark
	for _, m := range s.marks {
		if m.at.After(from) && m.at.Before(to) {
			in = append(in, m)
		}
	}
	return in
}

// heard is the sound so far, thinned, and the stretch's frame that it begins at.
func (s *stretch) heard(ctx context.Context) ([]float32, int64, error) {
	if s.whole != nil {
		return s.whole(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clip(s.sound.samples), 0, nil
}

// read takes raw sound, s16le, mono, 48 kHz, until it ends.
func (s *stretch) read(from io.Reader) {
	buf := make([]byte, 32<<10)
	var frames int64
	rest := 0
	for {
		n, err := from.Read(buf[rest:])
		now := time.Now()
		n += rest
		s.mu.Lock()
		for i := 0; i+1 < n; i += 2 {
			s.sound.add(float32(int16(binary.LittleEndian.Uint16(buf[i:]))) / 32768)
		}
		if n >= 2 {
			frames += int64(n / 2)
			s.marks = append(s.marks, mark{now, frames})
		}
		s.mu.Unlock()
		rest = copy(buf, buf[n/2*2:n])
		if err != nil {
			return
		}
	}
}

// window is half a second of sound that is found again.
const window = 4000

var errQuiet = errors.New("the sound is too quiet to be found again")

// loudest is the loudest window of a sound, and where it begins in it.
func loudest(sound []float32) ([]float32, int, error) {
	best, at := 0.0, -1
	for i := 0; i+window <= len(sound); i += window / 4 {
		var power float64
		for _, v := range sound[i : i+window] {
			power += float64(v) * float64(v)
		}
		if power > best {
			best, at = power, i
		}
	}
	if at < 0 || best/window < 1e-6 { // −60 dBFS
		return nil, 0, errQuiet
	}
	return sound[at : at+window], at, nil
}

// alike is how alike a sound and the air must be to be the same.
const alike = 0.7

// offset is which frame of the station the frame 0 of a stretch is, by what it sounds
// like in its last 3 s, or its first. late is how late it may be.
func (s *stretch) offset(ctx context.Context, a *air, last bool, late time.Duration) (int64, error) {
	sound, from, err := s.heard(ctx)
	if err != nil {
		return 0, err
	}
	const part = 3 * 48000 / thin
	begin := 0
	if last {
		begin = max(0, len(sound)-part)
	} else {
		sound = sound[:min(len(sound), part)]
	}
	w, at, err := loudest(sound[begin:])
	if err != nil {
		return 0, err
	}
	pos := from + int64(begin+at)*thin // in the stretch
	marks := s.since(time.Time{})
	i := slices.IndexFunc(marks, func(m mark) bool { return m.frames >= pos })
	if i < 0 {
		i = len(marks) - 1
	}
	arrived := int64(marks[i].at.Sub(a.at(0))*48000/time.Second) - max(0, marks[i].frames-pos)
	frame, like := a.find(w, arrived-int64(late*48000/time.Second), arrived+24000)
	if like < alike {
		return 0, fmt.Errorf("what came is not what was on the air within %v (%.2f alike)", late, like)
	}
	return frame - pos, nil
}

// live is when, after a moment, a stretch began to be less than a second late for good,
// and how late it is now.
func (s *stretch) live(ctx context.Context, a *air, after time.Time) (at time.Time, lag time.Duration, err error) {
	zero, err := s.offset(ctx, a, true, 15*time.Second)
	if err != nil {
		return at, 0, err
	}
	for _, m := range s.since(after) {
		lag = m.at.Sub(a.at(zero + m.frames))
		switch {
		case lag > time.Second:
			at = time.Time{}
		case at.IsZero():
			at = m.at
		}
	}
	if at.IsZero() {
		return at, lag, fmt.Errorf("it is %v late", lag.Round(time.Millisecond))
	}
	return at, lag, nil
}

// drift is how much later (or sooner, below 0) the sound comes in the last seconds
// than in the first, the soonest of each counted.
func drift(marks []mark, seconds time.Duration) time.Duration {
	if len(marks) == 0 {
		return 0
	}
	begin, end := marks[0].at.Add(seconds), marks[len(marks)-1].at.Add(-seconds)
	late := func(m mark) time.Duration { return m.at.Sub(marks[0].at) - duration(m.frames) }
	first, last := time.Duration(1<<62), time.Duration(1<<62)
	for _, m := range marks {
		if m.at.Before(begin) {
			first = min(first, late(m))
		}
		if !m.at.Before(end) {
			last = min(last, late(m))
		}
	}
	return last - first
}
