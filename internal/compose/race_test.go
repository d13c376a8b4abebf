//go:build race

package compose

// defaultSongs is small where the race detector makes composing ten times slower: it
// looks for races, the run without it for songs.
const defaultSongs = 4
