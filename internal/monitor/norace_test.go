//go:build !race

package monitor

// lookAfter is after how many blocks tests look.
const lookAfter = 7

// leastWindows is how many windows a test must have compared.
const leastWindows = 150
