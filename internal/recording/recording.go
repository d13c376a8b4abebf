// Package recording writes the station into a folder: a file an hour, a day or a song,
// in our own formats, with tags, whole and closed whatever happens.
//
// It promises that nothing of it ever holds up the station: a disk that is slow has
// ten seconds to catch up, and then silence takes the place of what was lost, counted,
// so that recordings stay as long as the time they are of. Files that follow each other
// lose and repeat no frame. A file is called .part while it is written; one that a
// crash or a full disk left is made whole, with all that reached the disk. Only
// recordings of its own are ever removed, told by their names: for a limit, or where a
// crash left one without sound.
//
// It sends nothing and decides nothing about when to run: see package output.
package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"bandstand/internal/encode"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// Tap joins the station's blocks: a bounded ring that loses its oldest. A jump of
// Block.Frame tells what was lost.
type Tap func() (blocks <-chan pcm.Block, leave func())

// Config is what to record, and where to. Folder and Tap are needed, and MP3 for MP3.
type Config struct {
	Folder string
	Make   bool   // makes the folder, once: one that goes later is missed
	Format string // flac (usual), opus, mp3 or wav
	Every  string // hour (usual), day or song
	Limit  int64  // bytes that all recordings in the folder may take together, 0 for any number
	Kbps   int    // thousands of bits a second of Opus and MP3, 0 for the usual
	Artist string // of files of an hour or a day, "" for Bandstand
	Tap    Tap
	// Describe gives the tags of a song. It may take its time; after two seconds the
	// block's own title must do. nil always takes that.
	Describe func(code string) encode.Tags
	MP3      *mp3.Module
	Log      *slog.Logger
}

// LeastLimit is the least limit that leaves room for recordings, in bytes.
const LeastLimit = 10_000_000

const (
	// patience is between attempts after an error, most of which need a person.
	patience = 5 * time.Second
	// ending is how long the last file may take to be closed.
	ending = 5 * time.Second
	// stuck is after how long a disk that takes nothing at all is given up, once no more
	// can wait for it.
	stuck = 10 * time.Second
)

// Sink records. It is an output.Sink.
type Sink struct {
	config Config
	folder folder
	busy   chan struct{} // holds one while something writes
	made   bool          // the folder, by whoever is busy

	disturb func() error // before each write, for tests: nil for nothing
}

// New makes a sink. It looks at nothing: Run does.
func New(c Config) *Sink {
	if c.Format == "" {
		c.Format = "flac"
	}
	if c.Every == "" {
		c.Every = "hour"
	}
	if c.Artist == "" {
		c.Artist = "Bandstand"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Sink{config: c, folder: newFolder(c.Folder, c.Limit, c.Log), busy: make(chan struct{}, 1), disturb: func() error { return nil }}
}

// check says what of the configuration cannot be.
func (s *Sink) check() error {
	c := s.config
	switch {
	case !slices.Contains([]string{"flac", "opus", "mp3", "wav"}, c.Format):
		return fmt.Errorf("there are no recordings in %q: the formats are flac, opus, mp3 and wav", c.Format)
	case !slices.Contains([]string{"hour", "day", "song"}, c.Every):
		return fmt.Errorf("there are no recordings every %q: a file is of an hour, a day or a song", c.Every)
	case c.Limit != 0 && c.Limit < LeastLimit:
		return fmt.Errorf("a limit of %s leaves no room for recordings: the least is limit=%s", size(c.Limit), size(LeastLimit))
	}
	return nil
}

// Run records until ctx ends, for which it closes the file and returns nil, or until
// it can go on no longer. A disk that does not answer may keep a goroutine beyond it.
func (s *Sink) Run(ctx context.Context, session *output.Session) error {
	if err := s.check(); err != nil {
		return output.Patience(err, time.Minute)
	}
	select {
	case s.busy <- struct{}{}:
	default:
		return output.Patience(s.silentDisk(), patience)
	}
	blocks, leave := s.config.Tap()
	defer leave()
	q := newQueue()
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if p := recover(); p != nil {
				s.config.Log.Error("recording panicked", "panic", p, "stack", string(debug.Stack()))
				err = errors.New("something broke inside; the log has the details")
			}
			<-s.busy // before Run can return, which may be called again at once
			done <- err
		}()
		err = newRecorder(s, session, q).run()
	}()
	err := q.pump(ctx, blocks, session.Behind, done)
	switch {
	case errors.Is(err, errStuck):
		err = s.silentDisk()
	case err == nil:
		return nil
	}
	return output.Patience(err, patience)
}

func (s *Sink) silentDisk() error {
	return fmt.Errorf("the disk of %s does not answer: see whether it is there and well", s.config.Folder)
}
