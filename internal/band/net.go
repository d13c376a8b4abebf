package band

import (
	"encoding/base64"
	"fmt"
	"math"
)

// The net of genome version 2: every sense to 8 hidden units, every hidden unit to
// 6 wishes, a tanh after each.
const (
	hidden  = 8
	weights = hidden*(int(numSenses)+1) + int(numWishes)*(hidden+1)
)

// The scales of its integers. Weights are sixteenths in an int8 (−8 … 7.94), senses
// 64ths, units and wishes 1,024ths.
const (
	One    = 64   // a sense that is fully there
	Full   = 1024 // a wish as strong as it can be
	weight = 16   // a weight of 1
	steps  = 64   // entries of the table of tanh for 1
	reach  = 4    // where tanh is taken for flat: tanh 4 is .9993
)

// Senses is what a robot hears at one step of a bar: −One … One each.
type Senses [numSenses]int8

// Wishes is how it would bend the step: −Full … Full each, 0 for not at all.
type Wishes [numWishes]int

// Net is the small net of a robot. The zero Net, and one of zeros, wishes nothing.
//
// It counts in integers, in a fixed order, and takes tanh from a table whose entries
// are nowhere near a tie of rounding: the same net and senses give the same wishes
// on every machine.
type Net struct {
	w []int8 // per hidden unit: its senses, its bias; then per wish: its units, its bias
}

// IsZero says whether there is no net, or one that wishes nothing because all its
// weights are 0.
func (n Net) IsZero() bool {
	for _, w := range n.w {
		if w != 0 {
			return false
		}
	}
	return true
}

// tanh is the hyperbolic tangent in 1,024ths of 64ths from −4 to 4.
var tanh = func() (table [2*reach*steps + 1]int32) {
	for i := range table {
		table[i] = int32(math.Round(Full * math.Tanh(float64(i-reach*steps)/steps)))
	}
	return table
}()

// squash is tanh of a number of 64ths, in 1,024ths.
func squash(x int32) int32 {
	return tanh[min(2*reach*steps, max(0, x+reach*steps))]
}

// Ask is what the robot wishes where it hears these senses.
func (n Net) Ask(in *Senses) Wishes {
	var out Wishes
	if len(n.w) != weights {
		return out
	}
	var unit [hidden]int32
	var heard [numSenses]int // the senses that are not silent: most are
	count := 0
	for i, x := range in {
		if x != 0 {
			heard[count] = i
			count++
		}
	}
	w := n.w
	for h := range unit {
		sum := int32(w[numSenses]) * One
		for _, i := range heard[:count] {
			sum += int32(w[i]) * int32(in[i])
		}
		unit[h] = squash(sum * steps / (weight * One))
		w = w[numSenses+1:]
	}
	for o := range out {
		sum := int32(w[hidden]) * Full
		for h, x := range unit {
			sum += int32(w[h]) * x
		}
		out[o] = int(squash(sum * steps / (weight * Full)))
		w = w[hidden+1:]
	}
	return out
}

// MarshalText writes the weights as base64; nothing for a net that wishes nothing.
func (n Net) MarshalText() ([]byte, error) {
	if n.IsZero() {
		return nil, nil
	}
	raw := make([]byte, len(n.w))
	for i, w := range n.w {
		raw[i] = byte(w)
	}
	return base64.RawStdEncoding.AppendEncode(nil, raw), nil
}

// UnmarshalText reads what MarshalText wrote.
func (n *Net) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		n.w = nil
		return nil
	}
	raw, err := base64.RawStdEncoding.Strict().AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("reading a robot's net: %w", err)
	}
	if len(raw) != weights {
		return fmt.Errorf("a robot's net has %d weights, %d were expected", len(raw), weights)
	}
	n.w = make([]int8, weights)
	for i, b := range raw {
		n.w[i] = int8(b)
	}
	if n.IsZero() {
		n.w = nil
	}
	return nil
}
