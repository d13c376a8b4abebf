package recording

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// partSuffix is what a file is called by while it is written.
const partSuffix = ".part"

// stamp is how names tell the time: sorted by name, files are sorted by time.
const stamp = "2006-01-02 15.04.05"

// ours are the names that recordings have: the time, perhaps a song with its code,
// perhaps the number of one of several of the same second.
var ours = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d( (?:.+ )?\[[0-9a-z]+\])?( \(\d+\))?\.(flac|opus|mp3|wav)(\.part)?$`)

// format is the format that a name says, "" for a name that no recording has.
func format(name string) string {
	m := ours.FindStringSubmatch(name)
	if m == nil {
		return ""
	}
	return m[3]
}

// baseName is the name of a file that begins at t, without a suffix; code and title
// are of its song, "" for a file of many.
func baseName(t time.Time, code, title string) string {
	name := t.Format(stamp)
	if code == "" {
		return name
	}
	if title = safe(title); title != "" {
		name += " " + title
	}
	return name + " [" + code + "]"
}

// most is how many bytes of a title a name keeps: file systems take 255 of the whole.
const most = 160

// safe is a title as every file system takes it, also that of a USB stick.
func safe(title string) string {
	title = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r): // direction marks and the like turn a name around
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r) || r == utf8.RuneError:
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, title)
	if len(title) > most {
		cut := most
		for !utf8.RuneStart(title[cut]) {
			cut--
		}
		title = title[:cut]
	}
	return strings.Trim(title, " .")
}
