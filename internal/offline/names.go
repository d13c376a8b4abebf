package offline

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"bandstand/internal/export"
	"bandstand/internal/nearest"
)

// What a file's name may hold for a song's own.
const (
	styleMark = "{style}"
	seedMark  = "{seed}"
)

var marks = regexp.MustCompile(`\{[a-z]+\}`)

// checkName says what is wrong with the name of a file for so many songs.
func checkName(name string, songs int) error {
	if _, err := export.Format(name); err != nil {
		return err
	}
	for _, mark := range marks.FindAllString(name, -1) {
		if mark != styleMark && mark != seedMark {
			return fmt.Errorf("%s in %q means nothing%s", mark, name, nearest.Hint(mark, []string{styleMark, seedMark}))
		}
	}
	if songs > 1 && !strings.Contains(name, seedMark) {
		suffix := filepath.Ext(name)
		return fmt.Errorf("%d songs cannot all be %q: put %s into the name, such as %q",
			songs, name, seedMark, strings.TrimSuffix(name, suffix)+"-"+seedMark+suffix)
	}
	return nil
}

// fill is a name with the song's own style and seed.
func fill(name, style string, seed uint64) string {
	return strings.NewReplacer(styleMark, style, seedMark, strconv.FormatUint(seed, 10)).Replace(name)
}
