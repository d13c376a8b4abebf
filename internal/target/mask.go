package target

import (
	"net/url"
	"regexp"
	"strings"
)

// hidden stands for a secret.
const hidden = "***"

var (
	// A URL anywhere in a text, up to a space or a quote; a password may have quotes in it.
	urls = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*)://(?:[^\s/@|]*:[^\s@|]*@)?[^\s"'<>|]+`)
	// Words of a query, headers and options of ffmpeg whose value is a secret.
	words = regexp.MustCompile(`(?i)(\bauthorization:\s*\w+\s+|(?:\b|_)(?:pass(?:word|phrase)?|secret|token|key|auth|signature|streamid|cookies?)=|(?:^|[\s:])-[\w.:-]*(?:pass(?:word|phrase)?|secret|token|key|signature|streamid|cookies?)\s+)("[^"]*"|'[^']*'|[^\s&"']+)`)
)

// Mask is a text without the secrets of the URLs and options in it: passwords, the
// stream key of RTMP and SRT, and whatever follows a name such as password= or -key. A
// secret that is written as env:NAME or file:PATH stays, since it is none.
func Mask(text string) string {
	text = urls.ReplaceAllStringFunc(text, maskURL)
	return words.ReplaceAllStringFunc(text, func(s string) string {
		m := words.FindStringSubmatch(s)
		if kept(m[2]) || strings.Contains(m[2], "://") {
			return s
		}
		return m[1] + hidden
	})
}

// ownURL is where a URL of ours begins.
var ownURL = regexp.MustCompile(`(?i)\b(?:icecast|rtmp)s?://`)

// MaskLine is Mask for a line that ends with a place: what follows the scheme of one is
// taken for it to the line's end, for people write spaces and quotes into passwords.
func MaskLine(line string) string {
	at := ownURL.FindStringIndex(line)
	if at == nil {
		return Mask(line)
	}
	return Mask(line[:at[0]] + maskURL(line[at[0]:]))
}

// kept says whether a secret says only where the secret is.
func kept(secret string) bool {
	return secret == "" || secret == hidden || strings.HasPrefix(secret, "env:") || strings.HasPrefix(secret, "file:")
}

// maskURL works on the text, so that also what is no good URL is masked.
func maskURL(raw string) string {
	scheme, rest, _ := strings.Cut(raw, "://")
	authority, path := rest, ""
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		authority, path = rest[:at], rest[at:]
	}
	// A password with an unescaped @, / or ? reaches into what follows: mask up to the last @.
	if at := strings.LastIndexByte(path, '@'); at >= 0 {
		authority, path = authority+path[:at]+"@"+hostOf(path[at+1:]), path[at+1+len(hostOf(path[at+1:])):]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, password, has := strings.Cut(authority[:at], ":")
		switch {
		case has && !kept(password):
			password = hidden
		case !has && !kept(user):
			user = hidden
		}
		authority = user + authority[at:]
		if has {
			authority = user + ":" + password + authority[strings.LastIndexByte(authority, '@'):]
		}
	}
	switch strings.ToLower(scheme) {
	case "rtmp", "rtmps", "rtmpt", "rtmpe", "rtmpte", "rtmpts":
		path = maskKey(path)
	}
	return scheme + "://" + authority + maskQuery(path)
}

func hostOf(s string) string {
	if at := strings.IndexAny(s, "/?#"); at >= 0 {
		return s[:at]
	}
	return s
}

// maskKey hides all that follows the application: /live2/KEY?more. Where there is no
// application, what there is may be the key.
func maskKey(path string) string {
	rest, fragment, hasFragment := strings.Cut(path, "#")
	app, key, found := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
	switch {
	case found && !kept(key):
		rest = "/" + app + "/" + hidden
	case !found && !kept(app):
		rest = "/" + hidden
	}
	if hasFragment {
		rest += "#" + fragment
	}
	return rest
}

// maskQuery hides the values of a query that are not known to be harmless.
func maskQuery(path string) string {
	before, query, found := strings.Cut(path, "?")
	if !found {
		return path
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, has := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if has && !kept(value) && (err != nil || !harmless[plain]) {
			pairs[i] = name + "=" + hidden
		}
	}
	return before + "?" + strings.Join(pairs, "&")
}

// harmless are the options of our own targets.
var harmless = map[string]bool{"format": true, "name": true, "description": true, "genre": true, "url": true, "public": true, "insecure": true,
	"codec": true, "kbps": true, "segment": true, "window": true, "every": true, "limit": true, "mode": true, "tcp_nodelay": true}
