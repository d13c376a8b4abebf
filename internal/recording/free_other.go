//go:build !linux

package recording

import "math"

// space is not known here: a full disk is noticed when it is full.
func space(string) (all, free int64, err error) { return math.MaxInt64, math.MaxInt64, nil }
