package corpus

import (
	"math"
	"strings"
	"testing"
)

func TestLoops(t *testing.T) {
	for minor, least := range map[bool]int{false: 50, true: 25} {
		sum := 0.0
		loops := Loops(minor)
		for i, l := range loops {
			sum += l.Share
			if strings.Count(l.Bars, "|") != 3 || l.Share <= 0 || i > 0 && l.Share > loops[i-1].Share {
				t.Errorf("minor %v: loop %d is %+v", minor, i, l)
			}
		}
		if len(loops) < least || math.Abs(sum-1) > .001 {
			t.Errorf("minor %v: %d loops that sum to %g", minor, len(loops), sum)
		}
	}
	if top := Loops(false)[0].Bars; top != "IV | IV | I | I" {
		t.Errorf("the most frequent loop of major songs is %s", top)
	}
}
