package recording

import "time"

// period is when a file of an hour or a day ends.
type period struct {
	end  time.Time
	most time.Duration // that it can be ahead, unless the clock was set back
}

// newPeriod is the hour or the day, of the local time, that t is in.
func newPeriod(every string, t time.Time) period {
	const slack = time.Minute // for clocks that are set right by a little
	if every == "day" {
		return period{time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location()), 25*time.Hour + slack}
	}
	past := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	return period{t.Add(time.Hour - past), time.Hour + slack}
}

// over says whether t is in another.
func (p period) over(t time.Time) bool {
	left := p.end.Sub(t)
	return left <= 0 || left > p.most
}

// cutter says before which piece a file that begins with first ends.
func (r *recorder) cutter(first piece) func(piece) bool {
	if r.config.Every == "song" {
		return func(p piece) bool { return p.code != first.code || p.fresh && p.frame != first.frame }
	}
	period := newPeriod(r.config.Every, first.at)
	return func(p piece) bool { return period.over(p.at) }
}
