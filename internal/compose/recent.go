package compose

import (
	"context"
	"slices"
	"sync"

	"bandstand/internal/measure"
	"bandstand/internal/song"
)

const (
	remembered = 200 // songs whose tunes are remembered
	nearCopy   = .15 // share of its eight-note runs that a new song may have in common with one of them
	draws      = 4   // seeds tried before the least alike is taken
)

// Recent remembers the tunes of the last 200 songs. Any number of goroutines may use it.
type Recent struct {
	mu     sync.Mutex
	runs   []measure.Runs // the oldest first
	titles []string       // theirs
}

// Add remembers the tune of a song that is newer than all before it.
func (r *Recent) Add(s *song.Song) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.runs) >= remembered {
		r.runs = append(r.runs[:0], r.runs[1:]...)
		r.titles = append(r.titles[:0], r.titles[1:]...)
	}
	r.runs = append(r.runs, tuneOf(s))
	r.titles = append(r.titles, s.Title)
}

// AddOlder remembers the tune of a song that is older than all before it, unless there
// are enough.
func (r *Recent) AddOlder(s *song.Song) {
	tune := tuneOf(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.runs) < remembered {
		r.runs = append([]measure.Runs{tune}, r.runs...)
		r.titles = append([]string{s.Title}, r.titles...)
	}
}

// Nearest is the share, 0 to 1, of a song's runs of eight notes that the song most like
// it has too.
func (r *Recent) Nearest(s *song.Song) float64 {
	tune := tuneOf(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	nearest := 0.0
	for _, other := range r.runs {
		nearest = max(nearest, measure.Share(tune, other))
	}
	return nearest
}

// titled says whether a remembered song has a title.
func (r *Recent) titled(title string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.titles, title)
}

func tuneOf(s *song.Song) measure.Runs { return measure.RunsOf(measure.Of(s, song.Lead)) }

// ComposeFresh makes a song for a brief whose seed nobody asked for. Where it comes out
// as a near-copy of a song that recent remembers, or with its title, it draws other seeds, a few times, and
// takes the song that is least like any. What it takes is remembered.
func (c *Composer) ComposeFresh(ctx context.Context, b Brief, recent *Recent, draw func() uint64) (*song.Song, []string, error) {
	var best *song.Song
	var remarks []string
	nearest := 0.0
	for range draws {
		s, said, err := c.Compose(ctx, b)
		if err != nil {
			return nil, nil, err
		}
		near := recent.Nearest(s)
		if recent.titled(s.Title) {
			near += nearCopy + .01 // a song of the same name is taken only where all are near-copies
		}
		if best == nil || near < nearest {
			best, remarks, nearest = s, said, near
		}
		if nearest <= nearCopy {
			break
		}
		b.Seed = draw()
	}
	recent.Add(best)
	return best, remarks, nil
}
