package station

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/output"
	"bandstand/internal/target"
)

// outputs are the station's ways out: what orders and the configuration asked for,
// each with a goroutine of its own that obeys them.
type outputs struct {
	log   *slog.Logger
	sink  func(spec command.OutputSpec, to target.Target) (output.Sink, error)
	stage *stage // they run there

	mu  sync.Mutex
	all map[string]*outgoing // by the small letters of the name
}

// outgoing is one output.
type outgoing struct {
	spec   command.OutputSpec
	to     target.Target
	output *output.Output
	cancel context.CancelFunc
	done   chan struct{} // closed when nothing of it runs any more
}

func newOutputs(log *slog.Logger, sink func(command.OutputSpec, target.Target) (output.Sink, error)) *outputs {
	return &outputs{log: log, sink: sink, all: map[string]*outgoing{}}
}

// List tells how they are, by name.
func (o *outputs) List() []command.Output {
	o.mu.Lock()
	defer o.mu.Unlock()
	list := make([]command.Output, 0, len(o.all))
	for _, g := range o.all {
		if g.output != nil { // else it is only on its way out
			list = append(list, g.status())
		}
	}
	slices.SortFunc(list, func(a, b command.Output) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return list
}

func (g *outgoing) status() command.Output {
	st := g.output.Status()
	return command.Output{Name: g.spec.Name, Kind: string(g.to.Kind), URL: g.to.String(), State: string(st.State), Since: st.Since, Wanted: st.Wanted,
		Dropped: st.Dropped, Restarts: st.Restarts, Bytes: st.Bytes, Error: st.Error}
}

// Set adds an output, or has it run or not.
func (o *outputs) Set(spec command.OutputSpec) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := strings.ToLower(spec.Name)
	g := o.all[key]
	if g == nil || g.output == nil {
		g = o.add(spec, g)
		o.all[key] = g
	}
	g.spec = spec
	if spec.Run {
		g.output.Start()
	} else {
		g.output.Stop()
	}
}

// add has a new output's goroutine begin when the one that had its name before has
// ended: two would fight for a folder or a mount. One that cannot be made says so
// wherever others say how they are.
func (o *outputs) add(spec command.OutputSpec, before *outgoing) *outgoing {
	to, err := target.Parse(spec.URL) // another version of the station may have kept it
	var sink output.Sink
	if err == nil {
		sink, err = o.sink(spec, to)
	}
	if err != nil {
		sink = unmade{err}
	}
	g := &outgoing{spec: spec, to: to, output: output.New(output.Config{Name: spec.Name, Sink: sink, Log: o.log}), done: make(chan struct{})}
	var ctx context.Context
	ctx, g.cancel = context.WithCancel(o.stage.ctx)
	o.stage.run("output "+spec.Name, func(context.Context) error {
		defer close(g.done)
		defer g.cancel()
		if before != nil {
			<-before.done
		}
		return g.output.Run(ctx)
	})
	return g
}

// unmade stands for a sink that cannot be made.
type unmade struct{ why error }

// Run says why.
func (u unmade) Run(context.Context, *output.Session) error {
	return output.Patience(u.why, time.Minute)
}

// Remove ends an output and forgets it.
func (o *outputs) Remove(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	g := o.all[strings.ToLower(name)]
	if g == nil || g.output == nil {
		return
	}
	g.cancel()
	for key, old := range o.all {
		if old.output == nil && old.over() {
			delete(o.all, key)
		}
	}
	o.all[strings.ToLower(name)] = &outgoing{done: g.done}
}

// over says whether nothing of it runs any more.
func (g *outgoing) over() bool {
	select {
	case <-g.done:
		return true
	default:
		return false
	}
}

// configured are the outputs of the configuration; --speaker is one.
func (s *station) configured() []command.OutputSpec {
	var specs []command.OutputSpec
	for _, o := range s.cfg.Output {
		specs = append(specs, command.OutputSpec{Name: o.Name, URL: string(o.URL), Run: o.Start, Config: true})
	}
	if s.cfg.Speaker && !slices.ContainsFunc(specs, func(o command.OutputSpec) bool { return strings.EqualFold(o.Name, "speaker") }) {
		specs = append(specs, command.OutputSpec{Name: "speaker", URL: "speaker:", Run: true, Config: true})
	}
	return specs
}

// startOutputs begins with what the last run of the station and the configuration left.
func (s *station) startOutputs(ctx context.Context) error {
	var stored []command.OutputSpec
	err := s.db.View(ctx, func(rd command.Reader) (err error) {
		stored, err = rd.Outputs()
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the outputs: %w", err)
	}
	for _, spec := range command.MergeOutputs(s.configured(), stored) {
		if s.cfg.Speaker && spec.Name == "speaker" && spec.Config {
			spec.Run = true // said on the command line, now
		}
		s.outputs.Set(spec)
	}
	return nil
}
