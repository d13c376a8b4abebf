package command

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"bandstand/internal/target"
)

// Deps are what the orders work on. Store, Composer, Air, Exporter, House and Outputs are needed.
type Deps struct {
	Store    Store
	Composer Composer
	Air      Air
	Exporter Exporter
	House    House
	Outputs  Outputs
	Log      *slog.Logger
	Seed     func() uint64    // a fresh seed for a song that is given none
	Now      func() time.Time // for "5 minutes ago", and for limits
	Roles    []Grant          // by the configuration
	Styles   string           // folder of the user's own styles, "" for none
	Limits   Limits           // DefaultLimits where it is zero

	Configured []OutputSpec // outputs of the configuration
	Home       string       // folder where the folders of outputs begin that are written without one
}

// Table is the table of orders.
type Table struct {
	Deps
	orders []*order

	// commit holds one token, taken from the start of a changing transaction until its
	// effects are on the air: that keeps effects in the order of the commits.
	// Composing, exporting and looking never take it.
	commit chan struct{}

	circle circle
}

// New makes the table.
func New(d Deps) *Table {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Seed == nil {
		d.Seed = freshSeed
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Limits == (Limits{}) {
		d.Limits = DefaultLimits()
	}
	return &Table{Deps: d, orders: entries(), commit: make(chan struct{}, 1),
		circle: circle{spoke: map[string]time.Time{}, paid: map[string]time.Time{}}}
}

// freshSeed is short enough to be typed and rarely the same twice.
func freshSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return 1 + binary.LittleEndian.Uint64(b[:])%999_999_999
}

// order is an entry of the table.
type order struct {
	name  string // "queue", "queue new"
	usage string // "queue new [STYLE] [count=N]"
	about string // one line
	help  string // the rest, with an example

	least, most int      // how many plain words it takes
	keys        []string // the keys it knows
	free        bool     // its words are text: no keys are seen in them

	role  Role // that it needs
	alone Role // that it needs without words, 0: the same
	own   Role // that it needs for the caller's own song, 0: the same

	local   bool // only for callers at this computer
	changes bool // is recorded
	long    func(args) bool
	do      func(*request) (Reply, error)
}

// parent is "queue" for "queue new", and "" for "queue".
func (o *order) parent() string {
	p, _, sub := strings.Cut(o.name, " ")
	if !sub {
		return ""
	}
	return p
}

// Do carries out an order and returns when it is done, with its effects begun.
// Any number may be done at once. It never panics and always has a reply.
func (t *Table) Do(ctx context.Context, c Caller, line string) (reply Reply) {
	r := &request{ctx: ctx, table: t, caller: c, line: strings.TrimSpace(line)}
	t.Spoke(c)
	defer func() {
		if p := recover(); p != nil {
			t.Log.Error("an order panicked", "order", short(r.shown()), "door", c.Door, "panic", p, "stack", string(debug.Stack()))
			reply = r.failed(errors.New("panic"))
		}
	}()
	reply, err := r.run()
	if err != nil {
		return r.failed(err)
	}
	reply.OK = true
	return reply
}

// Long says whether an order may take so long that a door should go on reading
// meanwhile.
func (t *Table) Long(line string) bool {
	o, a, err := t.parse(strings.TrimSpace(line))
	return err == nil && o.long != nil && o.long(a)
}

func (t *Table) parse(line string) (*order, args, error) {
	words, err := split(line)
	if err != nil {
		return nil, args{}, err
	}
	if len(words) == 0 {
		return nil, args{}, sayf("say an order, such as new; help lists them all")
	}
	o, rest, err := t.find(words)
	if err != nil {
		return nil, args{}, err
	}
	a, err := parseArgs(o, rest)
	return o, a, err
}

// elsewhere is what other programs call our orders.
var elsewhere = map[string]string{
	"quit": "shutdown", "exit": "shutdown", "bye": "shutdown", "next": "skip", "pause": "stop", "generate": "new", "compose": "new",
	"add": "queue", "like": "rate now 5", "?": "help", "rename": "title", "remove": "queue remove",
}

// find is the order that the first words name, and the words after its name.
func (t *Table) find(words []word) (*order, []word, error) {
	name, err := naming{"order", "help lists them all"}.pick(words[0].whole(), t.names(""))
	if meant, known := elsewhere[strings.ToLower(words[0].whole())]; err != nil && known {
		return nil, nil, sayf("there is no order %q; did you mean %s?", words[0].whole(), meant)
	}
	if err != nil {
		return nil, nil, err
	}
	if len(words) > 1 && words[1].key == "" && !words[1].quoted && words[1].text != "" {
		if sub, err := (naming{}).pick(words[1].text, t.names(name)); err == nil {
			return t.named(name + " " + sub), words[2:], nil
		}
	}
	return t.named(name), words[1:], nil
}

// names are the last words of the names of the orders under a parent.
func (t *Table) names(parent string) []string {
	var names []string
	for _, o := range t.orders {
		if o.parent() == parent {
			names = append(names, strings.TrimPrefix(o.name, parent+" "))
		}
	}
	return names
}

func (t *Table) named(name string) *order {
	for _, o := range t.orders {
		if o.name == name {
			return o
		}
	}
	return nil
}

// request is an order being carried out.
type request struct {
	args
	ctx    context.Context
	table  *Table
	caller Caller
	role   Role  // of the caller
	grant  Grant // that gave it
	line   string
	order  *order
}

func (r *request) run() (Reply, error) {
	var err error
	if r.order, r.args, err = r.table.parse(r.line); err != nil {
		return Reply{}, err
	}
	if r.order.local && !r.caller.Local {
		return Reply{}, sayf("%s is only for the console and the control socket of the station's own computer", r.order.name)
	}
	if err := r.stand(); err != nil {
		return Reply{}, err
	}
	if err := r.need(r.order.needs(r.args), r.order.name); err != nil {
		return Reply{}, err
	}
	return r.order.do(r)
}

// failed is the reply to an order that failed with err, which is recorded.
func (r *request) failed(err error) Reply {
	var s *Sentence
	text := "something broke inside; the log has the details"
	switch {
	case errors.As(err, &s):
		text = s.Text
		if s.Cause != nil {
			r.table.Log.Warn("an order failed", "order", short(r.shown()), "door", r.caller.Door, "error", s.Cause)
		}
	case r.ctx.Err() != nil:
		text = "the order was given up before it was done: nothing of it was kept"
	default:
		r.table.Log.Error("an order broke", "order", short(r.shown()), "door", r.caller.Door, "error", err)
	}
	reply := Reply{Text: "error: " + text}
	if r.order != nil && r.order.changes {
		r.record("failed", reply)
	}
	return reply
}

// shown is the line without the secrets that the URL of an output may hold.
func (r *request) shown() string { return target.MaskLine(r.line) }

// record keeps what became of an order that changed nothing, if it can.
func (r *request) record(outcome string, reply Reply) {
	err := r.table.Store.Update(context.WithoutCancel(r.ctx), func(tx Tx) error {
		_, err := tx.Record(r.entry(outcome, reply.Text))
		return err
	})
	if err != nil {
		r.table.Log.Warn("an order was not recorded", "order", short(r.shown()), "outcome", outcome, "error", err)
	}
}

func (r *request) entry(outcome, reply string) Order {
	return Order{Who: r.caller.Who, Person: r.caller.person(), Door: r.caller.Door, Line: r.shown(), Outcome: outcome, Reply: reply}
}

// look runs fn on one state of the store.
func (r *request) look(fn func(Reader) error) error {
	return r.table.Store.View(r.ctx, fn)
}

// change runs fn in the order's one transaction and, once that is on the disk,
// does its effects.
func (r *request) change(fn func(*change) (Reply, error)) (reply Reply, err error) {
	if err := r.begin(); err != nil {
		return reply, err
	}
	defer func() { <-r.table.commit }()
	c := &change{now: r.table.Air.Now(), log: r.table.Log}
	// Once begun, a transaction is short and is never given up half way.
	err = r.table.Store.Update(context.WithoutCancel(r.ctx), func(tx Tx) error {
		c.Tx = tx
		if c.turn, err = tx.Record(r.entry("begun", "")); err != nil {
			return err
		}
		if err = c.catchUp(); err != nil {
			return err
		}
		if c.now, err = heard(tx, c.now); err != nil {
			return err
		}
		if reply, err = fn(c); err != nil {
			return err
		}
		return tx.Finish(c.turn, "done", reply.Text)
	})
	if err != nil {
		return Reply{}, err
	}
	for _, effect := range c.effects {
		effect(r.table.Air)
	}
	return reply, nil
}

// begin waits for this order's turn to change anything.
func (r *request) begin() error {
	select {
	case r.table.commit <- struct{}{}:
	case <-r.ctx.Done():
		return fmt.Errorf("waiting for the orders before: %w", r.ctx.Err())
	}
	if err := r.ctx.Err(); err != nil {
		<-r.table.commit
		return fmt.Errorf("before the transaction: %w", err)
	}
	return nil
}

// change is the transaction of an order.
type change struct {
	Tx
	turn    int64
	now     Now // what is heard, see heard
	effects []func(Air)
	log     *slog.Logger
}

// after has something done on the air after the commit.
func (c *change) after(effect func(Air)) { c.effects = append(c.effects, effect) }
