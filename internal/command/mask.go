package command

import "strings"

// MatchMask says whether a mask such as *!*@*.example.org fits nick!user@host; *
// stands for any characters, ? for one. What a mask leaves out is any: "ada" fits
// ada!*@*, "*@host" fits *!*@host. Letters are the same large and small, as IRC
// (RFC 1459) has it: {}|~ are the small ones of []\^.
func MatchMask(mask, host string) bool {
	return mask != "" && host != "" && glob([]rune(Fold(wholeMask(mask))), []rune(Fold(host)))
}

// wholeMask is a mask as nick!user@host.
func wholeMask(mask string) string {
	nick, rest, hasNick := strings.Cut(mask, "!")
	if !hasNick {
		if strings.Contains(mask, "@") {
			return "*!" + mask
		}
		return mask + "!*@*"
	}
	if !strings.Contains(rest, "@") {
		rest += "@*"
	}
	return nick + "!" + rest
}

// Fold makes the small letters of RFC 1459, by which nicks and channels are compared.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= '[' && r <= '^':
			return r - '[' + '{'
		}
		return r
	}, s)
}

// foldAccount makes the small letters of a services account. Only ASCII ones: on a
// server that keeps [ and { apart they are two accounts, and one that takes them for
// the same tells an account always as it was registered.
func foldAccount(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, s)
}

// glob matches in at most len(pattern)·len(text) steps: a mask of many stars must
// not hold anybody up.
func glob(pattern, text []rune) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
