//go:build !race

package compose

const defaultSongs = 12
