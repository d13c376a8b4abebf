package mix

import "math"

// ForecastSeconds is the length of the cells that a Forecast counts in.
const ForecastSeconds = 0.010

// Forecast is what Master will do to a sound of which only the course is known: so
// a song's gain can be settled before the song has been rendered. It is the
// chain's own curve and times, in steps of a cell instead of a frame; peaks shorter than a cell
// are held for all of it.
type Forecast struct {
	level []float32 // what the compressor's detector sees at a gain of 0 dB, dBFS
	peak  []float32 // the highest sample, dBFS
}

// NewForecast takes the mean square (mean of the channels) and the square of the
// highest sample of each cell.
func NewForecast(plain, peak []float32) *Forecast {
	f := &Forecast{make([]float32, len(plain)), make([]float32, len(plain))}
	keep := smoothing(ForecastSeconds, meanSeconds)
	mean := 0.0
	for i := range plain {
		mean = keep*mean + (1-keep)*float64(plain[i])
		f.level[i] = decibels(mean)
		f.peak[i] = decibels(float64(peak[i]))
	}
	return f
}

func decibels(square float64) float32 { return float32(10 * math.Log10(square+1e-12)) }

// Turn gives, for each cell, the share of its energy that the compressor and the limiter
// let through at a gain in dB, in dst. The gain itself is not in it.
func (f *Forecast) Turn(gainDB float64, dst []float32) {
	attack, release := smoothing(ForecastSeconds, attackSeconds), smoothing(ForecastSeconds, releaseSeconds)
	recover := smoothing(ForecastSeconds, limiterRelease)
	ceiling := MasterCeiling - limiterMargin
	turned, held := 0.0, 1.0
	for i := range dst {
		wanted, keep := reduction(float64(f.level[i])+gainDB), release
		if wanted > turned {
			keep = attack
		}
		turned = keep*turned + (1-keep)*wanted
		held = 1 - (1-held)*recover
		if over := float64(f.peak[i]) + gainDB - turned - ceiling; over > 0 {
			held = min(held, lowered(over))
		}
		g := lowered(turned) * held
		dst[i] = float32(g * g)
	}
}

// lowered is the amplitude of a level that many decibels down, 0 to 200, to four
// digits: several times as fast as math.Pow, which there are thousands to ask of.
func lowered(db float64) float64 {
	x := db * (math.Log2E * math.Ln10 / 20)
	whole := math.Floor(x)
	f := whole + 1 - x // 0…1 above the power of two below
	// The minimax polynomial of 2^f.
	p := 0.9999999 + f*(0.69315307+f*(0.24015361+f*(0.05582631+f*(0.00898934+f*0.00187757))))
	return p * math.Float64frombits(uint64(1022-int64(whole))<<52)
}
