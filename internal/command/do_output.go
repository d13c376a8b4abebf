package command

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"bandstand/internal/target"
)

// OutputSpec is an output as it was asked for.
type OutputSpec struct {
	Name   string
	URL    string // with its secrets: for the store and the station alone
	Run    bool
	New    bool // asked for just now: the folder that it needs may be made
	Config bool // by the configuration: only Run can be changed by orders
}

// Output is how an output is.
type Output struct {
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`
	URL      string    `json:"url"` // without its secrets
	State    string    `json:"state"`
	Since    time.Time `json:"since"`          // when the state began
	Wanted   bool      `json:"wanted"`         // it should run
	Dropped  int64     `json:"dropped_frames"` // since the start of the station
	Restarts int64     `json:"restarts"`
	Bytes    int64     `json:"bytes"`
	Error    string    `json:"error,omitempty"` // the last one in words
}

// Outputs are the station's ways out. Every method returns at once.
type Outputs interface {
	List() []Output // by name
	Set(OutputSpec) // adds it, or has it run or not
	Remove(name string)
}

var outputNames = naming{"output", "output list lists them"}

// specs are all outputs there are: those of the configuration, as orders have
// started or stopped them since, and those that orders added.
func (t *Table) specs(rd Reader) ([]OutputSpec, error) {
	stored, err := rd.Outputs()
	if err != nil {
		return nil, err
	}
	return MergeOutputs(t.Configured, stored), nil
}

// MergeOutputs are the outputs of the configuration and the stored ones. A stored one
// without a URL says only whether one of the configuration runs; where both have a
// name the configuration's counts.
func MergeOutputs(configured, stored []OutputSpec) []OutputSpec {
	all := slices.Clone(configured)
	for _, s := range stored {
		i := slices.IndexFunc(all, func(o OutputSpec) bool { return strings.EqualFold(o.Name, s.Name) })
		switch {
		case i >= 0 && s.URL == "":
			all[i].Run = s.Run
		case i < 0 && s.URL != "":
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b OutputSpec) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all
}

func (t *Table) outputNames(specs []OutputSpec) []string {
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.Name
	}
	return names
}

// outputFor finds an output by its name or the beginning of it.
func (c *change) outputFor(t *Table, name string) (OutputSpec, error) {
	specs, err := t.specs(c)
	if err != nil {
		return OutputSpec{}, err
	}
	if len(specs) == 0 {
		return OutputSpec{}, sayf("there is no output: output add NAME URL makes one")
	}
	full, err := outputNames.pick(name, t.outputNames(specs))
	if err != nil {
		return OutputSpec{}, err
	}
	return specs[slices.IndexFunc(specs, func(s OutputSpec) bool { return s.Name == full })], nil
}

func doOutputs(r *request) (Reply, error) {
	all := r.table.Outputs.List()
	if len(all) == 0 {
		return Reply{Text: "the station goes nowhere but to its own listeners: output add NAME URL sends it to another place, such as output add here speaker:"}, nil
	}
	if one := r.at(0); one != "" {
		full, err := outputNames.pick(one, namesOf(all))
		if err != nil {
			return Reply{}, err
		}
		all = slices.DeleteFunc(all, func(o Output) bool { return o.Name != full })
	}
	var text []string
	for _, o := range all {
		text = append(text, o.line(r.table.Now()))
	}
	return Reply{Text: lines(text)}, nil
}

// line is `tube  on for 3 minutes  rtmp://host/app/***`, with what went wrong.
func (o Output) line(now time.Time) string {
	text := fmt.Sprintf("%s  %s for %s  %s", o.Name, o.State, long(max(0, now.Sub(o.Since))), o.URL)
	if o.Dropped > 0 {
		text += fmt.Sprintf(", %.1f s lost", float64(o.Dropped)/48000)
	}
	if o.Restarts > 0 {
		text += ", " + count(int(o.Restarts), "restart")
	}
	switch {
	case o.Error == "" || !o.Wanted:
	case o.State == "on" || o.State == "behind":
		text += "; before that: " + o.Error
	default:
		text += "; last error: " + o.Error
	}
	return harmless(text)
}

// places finds what stands after the name: a URL is no list of words.
var places = regexp.MustCompile(`^\s*\S+\s+\S+\s+\S+\s+(\S.*)$`)

// place is the URL of the order as it was written. One that is quoted as a whole
// was split already.
func (r *request) place() string {
	m := places.FindStringSubmatch(r.line)
	if m == nil || len(r.plain) == 2 && m[1] != r.plain[1] && strings.ContainsAny(m[1][:1], `"'`) {
		return r.at(1)
	}
	return m[1]
}

func doOutputAdd(r *request) (Reply, error) {
	if len(r.plain) < 2 {
		return Reply{}, sayf("output add needs a name and a place: %s", r.order.usage)
	}
	spec := OutputSpec{Name: r.at(0), URL: r.place(), Run: true}
	if !target.IsName(spec.Name) {
		return Reply{}, sayf("%q cannot be the name of an output: it is %s", short(spec.Name), target.NameRule)
	}
	to, err := target.Parse(target.Anchor(spec.URL, r.table.Home))
	if err != nil {
		return Reply{}, sayf("%v", err)
	}
	if to.AtHome() && !r.caller.Local {
		return Reply{}, sayf("an output of the kind %s is added only at the console or the control socket of the station's own computer, for it works on that computer", to.Kind)
	}
	if to.Borrows() && !r.caller.Local {
		return Reply{}, sayf("a secret of the station's own computer (env:NAME) is named only at its console or control socket: anyone else could have it sent to themselves")
	}
	spec.URL = to.Raw()
	return r.change(func(c *change) (Reply, error) {
		specs, err := r.table.specs(c)
		if err != nil {
			return Reply{}, err
		}
		for _, s := range specs {
			if strings.EqualFold(s.Name, spec.Name) {
				return Reply{}, sayf("there is an output %s already: output remove %s first, or take another name", s.Name, s.Name)
			}
			if there, err := target.Parse(s.URL); err == nil && to.Clashes(there) {
				return Reply{}, sayf("the output %s writes into that folder already: take another", s.Name)
			}
		}
		if err := c.SetOutput(spec); err != nil {
			return Reply{}, err
		}
		spec.New = true
		c.after(func(Air) { r.table.Outputs.Set(spec) })
		return Reply{Text: fmt.Sprintf("%s goes to %s; output list tells how it is", spec.Name, to)}, nil
	})
}

func doOutputStart(r *request) (Reply, error) {
	return r.runOutput(true, "starts; output list tells how it is")
}
func doOutputStop(r *request) (Reply, error) { return r.runOutput(false, "stops") }

// runOutput has an output run or not, now and after a restart of the station.
func (r *request) runOutput(run bool, text string) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		spec, err := c.outputFor(r.table, r.at(0))
		if err != nil {
			return Reply{}, err
		}
		spec.Run = run
		kept := spec
		if spec.Config {
			kept.URL = "" // it stays the configuration's
		}
		if err := c.SetOutput(kept); err != nil {
			return Reply{}, err
		}
		c.after(func(Air) { r.table.Outputs.Set(spec) })
		return Reply{Text: spec.Name + " " + text}, nil
	})
}

func doOutputRemove(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		spec, err := c.outputFor(r.table, r.at(0))
		if err != nil {
			return Reply{}, err
		}
		if spec.Config {
			return Reply{}, sayf("%s stands in the configuration: take it out there, or output stop %s", spec.Name, spec.Name)
		}
		if err := c.RemoveOutput(spec.Name); err != nil {
			return Reply{}, err
		}
		c.after(func(Air) { r.table.Outputs.Remove(spec.Name) })
		return Reply{Text: spec.Name + " is removed"}, nil
	})
}
