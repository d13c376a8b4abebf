package command

import (
	"context"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Caller is who gave an order, and through which door.
type Caller struct {
	Door  string // "console", "control", "http", "irc"
	Who   string // a name for the record: a user, an address, a nick
	Local bool   // sits at this computer: may export files and shut down

	// Only of the door "irc":
	Network string // its name in the configuration
	Channel string // where the order was said, "" in private
	Account string // services account, "" for none
	Host    string // nick!user@host
}

// Reply is the answer to an order. Text is for people; the rest is the object
// that the HTTP API and `bandstand do --json` print.
type Reply struct {
	OK   bool      `json:"ok"`
	Text string    `json:"reply"`
	Song *SongInfo `json:"song,omitempty"`

	// Starts is the code of the song that this order puts on the air, and of which the
	// text tells: whoever announces what starts need not say it again. "" for none.
	Starts string `json:"-"`
}

// SongInfo is a song without its notes.
type SongInfo struct {
	Code    string    `json:"code"`
	Title   string    `json:"title"`
	Band    string    `json:"band"`
	Style   string    `json:"style"`
	Key     string    `json:"key"`
	Tempo   float64   `json:"tempo"`
	Bars    int       `json:"bars"`
	Seed    uint64    `json:"seed,string"`
	Seconds float64   `json:"seconds"`
	Rating  float64   `json:"rating,omitempty"` // mean of its ratings, 0 where there is none
	Plays   int       `json:"plays,omitempty"`
	Created time.Time `json:"created"`
	Person  string    `json:"-"` // who had it composed: it may hold an address
}

// Brief is what an order asks of the composer. Zero fields are free.
type Brief struct {
	Style string
	Key   theory.Key // its mode may be theory.AnyMode
	Tempo float64    // quarter notes a minute
	Bars  int
	Meter song.Meter
	Seed  uint64
	Fresh bool       // nobody asked for the seed: another may be drawn for a near-copy of a recent song
	Band  *band.Band // nil: one of the house bands of the style, by seed
}

// Composer composes a song, whole. It is repeatable: the same brief gives the
// same song. Remarks are sentences about what it could not do as asked.
type Composer interface {
	Compose(ctx context.Context, b Brief) (s *song.Song, remarks []string, err error)
	Styles() []StyleInfo // by name, the lost ones too
	House() []band.Band  // the house bands of all styles: always there, kept nowhere
	NewBand(style string, seed uint64) (band.Band, error)
	Lineup(b band.Band) ([]Player, error) // who plays what, in the order of its robots; its style may be gone
}

// Player is a robot with its instruments.
type Player struct {
	Robot       band.Robot
	Instruments []string // one a role of the robot's: "tenor sax"; "" for none
}

// StyleInfo is a style for the list of styles.
type StyleInfo struct {
	Name, About string
	Aliases     []string
	Tempo       [2]float64 // quarter notes a minute at which it is happiest
	Meters      []string   // such as "4/4"; the usual one first
	Modes       []string   // such as "minor"
	Own         bool       // from a file of the user's
	Fault       string     // what is wrong with the file of its name; "" for nothing
	Clashes     []string   // words of its file that mean another style, too, in sentences
	Lost        bool       // for that it cannot be played
}

// Airing is one song to be put on the air.
type Airing struct {
	Queue int64 // id of its place in the queue, 0 for none
	Code  string
	Song  *song.Song    // nil: the air loads it by its code when it is near
	From  time.Duration // where in the song to begin
	Loop  *Loop         // not nil: an excerpt, again and again
}

// Loop is an excerpt that repeats until rate, skip or stop.
type Loop struct {
	From int           `json:"from"` // first bar, from 0
	Bars int           `json:"bars"`
	Gap  time.Duration `json:"gap"` // silence between
}

// Air is what is heard. Every method returns at once; the effects are heard in
// the order of the calls. A turn is the number of the order that caused a change
// (it only grows): what the air reports later names the turn it followed, so
// that the store can tell old news from new.
type Air interface {
	Now() Now
	Play(turn int64, a Airing)  // replaces what is heard with a short fade
	Silence(turn int64)         // fades out and holds the queue until Play or Release
	Release(turn int64)         // the queue may start by itself again
	SetQueue(queue []Airing)    // all that waits, in order
	SetAuto(on bool)            // keep composing whenever the queue runs dry
	Retitle(code, title string) // of a song, wherever the air has it
}

// Now is what is heard at the moment.
type Now struct {
	State    string // "playing", "looping" or "silent"
	Code     string
	Queue    int64 // the queue id it was taken from, 0 for none
	Song     *song.Song
	Position time.Duration // in the song
	Loop     *Loop         // not nil: the excerpt that repeats
}

// Exporter writes a song to a file whose suffix names the format. It never
// leaves half a file and replaces an existing one only with force.
type Exporter interface {
	Export(ctx context.Context, s *song.Song, file string, force bool) error
}

// House is what the station itself can tell and do.
type House interface {
	Status(ctx context.Context) (Status, error)
	Listeners() []Listener
	Networks() []Network
	Shutdown() // begins the orderly end and returns at once
}

// Status is the answer of /api/v1/status and of the order "status".
type Status struct {
	State     string         `json:"state"`
	Song      *OnAir         `json:"song"`
	Loop      *Excerpt       `json:"loop,omitempty"` // of the song, while it repeats
	Queue     []SongInfo     `json:"queue"`          // without the song that plays
	Auto      bool           `json:"auto"`
	Listeners map[string]int `json:"listeners"` // per mount, such as "/live.opus"
	Outputs   []Output       `json:"outputs"`
	Uptime    float64        `json:"uptime"` // seconds
	Version   string         `json:"version"`
	Frame     int64          `json:"frame"`  // the station's frame number now
	Faults    map[string]int `json:"faults"` // what went wrong so far, counted: "late", "jumps", "failed" …
	Link      string         `json:"-"`      // the page, with the token
}

// OnAir is the song that is heard, with where it is.
type OnAir struct {
	SongInfo
	Position float64 `json:"position"` // seconds
	Section  string  `json:"section"`
	Bar      int     `json:"bar"` // from 1
}

// Excerpt is a loop as people count it.
type Excerpt struct {
	From int     `json:"from"` // first bar, from 1
	Bars int     `json:"bars"`
	Gap  float64 `json:"gap"` // seconds of silence between
}

// Excerpt is the loop for people; nil for none.
func (l *Loop) Excerpt() *Excerpt {
	if l == nil {
		return nil
	}
	return &Excerpt{From: l.From + 1, Bars: l.Bars, Gap: l.Gap.Seconds()}
}

// Listener is one connection.
type Listener struct {
	Mount   string    `json:"mount"`
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
	Since   time.Time `json:"since"`
	Bytes   int64     `json:"bytes"`
}

// Network is a network that the station's bot is on, or tries to be.
type Network struct {
	Name     string
	Address  string
	State    string // in words: "connected", "waiting 4 s to try again" …
	Nick     string
	Lag      time.Duration // of the last answer to a ping, 0 for not known
	Since    time.Time     // when State began, zero for not known
	Channels []string      // that it is in
	Error    string        // the last one, "" for none
}
