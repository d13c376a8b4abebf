package command

import (
	"context"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/song"
)

// Store keeps everything that must outlive the process. Its errors are
// Sentences where a person can do something about them (a full disk).
type Store interface {
	// View runs fn on one consistent state. Views wait for nobody.
	View(ctx context.Context, fn func(Reader) error) error
	// Update runs fn in a transaction, one at a time, and has it safely on the
	// disk when it returns nil. If fn fails nothing is kept.
	Update(ctx context.Context, fn func(Tx) error) error
	// Pack makes of a song what AddSong keeps. It is the slow part of keeping a
	// song and needs no transaction.
	Pack(s *song.Song) (Packed, error)
}

// Packed is a song, ready to be kept.
type Packed struct {
	Song   *song.Song
	Notes  []byte // the whole song, compressed
	Person string // who ordered it, see Caller
}

// Reader looks at one state of the store. Codes and band names may be written in
// small or large letters. ErrNone is the answer to a code or name that is not there.
type Reader interface {
	Song(code string) (SongInfo, error) // also one that is deleted: see Deleted
	Notes(code string) (*song.Song, error)
	Deleted(code string) (bool, error)
	Songs(f Filter) ([]SongInfo, error)
	Codes(limit int) ([]string, error) // of the newest songs
	Queue() ([]Waiting, error)
	Air() (AirState, error)
	History(limit int) ([]Played, error) // newest first
	Bands() ([]BandInfo, error)
	Band(name string) (band.Band, error)
	LastUndo() (Undo, error)
	Outputs() ([]OutputSpec, error) // kept by orders, see MergeOutputs
	Trusted() ([]Grant, error)      // by orders, not by the configuration
	// Votes are who voted to skip what is heard: an airing of a song has a turn and
	// a queue id as AirState has them.
	Votes(turn, queue int64) ([]string, error)
}

// Tx is a Reader that also changes.
type Tx interface {
	Reader
	Record(o Order) (turn int64, err error) // a new order; turns only grow
	Finish(turn int64, outcome, reply string) error
	AddSong(p Packed) (code string, err error)
	Retitle(code, title string) error
	Hide(code string, hidden bool) error // deleted or not; the queue is not its matter
	// Enqueue adds a song to the queue for a person; place from 1, 0 or beyond the end: last.
	Enqueue(code string, place int, person string) (int64, error)
	Dequeue(id int64) error
	Move(id int64, place int) error
	SetAir(a AirState) error
	AddPlay(code string, turn int64) error
	Rate(code, person string, stars int) error // replaces the person's earlier rating
	AddBand(b band.Band) error
	AddUndo(u Undo) error
	Undone(id int64) error
	Trust(g Grant, turn int64) error // replaces the one with the same Who, Network and Channel
	Untrust(g Grant) error
	SetOutput(o OutputSpec) error // replaces the one of its name
	RemoveOutput(name string) error
	Vote(turn, queue int64, person string) error // a second one of a person changes nothing
}

// Filter chooses songs that are not deleted, the newest first. Zero fields are free.
type Filter struct {
	Style, Band string
	Best        bool // the best rated first
	Limit       int
}

// Order is the record of an order. Outcome is "begun", "done" or "failed".
type Order struct {
	Who, Person, Door, Line, Outcome, Reply string
}

// Waiting is a place in the queue.
type Waiting struct {
	ID     int64 // never used again
	Song   SongInfo
	Person string // who put it there
}

// Played is a song that was on the air.
type Played struct {
	At   time.Time
	Song SongInfo
}

// BandInfo is a band for the list of bands.
type BandInfo struct {
	Name, Style string
	Songs       int
	Stored      bool // its robots are kept; else only its name, on songs
}

// The states of the air.
const (
	Playing = "playing"
	Looping = "looping"
	Silent  = "silent"
)

// AirState is what the last order, or the air since, decided is heard.
type AirState struct {
	State    string
	Code     string // of the song, "" when silent
	Queue    int64  // the queue id it was taken from, 0 for none
	Position time.Duration
	Turn     int64
	Auto     bool
	Held     bool // the queue waits for play, skip or new
	Loop     *Loop
	Person   string // who put on the air what is heard, "" for nobody
}

// The kinds of what can be undone.
const (
	UndoDelete = "delete"
	UndoRemove = "remove"
	UndoTitle  = "title"
)

// Undo is how to take back an order.
type Undo struct {
	ID     int64
	Kind   string
	Code   string
	Title  string // UndoTitle: the title before
	Places []int  // where the song stood in the queue, from 1, ascending
}
