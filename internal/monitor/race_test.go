//go:build race

package monitor

// lookAfter is after how many blocks tests look: seldom under the race detector, which
// takes minutes for it and finds nothing. make test runs this package without it too.
const lookAfter = 61

// leastWindows is how many windows a test must have compared.
const leastWindows = 4
