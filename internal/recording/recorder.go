package recording

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bandstand/internal/encode"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/opus"
	"bandstand/internal/encode/wav"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// recorder is one run: file after file.
type recorder struct {
	*Sink
	session *output.Session
	queue   *queue
	tape    *tape
	asked   chan encode.Tags // of the last song that Describe has not told of in time, nil for none
}

func newRecorder(s *Sink, session *output.Session, q *queue) *recorder {
	return &recorder{Sink: s, session: session, queue: q, tape: &tape{queue: q}}
}

// run records until the queue ends.
func (r *recorder) run() error {
	defer r.answered()
	if err := r.ready(); err != nil {
		return r.folder.words(err)
	}
	for {
		first, ok, err := r.begin()
		if err == nil && ok {
			err = r.record(first)
		}
		if err != nil || !ok {
			return r.folder.words(err)
		}
	}
}

// ready looks whether the folder can take recordings, and mends what is there.
func (r *recorder) ready() error {
	if r.config.Make && !r.made {
		if err := os.MkdirAll(r.config.Folder, 0o755); err != nil {
			return err
		}
		r.made = true
	}
	info, err := os.Stat(r.config.Folder)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return said("%s is not a folder: record into one", r.config.Folder)
	}
	// A folder that may not be written is told of now, and not when a song begins.
	probe, err := os.CreateTemp(r.config.Folder, ".bandstand-*")
	if err != nil {
		return err
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return err
	}
	if err := r.folder.leftovers(); err != nil {
		return err
	}
	return r.folder.room(true)
}

// begin waits for the piece that the next file begins with; false at the end.
func (r *recorder) begin() (piece, bool, error) {
	for n := 0; ; n++ {
		p, ok := r.tape.next()
		if !ok || r.config.Every != "song" || p.code != "" {
			return p, ok, nil
		}
		if n%checked == 0 {
			if err := r.idle(); err != nil {
				return p, false, err
			}
		}
		r.session.On() // ready for a song
	}
}

// idle looks at folder and disk while there is no song to record.
func (r *recorder) idle() error {
	if _, err := os.Stat(r.config.Folder); err != nil {
		return err
	}
	return r.folder.room(false)
}

// record writes one file.
func (r *recorder) record(first piece) error {
	if err := r.folder.room(true); err != nil {
		return err
	}
	sum, err := r.folder.tidy(margin)
	if err != nil {
		return err
	}
	code, title, tags := "", "", r.timeTags(first.at)
	if r.config.Every == "song" {
		code, title = first.code, first.title
		tags = r.songTags(code, title)
	}
	file, name, err := r.folder.create(baseName(first.at, code, title), r.config.Format)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // what it holds was synced, or is mended later
	reel := &reel{File: file, name: name, session: r.session, disturb: r.disturb, folder: r.folder, others: sum, tidied: time.Now()}
	r.tape.back(first)
	sound := &part{tape: r.tape, session: r.session, cut: r.cutter(first), full: func() bool { return reel.size >= r.largest() }, check: reel.check}
	if err := r.write(reel, sound, tags); err != nil {
		// What lies on the disk is a recording, too. If even this fails, the next start mends it.
		if same(file, name+partSuffix) {
			if _, mended := r.folder.whole(file, name); mended != nil {
				r.config.Log.Warn("a recording that was cut off waits to be mended", "file", filepath.Base(name)+partSuffix, "err", cause(mended))
			}
		}
		return err
	}
	return r.folder.settle(file, name)
}

// largest is how many bytes a file may have: a quarter of the limit, so that the oldest
// one that is removed for it is never much of all; of WAV what its head can tell of.
func (r *recorder) largest() int64 {
	const wavLargest = 4_000_000_000
	largest := int64(1 << 60)
	if r.config.Format == "wav" {
		largest = wavLargest
	}
	if r.config.Limit > 0 {
		largest = min(largest, r.config.Limit/4)
	}
	return largest
}

// write is the file from its first byte to its last. It ends with the sound, not before.
func (r *recorder) write(w io.Writer, src pcm.Source, tags encode.Tags) error {
	ctx, bitrate := context.Background(), r.config.Kbps*1000
	switch r.config.Format {
	case "flac":
		return flac.Write(ctx, w, src, tags, nil)
	case "opus":
		return opus.Write(ctx, w, src, bitrate, tags, nil)
	case "mp3":
		return r.config.MP3.Write(ctx, w, src, bitrate, tags, nil)
	}
	return wav.Write(ctx, w, src, tags, nil)
}

// timeTags are of a file of an hour or a day.
func (r *recorder) timeTags(t time.Time) encode.Tags {
	return encode.Tags{Title: t.Format("2006-01-02 15:04"), Artist: r.config.Artist, Comment: "recorded live from " + t.Format(time.RFC3339)}
}

// describing is how long a file waits for what is known of its song.
const describing = 2 * time.Second

// songTags are of a file of a song.
func (r *recorder) songTags(code, title string) encode.Tags {
	select {
	case <-r.asked:
		r.asked = nil
	default:
	}
	if r.config.Describe != nil && r.asked == nil { // never two at a time
		asked := make(chan encode.Tags, 1)
		go func() {
			var tags encode.Tags
			defer func() {
				if p := recover(); p != nil {
					r.config.Log.Error("describing a song panicked", "code", code, "panic", fmt.Sprint(p))
				}
				asked <- tags
			}()
			tags = r.config.Describe(code)
		}()
		timer := time.NewTimer(describing)
		defer timer.Stop()
		select {
		case tags := <-asked:
			if tags != (encode.Tags{}) {
				return tags
			}
		case <-timer.C:
			r.asked = asked
			r.config.Log.Warn("a recording is tagged by its title alone: what is known of the song did not come in time", "code", code)
		}
	}
	artist, name, found := strings.Cut(title, " - ")
	if !found {
		artist, name = "", title
	}
	return encode.Tags{Title: name, Artist: artist}
}

// answered waits for a Describe that was late, so that none is left.
func (r *recorder) answered() {
	if r.asked != nil {
		<-r.asked
		r.asked = nil
	}
}

// reel is the file that is being written.
type reel struct {
	*os.File
	name    string // that it will have
	session *output.Session
	disturb func() error
	folder  folder
	size    int64 // bytes written
	others  int64 // bytes of the other recordings, when they were last counted
	tidied  time.Time
}

// Write writes on.
func (r *reel) Write(b []byte) (int, error) {
	if err := r.disturb(); err != nil {
		return 0, err
	}
	n, err := r.File.Write(b)
	r.size += int64(n)
	r.session.Sent(int64(n))
	return n, err
}

// check looks about once a second whether the file can go on.
func (r *reel) check() error {
	if !same(r.File, r.name+partSuffix) {
		return said("the recording that was being written, or its folder %s, has gone: see who removes files there", r.folder.path)
	}
	if err := r.folder.room(false); err != nil {
		return err
	}
	// Others may record into the same folder: all are counted now and then.
	const often = 10 * time.Second
	if r.folder.limit == 0 || r.others+r.size+margin <= r.folder.limit && time.Since(r.tidied) < often {
		return nil
	}
	sum, err := r.folder.tidy(margin)
	r.others, r.tidied = sum-r.size, time.Now()
	return err
}
