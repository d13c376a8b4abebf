package web

import (
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"bandstand/internal/broadcast"
)

// stationName is how players call us.
const stationName = "Bandstand"

// icyInterval is the number of stream bytes between two title blocks: an eighth
// of a second at 128 kbit/s, so that a title is never noticeably late.
const icyInterval = 2000

// icyLongest is the longest title that is sent, in bytes: a block holds 4,080.
const icyLongest = 4000

// wantsTitles says whether a player asked for titles between the bytes of an MP3.
func wantsTitles(r *http.Request, m *broadcast.Mount) bool {
	return r.Header.Get("Icy-MetaData") == "1" && m.Config().ContentType == "audio/mpeg"
}

// icyWriter puts a title block after every icyInterval bytes of the stream. A
// block names what the byte after it belongs to, and is empty when that is what
// the last one named.
type icyWriter struct {
	w     io.Writer
	left  int // bytes until the next block
	named bool
	title string
}

func (i *icyWriter) write(data []byte, title string) error {
	for len(data) > 0 {
		if i.left == 0 {
			if err := i.block(title); err != nil {
				return err
			}
			i.left = icyInterval
		}
		n := min(i.left, len(data))
		if _, err := i.w.Write(data[:n]); err != nil {
			return err
		}
		data, i.left = data[n:], i.left-n
	}
	return nil
}

func (i *icyWriter) block(title string) error {
	if i.named && i.title == title {
		_, err := i.w.Write([]byte{0})
		return err
	}
	i.named, i.title = true, title
	text := "StreamTitle='" + icyText(title) + "';"
	block := make([]byte, 1+(len(text)+15)/16*16)
	block[0] = byte(len(block) / 16)
	copy(block[1:], text)
	_, err := i.w.Write(block)
	return err
}

// icyText is a title as a block may hold it. There is no escape in ICY: a value
// ends at a quote and a semicolon, so that pair may not be in it.
func icyText(title string) string {
	title = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(title, ""))
	title = strings.ReplaceAll(title, "';", "’;")
	for len(title) > icyLongest {
		_, size := utf8.DecodeLastRuneInString(title)
		title = title[:len(title)-size]
	}
	return title
}
