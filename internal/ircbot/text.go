package ircbot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes one line of text that may come from anywhere: no CR, LF or NUL that
// would begin a line of its own, no CTCP and formatting codes, no characters that
// turn the direction of what follows.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(plain(text), "\ufffd"))
	return strings.TrimSpace(text)
}

// plain takes the formatting codes out of a line as people type it
// (https://modern.ircdocs.horse/formatting): colours with their numbers, bold and
// all that is a single character.
func plain(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case 0x03:
			i += colour(text[i+1:])
		case 0x04:
			i += hexColour(text[i+1:])
		case 0x02, 0x0f, 0x11, 0x16, 0x1d, 0x1e, 0x1f:
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// colour is how many bytes of rest belong to a colour code: N, NN, N,N … NN,NN.
func colour(rest string) int {
	n := digits(rest, 2)
	if n == 0 || n >= len(rest) || rest[n] != ',' {
		return n
	}
	if m := digits(rest[n+1:], 2); m > 0 {
		return n + 1 + m
	}
	return n
}

// hexColour is the same for RRGGBB and RRGGBB,RRGGBB.
func hexColour(rest string) int {
	if !isHex6(rest) {
		return 0
	}
	if len(rest) > 6 && rest[6] == ',' && isHex6(rest[7:]) {
		return 13
	}
	return 6
}

func digits(s string, most int) int {
	n := 0
	for n < most && n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func isHex6(s string) bool {
	return len(s) >= 6 && strings.Trim(s[:6], "0123456789abcdefABCDEF") == ""
}

const joiner = "\u200d" // makes one character of its neighbours

// cut breaks text into pieces of at most room bytes, after a " ·" or else between
// words where there are any, and never within a character or before a mark that belongs to the one before it.
func cut(text string, room int) []string {
	room = max(room, 16)
	var pieces []string
	for len(text) > room {
		at := room
		for at > 0 && (!begins(text[at:]) || strings.HasSuffix(text[:at], joiner)) {
			at--
		}
		if at == 0 { // one character of nothing but marks: cut it between them
			for at = room; !utf8.RuneStart(text[at]); at-- {
			}
		}
		if dot := strings.LastIndex(text[:at], " · "); dot > room/2 {
			at = dot + len(" ·")
		} else if space := strings.LastIndexByte(text[:at+1], ' '); space > room/2 {
			at = space
		}
		pieces = append(pieces, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	if text != "" || len(pieces) == 0 {
		pieces = append(pieces, text)
	}
	return pieces
}

// begins says whether a character as the eye sees it may begin here.
func begins(text string) bool {
	if !utf8.RuneStart(text[0]) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text)
	return !unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Variation_Selector) && r != 0x200d && (r < 0x1f3fb || r > 0x1f3ff)
}

// oneLine takes out of a parameter what would end its line.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\r\n\x00") {
		return text
	}
	return strings.NewReplacer("\r", " ", "\n", " ", "\x00", "").Replace(text)
}
