package station

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
	"bandstand/internal/speaker"
	"bandstand/internal/target"
)

// sink makes what sends to a target.
func (s *station) sink(spec command.OutputSpec, to target.Target) (output.Sink, error) {
	switch to.Kind {
	case target.Speaker:
		return &speakerSink{server: to.Program, station: s}, nil
	case target.Player:
		return s.player(spec.Name, to), nil
	case target.HLS:
		return s.hls(spec.Name, to), nil
	case target.Command:
		return s.command(spec.Name, to), nil
	case target.File:
		return s.recording(spec, to), nil
	case target.RTMP:
		return s.stream(spec.Name, to), nil
	case target.Icecast:
		return s.icecast(spec.Name, to)
	}
	return nil, fmt.Errorf("%s outputs are not known here", to.Kind)
}

// tap joins the blocks of the air with none of the past. What is lost on the way shows
// in the numbers of the blocks.
func (s *station) tap() (blocks <-chan pcm.Block, leave func()) {
	tap, _, _ := s.feed.tap(0, new(atomic.Int64))
	return tap.blocks, func() { s.feed.untap(tap) }
}

// deepTap is tap for recordings: a busy computer that lets nobody run for a few seconds
// costs them nothing.
func (s *station) deepTap() (blocks <-chan pcm.Block, leave func()) {
	tap := s.feed.deep()
	return tap.blocks, func() { s.feed.untap(tap) }
}

// speakerPatience is the pause before a sound server is looked for again.
const speakerPatience = 5 * time.Second

// speakerSink plays on this computer.
type speakerSink struct {
	server  string
	station *station
}

// Run plays until ctx ends or the sound server goes away.
func (k *speakerSink) Run(ctx context.Context, session *output.Session) error {
	playing, end := context.WithCancelCause(ctx)
	defer end(nil)
	sp, err := speaker.Open(speaker.Options{Server: k.server, Log: k.station.log, Told: func(away error) {
		if away == nil {
			session.On()
			return
		}
		end(fmt.Errorf("the sound server is away: %w", away))
	}})
	if err != nil {
		return output.Patience(err, speakerPatience)
	}
	blocks, leave := k.station.tap()
	defer leave()
	if err := sp.Run(playing, blocks); err != nil || ctx.Err() != nil {
		return err
	}
	return context.Cause(playing)
}
