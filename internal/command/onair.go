package command

import (
	"math"
	"time"

	"bandstand/internal/song"
)

// OnTheAir is the song that is on the air, with where it is; nil in silence. It is
// what the store has decided: an order that was answered counts at once, though
// the ear may hear it a moment later.
func OnTheAir(rd Reader, air Now) (now Now, on *OnAir, err error) {
	now, err = heard(rd, air)
	if err != nil || now.State == Silent || now.Code == "" {
		return Now{State: Silent}, nil, err
	}
	info, err := rd.Song(now.Code)
	if err != nil {
		return now, nil, err
	}
	if now.Song == nil {
		if now.Song, err = rd.Notes(now.Code); err != nil {
			return now, nil, err
		}
	}
	bar := barAt(now.Song, now.Position)
	if l := now.Loop; l != nil { // in the pause after it, its last bar
		bar = max(l.From, min(bar, l.From+l.Bars-1))
	}
	return now, &OnAir{SongInfo: info, Position: now.Position.Seconds(), Section: now.Song.SectionAt(bar).Name, Bar: bar + 1}, nil
}

// WaitingSongs is the queue without the song that is on the air.
func WaitingSongs(rd Reader, now Now) ([]SongInfo, error) {
	q, err := waiting(rd, now)
	songs := make([]SongInfo, len(q))
	for i, w := range q {
		songs[i] = w.Song
	}
	return songs, err
}

// barAt is the bar, from 0, that sounds at a position in a song.
func barAt(s *song.Song, at time.Duration) int {
	const rate = 48000
	bar := int(s.TickAt(int64(math.Round(at.Seconds()*rate)), rate) / s.Meter.BarTicks())
	return max(0, min(bar, s.Bars-1))
}
